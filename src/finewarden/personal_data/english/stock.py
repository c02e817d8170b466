"""Presidio as it comes, with the model that is here: the reference for every finding, and what runs when in doubt."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from finewarden.personal_data.english.offline import keep_offline
from finewarden.personal_data.finding import Finding

if TYPE_CHECKING:
    from pathlib import Path

    from presidio_analyzer import AnalyzerEngine, EntityRecognizer, RecognizerResult

__all__ = ["findings_of", "stock_engine"]


def stock_engine(model: Path | None, recognizers: Sequence[EntityRecognizer] = ()) -> AnalyzerEngine:
    """`AnalyzerEngine()` with the spaCy model in folder *model*; None: no model, so patterns only. *recognizers* join.

    Everything else is Presidio's default, its configuration of entities (conf/default.yaml) included. Nothing is
    downloaded and the CPU computes, so that findings are the same everywhere.
    """
    from presidio_analyzer import AnalyzerEngine
    from presidio_analyzer.nlp_engine import NerModelConfiguration, NlpEngineProvider, NoOpNlpEngine, SpacyNlpEngine

    nlp_engine: Any
    if model is None:
        nlp_engine = NoOpNlpEngine(models=[{"lang_code": "en", "model_name": "none"}])
    else:
        import spacy

        entities = NlpEngineProvider().nlp_configuration["ner_model_configuration"]
        nlp_engine = SpacyNlpEngine(
            models=[{"lang_code": "en", "model_name": str(model)}],
            ner_model_configuration=NerModelConfiguration.from_dict(entities),
        )
        # What its own `load` does, without asking for a GPU: the results would differ in their last digits.
        nlp_engine.nlp = {"en": spacy.load(model)}
    engine = AnalyzerEngine(nlp_engine=nlp_engine, supported_languages=["en"])
    for each in recognizers:
        engine.registry.add_recognizer(each)
    keep_offline(engine.registry.recognizers)
    return engine


def findings_of(results: Iterable[RecognizerResult]) -> list[Finding]:
    """Presidio's results as findings, sorted by start, end and entity."""
    from presidio_analyzer import RecognizerResult

    name = RecognizerResult.RECOGNIZER_NAME_KEY
    found = [
        Finding(each.entity_type, each.start, each.end, each.score, (each.recognition_metadata or {}).get(name, ""))
        for each in results
    ]
    return sorted(found, key=lambda each: (each.start, each.end, each.entity, each.score))
