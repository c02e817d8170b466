"""How many subjects share a combination of quasi-identifiers: k of every pair and triple, counted exactly.

k-anonymity (Samarati and Sweeney 1998, SRI-CSL-98-04) for texts: the record is a subject, its attributes are what all
its rows say. A combination that fewer than k subjects share tells them apart. One that holds a smaller such combination
is not counted again.

Memory: 16 bytes for an attribute of a subject, 8 for the subject's first row, each distinct value once, and while a
pair or triple of kinds is counted some 40 bytes for each subject that has it. Work grows with pairs, not with rows.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from finewarden.personal_data.subjects.attributes import KINDS, Attribute, Kind

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

__all__ = ["MOST_VALUES", "Combination", "Subjects", "Uniqueness"]

_UNIQUE: frozenset[Kind] = frozenset({"order"})  # no two orders share a number: with one, every row would be apart
MOST_VALUES = 8
"""Values of one kind that a subject can have: who "has" more cities than that is a list, and the kind is left out."""


@dataclass(frozen=True, slots=True)
class Combination:
    """*subjects* have a combination of *kinds* that fewer than k share, *least* subjects the rarest; *row* is the first
    row of the first of them, as it was numbered when it was added.
    """

    kinds: tuple[Kind, ...]
    subjects: int
    least: int
    row: int


@dataclass(frozen=True, slots=True)
class Uniqueness:
    """Of *subjects*, *apart* have a combination that fewer than k share; *combinations*: most subjects first.

    *crowded*: subjects of which a kind was left out, for it has more than `MOST_VALUES` values.
    """

    subjects: int
    apart: int
    combinations: tuple[Combination, ...]
    crowded: int


class Subjects:
    """The attributes of all subjects; rows are added in order, and may be of a subject that was there before."""

    def __init__(self) -> None:
        self._values: dict[tuple[Kind, str], int] = {}
        self._known: dict[bytes, int] = {}
        self._first = array("q")
        self._pairs: dict[Kind, tuple[array[int], array[int]]] = {kind: (array("q"), array("q")) for kind in KINDS}

    def add(self, attributes: Iterable[Attribute], *, row: int, subject: str | None = None) -> None:
        """A row's *attributes*; *subject* is whoever it is about, None for nobody else's."""
        number = self._number(subject, row)
        for each in attributes:
            if each.kind in _UNIQUE:
                continue
            value = self._values.setdefault((each.kind, each.value), len(self._values))
            subjects, values = self._pairs[each.kind]
            subjects.append(number)
            values.append(value)

    def _number(self, subject: str | None, row: int) -> int:
        number = len(self._first)
        if subject is not None:
            key = hashlib.sha256(subject.encode("utf-8", "surrogatepass")).digest()
            number = self._known.setdefault(key, number)
        if number == len(self._first):
            self._first.append(row)
        return number

    def uniqueness(self, k: int) -> Uniqueness:
        """Whom combinations of two or three kinds tell apart from all but k - 1 others."""
        import numpy as np

        tables, crowded = self._tables()
        kinds = [kind for kind in KINDS if kind in tables]
        shared: dict[tuple[Kind, Kind], NDArray[numpy.int64]] = {}
        rare: dict[tuple[Kind, ...], tuple[NDArray[numpy.int64], int]] = {}
        for one, other in combinations(kinds, 2):
            table = _joined(tables[one], tables[other])
            keys = table[:, 1] << 32 | table[:, 2]
            distinct, which, counts = np.unique(keys, return_inverse=True, return_counts=True)
            shared[one, other] = distinct[counts >= k]
            self._keep(rare, (one, other), table[:, 0], counts[which], k)
        for triple in combinations(kinds, 3):
            one, other, third = triple
            table = _joined(tables[one], tables[other])
            table = table[_among(table[:, 1] << 32 | table[:, 2], shared[one, other])]
            table = _joined(table, tables[third])
            # A pair that tells its subject apart already was counted as one.
            table = table[_among(table[:, 1] << 32 | table[:, 3], shared[one, third])]
            table = table[_among(table[:, 2] << 32 | table[:, 3], shared[other, third])]
            if len(table):
                _, which, counts = np.unique(table[:, 1:], axis=0, return_inverse=True, return_counts=True)
                self._keep(rare, triple, table[:, 0], counts[which.reshape(-1)], k)
        found = [
            Combination(of, len(subjects), least, self._first[int(subjects[0])])
            for of, (subjects, least) in rare.items()
        ]
        apart = np.unique(np.concatenate([subjects for subjects, _ in rare.values()])) if rare else ()
        found.sort(key=lambda each: (-each.subjects, len(each.kinds), each.kinds))
        return Uniqueness(len(self._first), len(apart), tuple(found), crowded)

    def _keep(
        self,
        rare: dict[tuple[Kind, ...], tuple[NDArray[numpy.int64], int]],
        of: tuple[Kind, ...],
        subjects: NDArray[numpy.int64],
        counts: NDArray[numpy.int64],
        k: int,
    ) -> None:
        import numpy as np

        few = counts < k
        if few.any():
            rare[of] = (np.unique(subjects[few]), int(counts[few].min()))

    def _tables(self) -> tuple[dict[Kind, NDArray[numpy.int64]], int]:
        """For each kind that occurs, rows (subject, value), each once and sorted; and how many are crowded."""
        import numpy as np

        tables: dict[Kind, NDArray[numpy.int64]] = {}
        crowded: set[int] = set()
        for kind, (subjects, values) in self._pairs.items():
            if not subjects:
                continue
            keys = np.unique(np.frombuffer(subjects, np.int64) << 32 | np.frombuffer(values, np.int64))
            table = np.stack([keys >> 32, keys & 0xFFFFFFFF], axis=1)
            _, which, counts = np.unique(table[:, 0], return_inverse=True, return_counts=True)
            many = counts[which] > MOST_VALUES
            crowded.update(table[many, 0].tolist())
            tables[kind] = table[~many]
        return tables, len(crowded)


def _joined(left: NDArray[numpy.int64], right: NDArray[numpy.int64]) -> NDArray[numpy.int64]:
    """Every row of *left* with each value that *right* has of the same subject (column 0); both sorted by subject."""
    import numpy as np

    start = np.searchsorted(right[:, 0], left[:, 0], "left")
    times = np.searchsorted(right[:, 0], left[:, 0], "right") - start
    whose = np.repeat(np.arange(len(left)), times)
    # The how-manieth of its subject each is.
    within = np.arange(len(whose)) - np.repeat(np.cumsum(times) - times, times)
    return np.concatenate([left[whose], right[start[whose] + within, 1:]], axis=1)


def _among(keys: NDArray[numpy.int64], known: NDArray[numpy.int64]) -> NDArray[numpy.bool_]:
    """Which of *keys* are in *known*, which is sorted."""
    import numpy as np

    if not len(known):
        return np.zeros(len(keys), bool)
    at = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    found: NDArray[numpy.bool_] = known[at] == keys
    return found
