"""Which rows of a data set are canaries of a book, and where their secrets stand besides."""

from __future__ import annotations

import re
import secrets
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from finewarden.evidence.admission_book import keyed_row
from finewarden.evidence.canary_book import Canary, CanaryBook

__all__ = ["PlantedRows"]

_UNIT = re.compile(r"canary-[0-9a-f]{16}")


class PlantedRows:
    """The rows of *book*, whatever order their columns have and whatever is None beside them.

    A row that carries anything else (but for the unit that planting made up) is no canary: nobody may hide behind one.
    """

    def __init__(self, book: CanaryBook) -> None:
        self._key = secrets.token_hex(32)
        unit = book.head.settings.get("unit_column")
        self._unit = unit if isinstance(unit, str) else None
        self._forms: dict[frozenset[str], dict[str, Canary]] = {}
        for canary in book.canaries:
            form = frozenset(_held(canary.row))
            self._forms.setdefault(form, {})[keyed_row(self._key, canary.row)] = canary
        self._secrets = _Secrets(book)

    def canary(self, row: Mapping[str, Any]) -> Canary | None:
        """The canary, inserted or not, that *row* is; None for any other row."""
        held = _held(row)
        for form, canaries in self._forms.items():
            if held == form or (self._unit is not None and held == form | {self._unit} and _made_up(row[self._unit])):
                return canaries.get(keyed_row(self._key, {name: row[name] for name in form}))
        return None

    def secrets_in(self, text: str) -> Iterator[tuple[Canary, bool]]:
        """Each canary whose secret *text* holds, or (True) one of whose references it holds."""
        return self._secrets.find(text)


def _held(row: Mapping[str, Any]) -> set[str]:
    return {str(name) for name, value in row.items() if value is not None and value == value}


def _made_up(unit: object) -> bool:
    """Whether *unit* looks as `plant_canaries` makes them, and holds nothing else."""
    if isinstance(unit, int):
        return 2**62 <= unit < 2**62 + 2**61
    return isinstance(unit, str) and _UNIT.fullmatch(unit) is not None


class _Secrets:
    """Some thousand texts looked for at once, by what they begin with."""

    def __init__(self, book: CanaryBook) -> None:
        wanted = [(canary.secret, canary, False) for canary in book.canaries]
        wanted += [(each, canary, True) for canary in book.canaries for each in canary.references]
        self._length = min((len(each) for each, _, _ in wanted), default=0)
        self._by_beginning: dict[str, list[tuple[str, Canary, bool]]] = defaultdict(list)
        for each in wanted:
            self._by_beginning[each[0][: self._length]].append(each)

    def find(self, text: str) -> Iterator[tuple[Canary, bool]]:
        length, known = self._length, self._by_beginning
        if not length:
            return
        for at in range(len(text) - length + 1):
            if (beginning := text[at : at + length]) in known:
                for secret, canary, reference in known[beginning]:
                    if text.startswith(secret, at):
                        yield canary, reference
