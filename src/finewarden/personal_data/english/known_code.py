"""Whether Presidio and phonenumbers are, where the fast path relies on how they work, as they were checked.

A new version with other code there is no reason to stop, nor to trust: Presidio then runs as it comes, and slower. To
take one up, run the tests that compare the two, and add what `digest` gives.
"""

from __future__ import annotations

import hashlib
import importlib.util
from pathlib import Path

__all__ = ["digest", "matcher_is_known", "presidio_is_known"]

_PRESIDIO = (
    "analyzer_engine.py",
    "context_aware_enhancers/context_aware_enhancer.py",
    "context_aware_enhancers/lemma_context_aware_enhancer.py",
    "entity_recognizer.py",
    "local_recognizer.py",
    "nlp_engine/nlp_artifacts.py",
    "nlp_engine/no_op_nlp_engine.py",
    "nlp_engine/spacy_nlp_engine.py",
    "pattern.py",
    "pattern_recognizer.py",
    "predefined_recognizers/generic/iban_recognizer.py",
    "predefined_recognizers/generic/phone_recognizer.py",
    "predefined_recognizers/nlp_engine_recognizers/spacy_recognizer.py",
    "recognizer_result.py",
)
_MATCHER = ("phonenumbermatcher.py",)
# presidio-analyzer 2.2.365 and 2.2.366; phonenumbers 9.0.43.
_KNOWN_PRESIDIO = frozenset({"31bf895244f7247761eb9a2ce3190b688bcea631006ec8aa8fddb180fe64efed"})
_KNOWN_MATCHER = frozenset({"6b229593b42156c484b6fc2b922e049fe5eed6a72eab110af1e3bd98462bb95e"})


def presidio_is_known() -> bool:
    """Whether what decides a finding in Presidio is code known here."""
    return digest("presidio_analyzer", _PRESIDIO) in _KNOWN_PRESIDIO


def matcher_is_known() -> bool:
    """Whether phonenumbers looks for numbers in text by code known here; its data may be of any date."""
    return digest("phonenumbers", _MATCHER) in _KNOWN_MATCHER


def digest(package: str, files: tuple[str, ...]) -> str | None:
    """SHA-256 over the names and the SHA-256 of *files* of an installed *package*; None where one is not there."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        return None
    whole = hashlib.sha256()
    for name in files:
        path = Path(spec.origin).parent / name
        if not path.is_file():
            return None
        whole.update(f"{name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return whole.hexdigest()
