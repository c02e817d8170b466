"""The fingerprints that come with finewarden: all are known by a sample of their words, few are read whole."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from functools import cache, cached_property
from importlib import resources
from typing import Any

from finewarden.licensing.texts.fingerprint import Fingerprint, parse, unpacked
from finewarden.licensing.texts.tokens import grams_of

__all__ = ["Known", "shipped"]


class Known:
    """A fingerprint to look for: its sample at once, its words when it comes near."""

    def __init__(self, id: str, key: str, words: int, sketch: Iterable[int], whole: Callable[[], Fingerprint]) -> None:  # noqa: A002 - the field's own name
        self.id = id
        self.key = key
        self.words = words
        self.sketch = frozenset(sketch)
        self._whole = whole

    @classmethod
    def read(cls, data: dict[str, Any]) -> Known:
        """What the JSON *data* of a shipped fingerprint tells at once."""
        return cls(data["id"], data["key"], data["words"], unpacked("I", data["sketch"]), lambda: parse(data))

    @classmethod
    def of(cls, fingerprint: Fingerprint) -> Known:
        """A fingerprint at hand."""
        return cls(fingerprint.id, fingerprint.key, len(fingerprint.tokens), fingerprint.sketch, lambda: fingerprint)

    @cached_property
    def fingerprint(self) -> Fingerprint:
        """The whole."""
        return self._whole()

    @cached_property
    def grams(self) -> frozenset[int]:
        """Hashes of every four words in a row that a whole text has."""
        return frozenset(grams_of(self.fingerprint.needed))


@cache
def shipped() -> tuple[Known, ...]:
    """Every shipped fingerprint, by id; read once."""
    folder = resources.files("finewarden.licensing.texts") / "fingerprints"
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".json")), key=lambda file: file.name)
    return tuple(Known.read(json.loads(file.read_text(encoding="utf-8"))) for file in files)
