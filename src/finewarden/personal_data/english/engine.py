"""The English engine: Presidio's findings, text by text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from finewarden.personal_data.english.model import ModelFolder, find_model
from finewarden.personal_data.english.stock import findings_of, stock_engine
from finewarden.personal_data.finding import Finding, Missing

if TYPE_CHECKING:
    from presidio_analyzer import AnalyzerEngine, EntityRecognizer

__all__ = ["EnglishEngine", "load"]

_SURROGATE = re.compile("[\ud800-\udfff]")


class EnglishEngine:
    """Findings identical to stock Presidio's `AnalyzerEngine.analyze(text, language="en")`, scores included."""

    def __init__(self, stock: AnalyzerEngine, missing: tuple[Missing, ...] = ()) -> None:
        self.missing = missing
        self._stock = stock

    def find_many(self, texts: Sequence[str]) -> list[list[Finding]]:
        """The findings of each text, in order."""
        return [findings_of(self._stock.analyze(_encodable(text), language="en")) for text in texts]


def load(*, names: bool = True, recognizers: Sequence[EntityRecognizer] = ()) -> EnglishEngine | Missing:
    """The engine; with *names* False no model is loaded, only patterns run. Missing where Presidio is not installed."""
    try:
        import presidio_analyzer  # noqa: F401
    except ImportError:
        return Missing(
            "presidio-analyzer is not installed",
            "what Presidio's recognizers find in English text",
            "pip install 'finewarden[pii]'",
        )
    missing: tuple[Missing, ...] = ()
    model = None
    if names:
        found = find_model()
        if isinstance(found, ModelFolder):
            model = found.path
        else:
            missing = (found,)
    return EnglishEngine(stock_engine(model, recognizers), missing)


def _encodable(text: str) -> str:
    """*text* with each lone surrogate replaced by U+FFFD, character for character: no model can read one."""
    return _SURROGATE.sub("\ufffd", text)
