"""Presidio's own findings in English text, and the same findings faster."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from finewarden.personal_data.finding import Finding, Missing

if TYPE_CHECKING:
    from presidio_analyzer import EntityRecognizer

__all__ = ["EnglishEngine", "load"]


class EnglishEngine:
    """Findings identical to stock Presidio's `AnalyzerEngine.analyze(text, language="en")`, scores included."""

    missing: tuple[Missing, ...] = ()

    def find_many(self, texts: Sequence[str]) -> list[list[Finding]]:
        """The findings of each text, in order."""
        raise NotImplementedError(texts)


def load(*, names: bool = True, recognizers: Sequence[EntityRecognizer] = ()) -> EnglishEngine | Missing:
    """The engine; with *names* False no model is loaded, only patterns run. Missing where Presidio is not installed."""
    raise NotImplementedError((names, recognizers))
