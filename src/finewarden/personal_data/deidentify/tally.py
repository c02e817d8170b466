"""What was done, as counts, while it is done: of values, nothing is kept that tells one."""

from __future__ import annotations

import hashlib
import secrets
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from finewarden.personal_data.deidentify.mask import Masked
from finewarden.personal_data.deidentify.plan import OperatorName

__all__ = ["Done", "Tally"]

_SALT = secrets.token_bytes(16)  # of digests that never leave this process
# So many different values of one generalisation are told apart, no more: that is all that k is asked for.
_TOLD_APART = 10


@dataclass
class Done:
    """What one operator did to one entity. *instead*: how many it could not do, and masked. *fewest*: the smallest
    number of values that a mask leaves. *groups*: keyed digests of the values that became one general value.
    """

    values: int = 0
    instead: int = 0
    fewest: int | None = None
    without_alphabet: int = 0
    groups: dict[str, set[bytes]] = field(default_factory=dict, repr=False)


class Tally:
    """Counts by entity and operator. Memory grows with the number of different general values, not with the data."""

    def __init__(self) -> None:
        self.done: dict[tuple[str, OperatorName], Done] = {}
        self.rows = 0
        self.rows_dropped = 0
        self.dropped_for: Counter[str] = Counter()
        self.by_source: dict[str, Counter[OperatorName]] = {}

    def add(self, entity: str, operator: OperatorName, value: str, written: str | None, masked: Masked | None) -> None:
        """*operator* wrote *written* for *value*, or could not and *masked* it."""
        done = self.done.setdefault((entity, operator), Done())
        done.values += 1
        if masked is not None:
            done.instead += operator != "mask"
            if masked.candidates is None:
                done.without_alphabet += 1
            else:
                done.fewest = min(done.fewest or masked.candidates, masked.candidates)
        elif operator == "generalise" and written is not None:
            group = done.groups.setdefault(written, set())
            if len(group) < _TOLD_APART:
                group.add(hashlib.blake2b(value.encode("utf-8", "surrogatepass"), key=_SALT, digest_size=8).digest())

    def drop(self, entities: Iterable[str], sources: Iterable[str] = ()) -> None:
        """A row of *sources* was dropped for *entities*."""
        self.rows_dropped += 1
        self.dropped_for.update(entities)
        for source in sources:
            self.by_source.setdefault(source, Counter())["drop"] += 1

    def merge(self, other: Tally, sources: Iterable[str] = ()) -> None:
        """Add what *other* counted in a row of *sources*."""
        for source in sources:
            of_source = self.by_source.setdefault(source, Counter())
            for (_, operator), done in other.done.items():
                of_source[operator] += done.values
        for at, theirs in other.done.items():
            ours = self.done.setdefault(at, Done())
            ours.values += theirs.values
            ours.instead += theirs.instead
            ours.without_alphabet += theirs.without_alphabet
            if theirs.fewest is not None:
                ours.fewest = min(ours.fewest or theirs.fewest, theirs.fewest)
            for general, values in theirs.groups.items():
                group = ours.groups.setdefault(general, set())
                if len(group) < _TOLD_APART:
                    group |= values
