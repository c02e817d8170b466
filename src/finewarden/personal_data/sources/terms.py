"""Where stored terms speak of what training does. Whether they allow it, a person decides: `terms_reviewed`."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Passage", "passages"]

_WORDS = re.compile(
    r"\btrain(?:s|ed|ing)?\b|\bmachine[\s-]{1,3}learning\b|\bartificial[\s-]{1,3}intelligence\b"
    r"|\b(?:text[\s-]{1,3}and[\s-]{1,3})?data[\s-]{1,3}mining\b|\bscrap(?:e[sd]?|ing)\b|\bcrawl(?:s|ed|ers?|ing)?\b"
    r"|用于训练|训练(?:数据|模型)|机器学习|人工智能|数据挖掘|爬取|爬虫|抓取",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Passage:
    """One of the *words* that have to be read in their place, and its line, from 1."""

    line: int
    words: str


def passages(text: str) -> list[Passage]:
    """The places of *text* that speak of training, mining or crawling, in order; each word once a line."""
    found: dict[Passage, None] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        for match in _WORDS.finditer(line):
            found[Passage(number, " ".join(match[0].lower().split()))] = None
    return list(found)
