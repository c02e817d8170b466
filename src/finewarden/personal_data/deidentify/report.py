"""What was done to a data set, and what can still be told, in numbers. Holds no value and no key."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from finewarden.personal_data.deidentify.plan import OPERATORS, OperatorName
from finewarden.personal_data.deidentify.residual import bits_of, said_of
from finewarden.personal_data.deidentify.tally import Done, Tally

__all__ = ["Applied", "DeidentifyReport", "Left", "LeftOutRow", "OfSource", "applied", "of_sources"]

Natural = Annotated[int, Field(ge=0)]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Applied(_Strict):
    """What *operator* did to *values* findings of *entity*; *masked* of them it could not do, and they were masked.

    *candidates*: the fewest values that one written by a mask could stand for (10^4 for ``138****1234``), *bits* its
    logarithm; None where values have no fixed alphabet. *surrogates*: how many there are to share. *groups* and
    *smallest_group*: of values that became one general value, how many such and the fewest different values in one,
    told up to 10.
    """

    entity: str
    operator: OperatorName
    values: Natural
    masked: Natural = 0
    candidates: Natural | None = None
    bits: float | None = None
    surrogates: float | None = None
    groups: Natural | None = None
    smallest_group: Natural | None = None
    residual: str


class OfSource(_Strict):
    """What was done to the rows of *source*: *deidentification* is the value for its policy entry, of several the one
    that leaves most; *says* what the policy has there now."""

    source: str
    deidentification: str | None
    says: str | None
    values: dict[str, Natural]


class Left(_Strict):
    """Something that is still there after all. *row* counts from 1; *start* and *end* in characters of the text."""

    file: str
    row: Natural
    field: str
    entity: str
    start: Natural | None = None
    end: Natural | None = None
    why: str


class LeftOutRow(_Strict):
    """A record of the input that could not be read, and is not in the output; *row* 0: a whole file or folder."""

    file: str
    row: Natural
    why: str


class WrittenFile(_Strict):
    """One output, by name, with SHA-256, and the input's."""

    name: str
    sha256: Digest
    input_sha256: Digest


class DeidentifyReport(_Strict):
    """One run. *clean*: the re-scan found nothing that the plan does not keep, and everything could be read.

    *left*: the first of what it found, *left_in_all* how many. *key_id* tells which key, and nothing of it. *own*:
    recognizers of a user's own. *passed_over*: what a folder holds that is no data, and was not copied.
    """

    version: int = 1
    written_by: str
    plan: dict[str, OperatorName]
    languages: tuple[str, ...]
    names: bool
    own: tuple[str, ...] = ()
    key_id: str | None
    files: tuple[WrittenFile, ...]
    passed_over: tuple[str, ...] = ()
    rows: Natural
    rows_dropped: Natural
    applied: tuple[Applied, ...] = ()
    sources: tuple[OfSource, ...] = ()
    left_out: tuple[LeftOutRow, ...] = ()
    left: tuple[Left, ...] = ()
    left_in_all: Natural = 0
    clean: bool


# The operator that leaves most comes first; `keep` and values that are merely removed say nothing to a policy.
_LEAVES_MOST = ("pseudonym", "mask", "surrogate", "generalise", "drop")


def applied(tally: Tally, *, k: int) -> tuple[Applied, ...]:
    """What *tally* counted, by entity and operator. *k*: how many values must share a general one."""
    found = [_applied(entity, operator, done, k) for (entity, operator), done in tally.done.items()]
    for entity, rows in tally.dropped_for.items():
        found.append(Applied(entity=entity, operator="drop", values=rows, residual="nothing: the row is gone"))
    return tuple(sorted(found, key=lambda each: (each.entity, OPERATORS.index(each.operator))))


def of_sources(tally: Tally, says: dict[str, str | None]) -> tuple[OfSource, ...]:
    """What was done to each of the policy's sources, *says* giving what the policy has for each."""
    found = []
    for source, said in says.items():
        counts = tally.by_source.get(source, Counter())
        used = {"drop" if operator == "remove" else operator for operator in counts}
        value = next((operator for operator in _LEAVES_MOST if operator in used), None)
        values = {str(operator): number for operator, number in sorted(counts.items())}
        found.append(OfSource(source=source, deidentification=value, says=said, values=values))
    return tuple(found)


def _applied(entity: str, operator: OperatorName, done: Done, k: int) -> Applied:
    sizes = [len(values) for values in done.groups.values()]
    surrogates = None
    if operator == "surrogate":
        from finewarden.personal_data.deidentify.surrogate import surrogates as how_many

        surrogates = how_many(entity) if done.instead < done.values else None
    return Applied(
        entity=entity,
        operator=operator,
        values=done.values,
        masked=done.instead,
        candidates=done.fewest,
        bits=bits_of(done.fewest),
        surrogates=surrogates,
        groups=len(sizes) or None,
        smallest_group=min(sizes, default=None),
        residual=said_of(operator, done, surrogates=surrogates, k=k),
    )
