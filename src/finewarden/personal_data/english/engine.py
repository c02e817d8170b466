"""The English engine: Presidio's findings, text by text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from finewarden.personal_data.english.analysis import Analysis
from finewarden.personal_data.english.known_code import presidio_is_known
from finewarden.personal_data.english.model import ModelFolder, find_model
from finewarden.personal_data.english.pieces import LONGEST, Piece, pieces_of
from finewarden.personal_data.english.quiet import quiet
from finewarden.personal_data.english.stock import findings_of, stock_engine
from finewarden.personal_data.finding import Finding, Missing

if TYPE_CHECKING:
    from presidio_analyzer import AnalyzerEngine, EntityRecognizer, RecognizerResult

__all__ = ["EnglishEngine", "load"]

_BATCH = 64
_Read = tuple[int, str, Piece]
_SURROGATE = re.compile("[\ud800-\udfff]")


class EnglishEngine:
    """Findings identical to stock Presidio's `AnalyzerEngine.analyze(text, language="en")`, scores included.

    A lone surrogate is read as U+FFFD, and a text of more than 100,000 characters in pieces (see `pieces`).
    *missing*: what could not be loaded. *fast* is False where Presidio's code is other than the one that the fast path
    was checked against: then Presidio runs as it comes.
    """

    def __init__(self, stock: AnalyzerEngine, missing: tuple[Missing, ...] = (), *, fast: bool = True) -> None:
        self.missing = missing
        self.fast = fast
        self._stock = stock
        self._analysis = Analysis(stock) if fast else None

    def find_many(self, texts: Sequence[str]) -> list[list[Finding]]:
        """The findings of each text, in order."""
        found: list[list[Finding]] = [[] for _ in texts]
        read = [(number, text, piece) for number, text in enumerate(texts) for piece in pieces_of(text)]
        for batch in _batches(read):
            results = self._analyze([_encodable(text[piece.start : piece.end]) for _, text, piece in batch])
            for (number, _, piece), more in zip(batch, results, strict=True):
                found[number] += _kept(piece, findings_of(more))
        return found

    def _analyze(self, texts: list[str]) -> list[list[RecognizerResult]]:
        with quiet():
            if self._analysis is not None:
                return self._analysis.analyze_many(texts)
            return [self._stock.analyze(text, language="en") for text in texts]


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
    return EnglishEngine(stock_engine(model, recognizers), missing, fast=presidio_is_known())


def _encodable(text: str) -> str:
    """*text* with each lone surrogate replaced by U+FFFD, character for character: no model can read one."""
    return _SURROGATE.sub("\ufffd", text)


def _kept(piece: Piece, findings: list[Finding]) -> list[Finding]:
    """*findings* in *piece*, as findings in the text, without those that a neighbouring piece gives."""
    moved = [
        Finding(each.entity, each.start + piece.start, each.end + piece.start, each.score, each.recognizer)
        for each in findings
    ]
    return [each for each in moved if piece.first <= each.start < piece.last]


def _batches(read: list[_Read]) -> Iterator[list[_Read]]:
    """*read* in batches of up to 64, none of more characters together than a long piece has."""
    batch: list[_Read] = []
    length = 0
    for each in read:
        longer = each[2].end - each[2].start
        if batch and (len(batch) == _BATCH or length + longer > LONGEST):
            yield batch
            batch, length = [], 0
        batch.append(each)
        length += longer
    if batch:
        yield batch
