"""A scanner that remembers: a system prompt stands in every row."""

from __future__ import annotations

from collections.abc import Sequence

from finewarden.personal_data.field_names import label
from finewarden.personal_data.finding import Finding
from finewarden.personal_data.places import TextPlace
from finewarden.personal_data.scanner import Scanner

__all__ = ["Cached"]

_MOST, _LONGEST = 4096, 2000  # texts, and characters of one


class Cached:
    """*scanner*, which is asked but once about a short text under a label."""

    def __init__(self, scanner: Scanner) -> None:
        self._scanner = scanner
        self._known: dict[tuple[str, str], list[Finding]] = {}  # by what the field's name says, and the text
        self.missing = scanner.missing

    def scan(self, text: str) -> list[Finding]:
        """The findings of one text, wherever it stands."""
        return self.scan_places([TextPlace((), None, text)])[0]

    def scan_places(self, places: Sequence[TextPlace]) -> list[list[Finding]]:
        """As `Scanner.scan_places`."""
        known = self._known
        keys = [(label(place.field, place.text), place.text) for place in places]
        new = {key: place for key, place in zip(keys, places, strict=True) if key not in known}
        found = dict(zip(new, self._scanner.scan_places(list(new.values())), strict=True)) if new else {}
        result = [found[key] if key in found else known[key] for key in keys]
        if len(known) >= _MOST:
            known.clear()
        known.update((key, each) for key, each in found.items() if len(key[1]) <= _LONGEST)
        return result
