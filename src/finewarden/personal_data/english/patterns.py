"""Presidio's analysis of a text with nothing but the recognizers and patterns that can find something there."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from finewarden.personal_data.english.known_code import matcher_is_known
from finewarden.personal_data.english.narrowed import narrowed, short_of
from finewarden.personal_data.english.phones import Phones
from finewarden.personal_data.english.prefilter import Prefilter

if TYPE_CHECKING:
    from presidio_analyzer import EntityRecognizer, RecognizerResult

__all__ = ["Found", "Patterns"]

# A scan of few characters is over before hyperscan has compiled the patterns, which takes about half a second.
_WORTH_COMPILING = 150_000


class Found:
    """A recognizer that has looked at a text already: Presidio's engine asks it, and gets what it found then."""

    def __init__(self, recognizer: EntityRecognizer, results: list[Any]) -> None:
        self.recognizer, self.results = recognizer, results
        if not _own_context(recognizer):
            for each in results:
                each.analysis_explanation = _UNEXPLAINED

    def __getattr__(self, name: str) -> Any:
        return getattr(self.recognizer, name)

    def analyze(self, **_: Any) -> list[RecognizerResult]:
        """The results of then: the text is the same."""
        return self.results

    @property
    def asks_for_context(self) -> bool:
        """Whether the words around its results can change them."""
        return bool(self.results and self.recognizer.context) or _own_context(self.recognizer)


class _Unexplained:
    """In place of how a result came about, which nobody reads here: Presidio copies it deeply, for each result."""

    def __deepcopy__(self, _: object) -> _Unexplained:
        return self

    def set_supportive_context_word(self, _: str) -> None: ...

    def set_improved_score(self, _: float) -> None: ...


_UNEXPLAINED = _Unexplained()


class Patterns:
    """The recognizers of *engine*, an `AnalyzerEngine`: those that look at nothing but the text, and by their places
    the `others`.
    """

    def __init__(self, engine: Any) -> None:
        self.recognizers: list[Any] = engine.registry.get_recognizers(language="en", all_fields=True)
        self._phones = {at: Phones(each) for at, each in enumerate(self.recognizers) if _is_phone(each)}
        self._owners = [
            (at, pattern)
            for at, each in enumerate(self.recognizers)
            if at not in self._phones and _is_patterns(each)
            for pattern in each.patterns
        ]
        known = {*self._phones, *(at for at, _ in self._owners)}
        self.others = [at for at in range(len(self.recognizers)) if at not in known]
        self._prefilter: Prefilter | None = None
        self._seen = 0
        self._narrowed: dict[tuple[int, tuple[int, ...]], Any] = {}

    def find(self, text: str) -> dict[int, Found]:
        """What all but the others find in *text*, each at its place; those that find nothing are left out."""
        flagged: dict[int, list[int]] = {}
        for number in sorted(self._candidates(text)):
            flagged.setdefault(self._owners[number][0], []).append(number)
        found: dict[int, Found] = {}
        for at, numbers in flagged.items():
            recognizer = self._with_only(at, tuple(numbers))
            results = recognizer.analyze(text, recognizer.supported_entities)
            if results:
                found[at] = Found(self.recognizers[at], results)
        for at, phones in self._phones.items():
            results = phones.analyze(text)
            if results:
                found[at] = Found(self.recognizers[at], results)
        return found

    def _candidates(self, text: str) -> frozenset[int]:
        if self._prefilter is None:
            self._seen += len(text)
            if self._seen < _WORTH_COMPILING:
                return frozenset(range(len(self._owners)))
            self._prefilter = Prefilter(
                [
                    (short_of(pattern.regex), int(self.recognizers[at].global_regex_flags))
                    for at, pattern in self._owners
                ]
            )
        return self._prefilter.candidates(text)

    def _with_only(self, at: int, numbers: tuple[int, ...]) -> Any:
        """The recognizer at *at*, itself in everything but that it has the patterns of *numbers* alone."""
        key = (at, numbers)
        if key not in self._narrowed:
            only = copy.copy(self.recognizers[at])
            only.patterns = [narrowed(self._owners[number][1], int(only.global_regex_flags)) for number in numbers]
            self._narrowed[key] = only
        return self._narrowed[key]


def _is_phone(recognizer: EntityRecognizer) -> bool:
    from presidio_analyzer.predefined_recognizers import PhoneRecognizer

    if type(recognizer) is not PhoneRecognizer or "analyze" in vars(recognizer):
        return False
    return recognizer.leniency == 1 and matcher_is_known()


def _is_patterns(recognizer: EntityRecognizer) -> bool:
    """Whether it finds what its patterns match, and takes nothing else into account.

    Of the recognizers that look for their patterns in a way of their own, Presidio's one for IBANs is known to.
    """
    from presidio_analyzer import PatternRecognizer
    from presidio_analyzer.predefined_recognizers import IbanRecognizer

    if not isinstance(recognizer, PatternRecognizer) or "analyze" in vars(recognizer):
        return False
    return type(recognizer).analyze in (PatternRecognizer.analyze, IbanRecognizer.analyze)


def _own_context(recognizer: EntityRecognizer) -> bool:
    from presidio_analyzer import EntityRecognizer

    return type(recognizer).enhance_using_context is not EntityRecognizer.enhance_using_context
