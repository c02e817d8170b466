"""Presidio's PhoneRecognizer with each candidate looked at once: its findings, not its time.

It runs phonenumbers' matcher over the text again for each of eight regions, and takes apart the same years, prices and
order numbers each time. What the matcher says of a candidate depends on the candidate, the region, whether the
characters around it are letters or currency signs, and on ":mm" behind it; so it is asked once, about a text that has
nothing else in it, and the answer is kept.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from presidio_analyzer import RecognizerResult

__all__ = ["Phones"]

# No valid number of any region has fewer digits, and in a candidate no more than four characters part two of them. The
# letters of what announces an extension can be read as digits.
_ENOUGH_DIGITS = re.compile(r"\d(?:\D{0,4}\d){3}|\d\D{0,8}(?:e?xt|anexo|int)", re.IGNORECASE)
_KEPT = 50_000
# How often the matcher looks at an invalid number in one text before it gives up, and the most for one candidate.
_TRIES = 65_535
_TRIES_FOR_ONE = 1_000


class Phones:
    """Runs *recognizer*, a `PhoneRecognizer`."""

    def __init__(self, recognizer: Any) -> None:
        self._recognizer = recognizer
        self._kept: dict[tuple[str, str, int], tuple[int, int, int] | int] = {}

    def analyze(self, text: str) -> list[RecognizerResult]:
        """What `recognizer.analyze` finds in *text*; of the explanation, the name of the region is left out."""
        from presidio_analyzer import EntityRecognizer

        if not _ENOUGH_DIGITS.search(text):
            return []
        found: list[RecognizerResult] = []
        candidates = _Candidates(text)
        for region in self._recognizer.supported_regions:
            spans = self._spans(candidates, region)
            if spans is None:
                stock: list[RecognizerResult] = self._recognizer.analyze(text, self._recognizer.supported_entities)
                return stock
            found += [self._recognizer._get_recognizer_result(each, text, region, None) for each in spans]
        distinct: list[RecognizerResult] = EntityRecognizer.remove_duplicates(found)
        return distinct

    def _spans(self, candidates: _Candidates, region: str) -> list[_Span] | None:
        """The numbers of one region, as `PhoneNumberMatcher` gives them; None where it would come near its limit."""
        spans: list[_Span] = []
        at, tries = 0, _TRIES
        while (candidate := candidates.after(at)) is not None:
            start, end, window, offset = candidate
            answer = self._answer(window, region, offset, end - start)
            if isinstance(answer, int):
                at, tries = end, tries - answer
            else:
                first, last, used = answer
                spans.append(_Span(start - offset + first, start - offset + last))
                at, tries = spans[-1].end, tries - used
            if tries < _TRIES_FOR_ONE:
                return None
        return spans

    def _answer(self, window: str, region: str, offset: int, length: int) -> tuple[int, int, int] | int:
        """Start and end of the number in the candidate, and the tries that this took; the tries alone if there is
        none."""
        key = (window, region, offset)
        answer = self._kept.get(key)
        if answer is None:
            matcher = _matcher().PhoneNumberMatcher(
                window, region, leniency=self._recognizer.leniency, max_tries=_TRIES
            )
            match = matcher._extract_match(window[offset : offset + length], offset)
            used = _TRIES - matcher._max_tries
            answer = used + 1 if match is None else (match.start, match.end, used)
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            self._kept[key] = answer
        return answer


class _Span:
    """As much of a `PhoneNumberMatch` as a result is made of."""

    __slots__ = ("end", "start")

    def __init__(self, start: int, end: int) -> None:
        self.start, self.end = start, end


class _Candidates:
    """What looks like a number in one text, found once for all regions."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._found: dict[int, tuple[int, int, str, int] | None] = {}

    def after(self, at: int) -> tuple[int, int, str, int] | None:
        """Start and end of the first candidate from *at* on, a text with it alone, and its start there."""
        if at not in self._found:
            self._found[at] = self._search(at)
        return self._found[at]

    def _search(self, at: int) -> tuple[int, int, str, int] | None:
        source = _matcher()
        match = source._PATTERN.search(self._text, at)
        if match is None:
            return None
        start, candidate = match.start(), match[0]
        second = source._SECOND_NUMBER_START_PATTERN.search(candidate)
        if second:
            candidate = candidate[: second.start()]
        end = start + len(candidate)
        before = _stand_in(self._text[start - 1 : start])
        suffix = source._TIME_STAMPS_SUFFIX.match(self._text, end)
        after = suffix[0] if suffix else _stand_in(self._text[end : end + 1])
        return start, end, f"{before}{candidate}{after}", len(before)


def _matcher() -> Any:
    """The module whose parts are used here, private ones among them: `known_code` holds that they are as they were."""
    from phonenumbers import phonenumbermatcher

    return phonenumbermatcher


def _stand_in(character: str) -> str:
    """A letter for what must not stand beside a number, a space for anything else: the matcher asks no more."""
    if not character:
        return ""
    matcher = _matcher().PhoneNumberMatcher
    cut = matcher._is_latin_letter(character) or matcher._is_invalid_punctuation_symbol(character)
    return "a" if cut else " "
