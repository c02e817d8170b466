"""Presidio's analysis of texts, faster: its own engine decides, on recognizers that have found something already."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from finewarden.personal_data.english.documents import Documents
from finewarden.personal_data.english.patterns import Found, Patterns

if TYPE_CHECKING:
    from presidio_analyzer import EntityRecognizer, RecognizerResult

__all__ = ["Analysis"]


class Analysis:
    """*stock*, an `AnalyzerEngine`, is asked what a text holds with those recognizers alone that have something to say.

    Its own code then looks at the words around each finding, drops what is below a threshold, and joins what overlaps.
    """

    def __init__(self, stock: Any) -> None:
        from presidio_analyzer.nlp_engine import NoOpNlpEngine

        self._nlp_engine = stock.nlp_engine
        self._nothing = self._nlp_engine.process_text("", "en")
        self._patterns = Patterns(stock)
        recognizers, others = self._patterns.recognizers, self._patterns.others
        # A recognizer of which nothing is known is always asked, and may look at anything.
        self._asked_always = [at for at in others if not _is_names(recognizers[at])]
        no_model = isinstance(self._nlp_engine, NoOpNlpEngine)
        self._documents = None if no_model else Documents(self._nlp_engine.nlp["en"])
        entities = stock.get_supported_entities("en")
        self._registry = _Chosen()
        self._with_context = copy.copy(stock)
        self._with_context.get_supported_entities = lambda **_: entities
        self._with_context.registry = self._registry
        self._without = copy.copy(self._with_context)
        self._without.context_aware_enhancer = _NoContext()

    def analyze_many(self, texts: Sequence[str]) -> list[list[RecognizerResult]]:
        """The results of `stock.analyze(text, language="en")` for each text."""
        found = [self._patterns.find(text) for text in texts]
        if self._documents is None:
            return [self._decide(text, row, self._nothing) for text, row in zip(texts, found, strict=True)]
        with self._documents.memory():
            docs = self._documents.read(texts)
            whole = [bool(self._asked_always) or any(each.asks_for_context for each in row.values()) for row in found]
            self._documents.add_lemmas([doc for doc, wanted in zip(docs, whole, strict=True) if wanted])
            return [
                self._decide(text, row, self._artifacts(doc, whole=wanted))
                for text, row, doc, wanted in zip(texts, found, docs, whole, strict=True)
            ]

    def _decide(self, text: str, found: dict[int, Found], artifacts: Any) -> list[RecognizerResult]:
        others = self._patterns.others if artifacts.entities else self._asked_always
        recognizers = self._patterns.recognizers
        self._registry.chosen = [found.get(at, recognizers[at]) for at in sorted({*found, *others})]
        if not self._registry.chosen:
            return []
        engine = self._with_context if artifacts.lemmas else self._without
        results: list[RecognizerResult] = engine.analyze(text, language="en", nlp_artifacts=artifacts)
        return results

    def _artifacts(self, doc: Any, *, whole: bool) -> Any:
        """Presidio's view of a document: *whole*, or with the names in it alone."""
        if whole:
            return self._nlp_engine._doc_to_nlp_artifact(doc, "en")
        if not doc.ents:
            return self._nothing
        from presidio_analyzer.nlp_engine import NlpArtifacts

        scores = self._nlp_engine._get_scores_for_entities(doc)
        entities, scores = self._nlp_engine._get_updated_entities(self._nlp_engine._get_entities(doc), scores)
        return NlpArtifacts(entities, self._nothing.tokens, [], [], self._nlp_engine, "en", scores)


class _NoContext:
    """In place of Presidio's look at the words around each result, where there are no words: it changes nothing."""

    def enhance_using_context(self, *, raw_results: list[RecognizerResult], **_: Any) -> list[RecognizerResult]:
        return raw_results


class _Chosen:
    """A registry that gives the recognizers chosen for the text at hand."""

    chosen: Sequence[Any] = ()

    def get_recognizers(self, **_: Any) -> list[Any]:
        return list(self.chosen)


def _is_names(recognizer: EntityRecognizer) -> bool:
    from presidio_analyzer.predefined_recognizers import SpacyRecognizer

    return type(recognizer) is SpacyRecognizer and not recognizer.context and "analyze" not in vars(recognizer)
