"""All recognizers on any text, in Chinese, English or both, without being told which."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from finewarden.personal_data import chinese_names, english
from finewarden.personal_data.chinese_names.labelled import find_labelled
from finewarden.personal_data.english.quiet import quiet
from finewarden.personal_data.field_names import label
from finewarden.personal_data.finding import Finding, Missing, PlacedFinding, RowFindings
from finewarden.personal_data.overlaps import apart
from finewarden.personal_data.places import TextPlace
from finewarden.personal_data.row_places import RowPlaces, row_places
from finewarden.personal_data.rules import find_by_rules
from finewarden.personal_data.taken_spans import TakenSpans

if TYPE_CHECKING:
    from presidio_analyzer import EntityRecognizer

__all__ = ["LANGUAGES", "Language", "Scanner"]

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")

_BATCH = 64
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
# A run that an English model can read: no Han character nor Chinese punctuation in it, at least one Latin word.
_NOT_HAN = re.compile(r"[^\u3000-\u303f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]{2,}")
_WORD = re.compile(r"[A-Za-z]{2}")


class Scanner:
    """Rules on every text, Presidio on what is not Chinese, the Chinese model on what is.

    *names*: look for names and places as well, which takes a model for each language; without, cold start is short.
    *recognizers*: Presidio recognizers of your own; they run beside Presidio's on English and mixed text, and those
    with ``supported_language="zh"`` on Chinese. What could not be loaded stands in `missing`, and nothing is raised.
    """

    def __init__(
        self,
        languages: Sequence[Language] = LANGUAGES,
        *,
        names: bool = True,
        recognizers: Sequence[EntityRecognizer] = (),
    ) -> None:
        wrong = [each for each in languages if each not in LANGUAGES]
        if wrong or not languages or isinstance(languages, str):
            raise ValueError(f"languages: got {languages!r}, allowed: a sequence of {', '.join(LANGUAGES)}")
        self.languages, self.names = tuple(dict.fromkeys(languages)), names
        missing: list[Missing] = []
        self._english = self._chinese = None
        if "en" in languages:
            engine = english.load(names=names, recognizers=[r for r in recognizers if r.supported_language != "zh"])
            if isinstance(engine, Missing):
                missing.append(engine)
            else:
                self._english = engine
                missing += engine.missing
        if "zh" in languages and names:
            model = chinese_names.load()
            if isinstance(model, Missing):
                missing.append(model)
            else:
                self._chinese = model
        self._own_chinese = [each for each in recognizers if each.supported_language == "zh"]
        self.missing = tuple(missing)

    def scan(self, text: str) -> list[Finding]:
        """The findings of one text, sorted; spans count its characters. Raises TypeError for what is no string."""
        return self.scan_many([text])[0]

    def scan_many(self, texts: Sequence[str]) -> list[list[Finding]]:
        """The findings of each of *texts*, in order; of equal texts one is looked at. Raises TypeError."""
        if isinstance(texts, str):
            raise TypeError("texts: got a str, allowed: a sequence of them; give [text], or call scan(text)")
        for each in texts:
            if not isinstance(each, str):
                raise TypeError(f"text: got {type(each).__name__}, allowed: str; give each text as a string")
        distinct = list(dict.fromkeys(texts))
        found: dict[str, list[Finding]] = {}
        for start in range(0, len(distinct), _BATCH):
            batch = distinct[start : start + _BATCH]
            found.update(zip(batch, self._batch(batch), strict=True))
        return [list(found[text]) for text in texts]

    def scan_places(self, places: Sequence[TextPlace]) -> list[list[Finding]]:
        """The findings of each of *places*, in order: of its text, and of what the name of its field says about a short
        one (``{"QQ": "123456789"}``). Spans count characters of the text.
        """
        found = self.scan_many([place.text for place in places])
        known: dict[tuple[str, str], list[Finding]] = {}
        for number, place in enumerate(places):
            if before := label(place.field, place.text):
                at = before, place.text
                if at not in known:
                    known[at] = _told(found[number], self._labelled(*at))
                found[number] = list(known[at])
        return found

    def scan_rows(
        self, rows: Iterable[Mapping[str, Any]], *, numbers_kept: Iterable[str] = ()
    ) -> Iterator[RowFindings]:
        """The findings of each row, in order and as they come; a row without any is given too.

        Of whole numbers direct identifiers are found (`fixed_values`), but in columns *numbers_kept*, whose numbers are
        known to be no personal data; spans count their digits. Raises as `places.leaves_of`.
        """
        kept = frozenset(numbers_kept)
        batch: list[tuple[int, RowPlaces]] = []
        for number, row in enumerate(rows):
            batch.append((number, row_places(row, kept)))
            if len(batch) == _BATCH:
                yield from self._rows(batch)
                batch = []
        yield from self._rows(batch)

    def _rows(self, batch: Sequence[tuple[int, RowPlaces]]) -> Iterator[RowFindings]:
        found = iter(self.scan_places([place for _, places in batch for place in places.texts]))
        for number, places in batch:
            told = [*((place, next(found)) for place in places.texts), *places.others]
            placed = [PlacedFinding(place.field, place.role, each) for place, some in told for each in some]
            yield RowFindings(number, tuple(placed))

    def _labelled(self, before: str, text: str) -> Iterator[Finding]:
        """What rules find in *text* behind the label *before*, and nothing that touches the label."""
        whole = before + text
        found = find_by_rules(whole)
        if self._chinese is not None and _HAN.search(before):
            found += find_labelled(whole)
        for each in found:
            if each.start >= len(before):
                yield _moved(each, -len(before))

    def _batch(self, texts: Sequence[str]) -> list[list[Finding]]:
        found = [find_by_rules(text) for text in texts]
        han = [_HAN.search(text) is not None for text in texts]
        if self._english is not None:
            pieces = [
                (number, start, piece)
                for number, text in enumerate(texts)
                for start, piece in (_english_runs(text) if han[number] else [(0, text)])
            ]
            for (number, start, _), more in zip(
                pieces, self._english.find_many([p for _, _, p in pieces]), strict=True
            ):
                found[number] = _beside(found[number], [_moved(each, start) for each in more])
        if self._chinese is not None and any(han):
            chinese = [number for number, is_han in enumerate(han) if is_han]
            for number, more in zip(chinese, self._chinese.find_many([texts[n] for n in chinese]), strict=True):
                found[number] = apart([*more, *found[number]])
        for number, text in enumerate(texts):
            if self._own_chinese and han[number]:
                with quiet():
                    own = [r for one in self._own_chinese for r in one.analyze(text, one.supported_entities, None)]  # type: ignore[arg-type]  # pattern recognizers use none
                more = [Finding(r.entity_type, r.start, r.end, r.score, "own") for r in own]
                found[number] = _joined(found[number], more)
        return found


def _english_runs(text: str) -> Iterator[tuple[int, str]]:
    for match in _NOT_HAN.finditer(text):
        if _WORD.search(match[0]):
            yield match.start(), match[0]


def _moved(finding: Finding, by: int) -> Finding:
    return Finding(finding.entity, finding.start + by, finding.end + by, finding.score, finding.recognizer)


def _told(found: list[Finding], labelled: Iterable[Finding]) -> list[Finding]:
    """*found*, and of *labelled* what it lacks or is less certain of."""
    more = [
        each
        for each in labelled
        if not any(
            one.entity == each.entity and one.start <= each.start and each.end <= one.end and each.score <= one.score
            for one in found
        )
    ]
    return apart([*found, *more]) if more else found


def _beside(rules: Sequence[Finding], stock: Sequence[Finding]) -> list[Finding]:
    """*stock* whole, and of *rules* what lies inside nothing of its own entity there, sorted: a rule that reads on
    ("Wisława Szczepańska" where the model saw the second word) adds to what the model found.
    """
    taken = TakenSpans(stock)
    more = [each for each in rules if not taken.holds(each)]
    return sorted([*stock, *more], key=lambda each: (each.start, each.end, each.entity))


def _joined(others: Sequence[Finding], kept: Sequence[Finding]) -> list[Finding]:
    """*kept* whole, and of *others* what overlaps nothing of its own entity there, sorted."""
    taken = TakenSpans(kept)
    more = [each for each in others if not taken.touches(each)]
    return sorted([*kept, *more], key=lambda each: (each.start, each.end, each.entity))
