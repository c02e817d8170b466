"""Pass, fail, not measured: what an audit concludes, and from which evidence.

Light on purpose (standard library only): the plugin loads it in every audited session.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import math
import unicodedata
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

__all__ = ["Finding", "Result", "State", "Waived", "decide", "fingerprint", "printable"]

_DECEIVING = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


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
    """What one audit concluded; plain data, so that it travels between processes and into the report."""

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
