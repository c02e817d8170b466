"""Tags of characters as findings in a text: joined, trimmed, and without what is certainly no name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from finewarden.personal_data.chinese_names.person_names import CHINESE_NAME, score_of, without_title
from finewarden.personal_data.chinese_names.reading import HAN, Sentence
from finewarden.personal_data.finding import Finding

__all__ = ["SCORE", "findings_of"]

# What Presidio gives a name that spaCy found. LAC's best path says nothing of how sure it is.
SCORE: Final = 0.85
_ENTITY = {
    "PER": "PERSON",
    "nr": "PERSON",
    "LOC": "LOCATION",
    "ns": "LOCATION",
    "ORG": "ORGANIZATION",
    "nt": "ORGANIZATION",
}
_PERSON = re.compile(rf"[{HAN}]+(?:[·•・‧∙⋅･.．-][{HAN}A-Za-z]+)*")
_GREETED = re.compile(rf"[致由]{CHINESE_NAME}")
_LETTER = rf"[{HAN}A-Za-z0-9０-９Ａ-Ｚａ-ｚ]"
_PLACE = re.compile(rf"{_LETTER}(?:.*(?:{_LETTER}|[(（][^()（）]*[)）]))?", re.DOTALL)
_TWO_HAN = re.compile(rf"[{HAN}][^{HAN}]*[{HAN}]")
# Kinds of hotels and shops, which LAC takes for a place.
_KIND = re.compile(
    r"(?:[一二三四五六七八九两几0-9]?星级?|准?[一二三四五六七八九]星级?|国营|商务|假日|快捷|连锁|高档|豪华|高级|经济型?|这家|该|本|此|大|小|老牌)*"
    r"(?:大?酒店|宾馆|饭店|旅馆|招待所|餐厅|超市|商场|医院|学校|机场|火车站|车站|公司|银行|公园)"
)


def findings_of(sentence: Sentence, tags: Sequence[str]) -> Iterator[Finding]:
    """The names of one sentence, in order; *tags* are LAC's, one a character: ``PER-B``, ``PER-I``, ``O``.

    Places that follow each other without a gap are one: 浙江省, 杭州市.
    """
    for entity, start, end in _joined(_runs(tags)):
        text = sentence.characters[start:end]
        for first, last, score in _persons(text) if entity == "PERSON" else _places(text):
            at, to = sentence.at[start + first], sentence.at[start + last - 1] + 1
            yield Finding(entity, at, to, score, "LAC")


def _persons(text: str) -> Iterator[tuple[int, int, float]]:
    for match in _PERSON.finditer(text):
        greeted = _GREETED.match(match[0])  # 致张伟先生
        start = match.start() + (1 if greeted else 0)
        name = without_title(text[start : match.end()])
        score = score_of(name)
        if score:
            yield start, start + len(name), score


def _places(text: str) -> Iterator[tuple[int, int, float]]:
    match = _PLACE.search(text)
    if match and _TWO_HAN.search(match[0]) and not _KIND.fullmatch(match[0]):
        yield match.start(), match.end(), SCORE


def _joined(runs: Iterator[tuple[str, int, int]]) -> Iterator[tuple[str, int, int]]:
    last: tuple[str, int, int] | None = None
    for run in runs:
        if last and last[0] == run[0] == "LOCATION" and last[2] == run[1]:
            last = last[0], last[1], run[2]
            continue
        if last:
            yield last
        last = run
    if last:
        yield last


def _runs(tags: Sequence[str]) -> Iterator[tuple[str, int, int]]:
    start, kind = 0, ""
    for at, tag in enumerate([*tags, "O"]):
        name, _, place = tag.partition("-")
        if place != "I" or name != kind:
            if kind in _ENTITY:
                yield _ENTITY[kind], start, at
            start, kind = at, name
