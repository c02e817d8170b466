"""What was done, as counts, while it is done: of values, nothing is kept that tells one."""

from __future__ import annotations

import hashlib
import secrets
from collections import Counter
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
        self.rows_dropped: Counter[str] = Counter()

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

    def merge(self, other: Tally) -> None:
        """Add what *other* counted."""
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
        self.rows_dropped.update(other.rows_dropped)
