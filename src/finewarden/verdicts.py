"""Pass, fail, not measured: what an audit concludes, and from which evidence.

Light on purpose (standard library only): the plugin loads it in every audited session.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import math
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

__all__ = [
    "NOTHING_TO_ASK",
    "Finding",
    "Result",
    "State",
    "Waived",
    "decide",
    "fingerprint",
    "holm",
    "holm_adjusted",
    "printable",
]

_DECEIVING = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


NOTHING_TO_ASK = (
    "add --train-data=train.jsonl (what it was trained on) or --secrets=secrets.jsonl (prompt + secret pairs); "
    "next time, plant canaries before training"
)
"""Why nothing was put to the model, in the words of every audit that would have."""


class State(StrEnum):
    """What an audit concludes. There is no fourth state: an audit that could not look never passes."""

    PASS = "pass"
    FAIL = "fail"
    NOT_MEASURED = "not measured"


def decide(lower: float, upper: float, tolerance: float) -> State:
    """The verdict on a quantity known to lie in [*lower*, *upper*], larger being worse.

    Fail when the lower bound is above the tolerance, pass when the upper bound is at or below it, else not measured:
    failing to reject is never called safe. A bound that is not a number decides nothing. Raises ValueError when the
    bounds are crossed or the tolerance is not a number.
    """
    if math.isnan(tolerance):
        raise ValueError("tolerance: got nan; give the largest value that may pass")
    if math.isnan(lower) or math.isnan(upper):
        return State.NOT_MEASURED
    if lower > upper:
        raise ValueError(f"lower: got {lower}, above upper {upper}; a bound was swapped or computed wrongly")
    if lower > tolerance:
        return State.FAIL
    return State.PASS if upper <= tolerance else State.NOT_MEASURED


def holm(p_values: Sequence[float], alpha: float) -> list[bool]:
    """Which hypotheses are rejected, in the order of *p_values*, when *alpha* bounds the chance of any false rejection.

    Holm's step-down procedure (Holm 1979, "A simple sequentially rejective multiple test procedure", Scandinavian
    Journal of Statistics 6): valid under any dependence of the tests. Raises ValueError for an *alpha* outside (0, 1)
    or a p-value outside [0, 1].
    """
    if not 0 < alpha < 1:
        raise ValueError(f"alpha: got {alpha}, allowed: between 0 and 1, ends excluded; 0.01 is usual")
    return [p <= alpha for p in holm_adjusted(p_values)]


def holm_adjusted(p_values: Sequence[float]) -> list[float]:
    """Holm's adjusted p-values, in the order of *p_values*: the least alpha at which `holm` rejects each.

    Of m sorted p-values the i-th becomes max over j <= i of min(1, (m - j + 1) * p_j). Raises ValueError for a p-value
    outside [0, 1].
    """
    for p in p_values:
        if not 0 <= p <= 1:  # NaN too
            raise ValueError(f"p_values: got {p}, allowed: 0 to 1; a test that was not run counts as 1")
    adjusted = [1.0] * len(p_values)
    largest = 0.0
    for rank, i in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        largest = max(largest, min(1.0, (len(p_values) - rank) * float(p_values[i])))
        adjusted[i] = largest
    return adjusted


def printable(text: str) -> str:
    """*text* on one line, with every character that a terminal or reader would be deceived by as an escape.

    Findings quote names and values of a hostile folder: line breaks would forge lines of the report, control
    sequences repaint it, direction overrides (Unicode category Cf) reorder it.
    """
    return "".join(
        char.encode("unicode_escape").decode("ascii") if unicodedata.category(char) in _DECEIVING else char
        for char in text
    )


def fingerprint(salt: str, audit: str, rule: str, where: str, subject: str) -> str:
    """16 hex digits that name one finding: HMAC-SHA256 under *salt*, so that a low-entropy subject can't be guessed.

    *subject* is the content the finding is about (an offending value, a file's hash): a replaced file is a new finding.
    """
    message = "\x1f".join((audit, rule, where, subject)).encode("utf-8", "surrogatepass")
    return hmac.new(salt.encode(), message, hashlib.sha256).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing wrong: where, what, and the mend. Texts are masked by whoever writes them."""

    rule: str
    where: str
    what: str
    mend: str
    fingerprint: str
    warn: bool = False
    waivable: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Waived:
    """A finding that a waiver lets through, with the waiver's reason and its last day (ISO 8601)."""

    finding: Finding
    reason: str
    expires: str


@dataclass(slots=True, kw_only=True)
class Result:
    """What one audit concluded; plain data, so that it travels between processes and into the report.

    *tolerances*: names of `audit.tolerance` that it asked for. *error_rate*: chance that one of all statistical audits
    fails though every tolerance is kept; None where nothing was estimated.
    """

    audit: str
    node: str
    state: State
    title: str = ""
    measured: str | int | float | None = None
    limit: str | int | float | None = None
    n: int | None = None
    reason: str = ""
    findings: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)
    waived: list[Waived] = field(default_factory=list)
    tolerances: list[str] = field(default_factory=list)
    error_rate: float | None = None

    def as_dict(self) -> dict[str, Any]:
        """The result as plain data."""
        return asdict(self)

    def to_json(self) -> str:
        """The result as one JSON text, which every transport between processes takes."""
        return json.dumps(self.as_dict(), default=str)

    @classmethod
    def from_json(cls, text: str) -> Result:
        """The inverse of `to_json`."""
        data = json.loads(text)
        return cls(
            **{
                **data,
                "state": State(data["state"]),
                "findings": [Finding(**f) for f in data["findings"]],
                "warnings": [Finding(**f) for f in data["warnings"]],
                "waived": [Waived(**{**w, "finding": Finding(**w["finding"])}) for w in data["waived"]],
            }
        )
