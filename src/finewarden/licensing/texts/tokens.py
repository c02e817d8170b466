"""The words of a license text and their hashes, the same however the text is wrapped, quoted or marked up.

A word is a run of letters and digits of any script, one CJK character, a number with its decimals, or a sign that
changes what a number means; nothing that is read is dropped but punctuation.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import blake2b

from finewarden.licensing.texts.markup import plain

__all__ = ["Words", "hash_of", "is_number", "words_of"]

# Han characters, kana, hangul: written without spaces, so that each counts alone.
_CJK = (
    "\u2e80-\u2fff\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
_SIGNS = "$%‰¢£¤¥฿₠-⃀≤≥≠±×÷¬©\u202d\u202e"
_NUMBERS = frozenset("〇零一二三四五六七八九十百千万亿兆两$%‰¢£¤¥").union(
    *map(
        str.split,
        (
            "zero one two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty fifty",
            "sixty seventy eighty ninety hundred thousand million billion trillion half dozen percent",
        ),
    )
)
_COPYRIGHT_SIGNS = frozenset("cC©")
_SAME = {"licence": "license", "licences": "licenses", "licenced": "licensed"}


@dataclass(frozen=True)
class Words:
    """The words of one text: *hashes* in their order, and where each stands in *text*, which is without markup."""

    text: str
    hashes: tuple[int, ...]
    spans: tuple[tuple[int, int], ...]

    def __len__(self) -> int:
        return len(self.hashes)

    def line(self, word: int) -> int:
        """The line, from 1, that the word of this number stands in."""
        return self.text.count("\n", 0, self.spans[word][0]) + 1

    def shown(self, first: int, end: int, *, limit: int = 90) -> str:
        """The text's own words from *first* to before *end*, on one line of at most *limit* characters."""
        if first >= end:
            return ""
        start, stop = self.spans[first][0], self.spans[end - 1][1]
        raw = " ".join(self.text[start : min(stop, start + 4 * limit)].split())
        shown = "".join(char if char.isprintable() else f"U+{ord(char):04X}" for char in raw)
        return shown if len(shown) <= limit and stop <= start + 4 * limit else shown[: limit - 1].rstrip() + "…"

    def word(self, number: int) -> str:
        """One word as it is compared."""
        start, end = self.spans[number]
        return _bare(self.text[start:end])

    def is_enumerator(self, number: int) -> bool:
        """Whether the word is a list's mark ("2.", "(b)", "iv)") at the beginning of a line."""
        start, end = self.spans[number]
        line_start = self.text.rfind("\n", 0, start) + 1
        before, after = self.text[line_start:start], self.text[end : end + 1]
        return (
            after in {".", ")", "、", "）"}
            and not any(char.isalnum() for char in before)
            and _is_mark(self.word(number))
        )

    def part(self, first: int, end: int) -> Words:
        """The words from *first* to before *end*, as a text of their own on the same lines."""
        return Words(self.text, self.hashes[first:end], self.spans[first:end])

    @cached_property
    def grams(self) -> frozenset[int]:
        """Hashes of every four words in a row."""
        return frozenset(grams_of(self.hashes))


def words_of(text: str) -> Words:
    """The words of *text*, without markup, emphasis, quotes, punctuation and letter case."""
    clean = plain(text)
    known: dict[str, int] = {}
    hashes: list[int] = []
    spans: list[tuple[int, int]] = []
    copyright_ = hash_of("copyright")
    for found in _pattern(_marks(clean)).finditer(clean):
        raw, span = found[1], found.span(1)
        if raw in _COPYRIGHT_SIGNS and (sign := _sign(clean, raw, *span)):
            # "Copyright (c)", "Copyright ©", "© 2024", "(c) 2024": one thing in four spellings.
            if sign == "dropped" or (hashes and hashes[-1] == copyright_):
                continue
            raw = sign
        word = known.get(raw)
        if word is None:
            word = known[raw] = hash_of(_bare(raw))
        hashes.append(word)
        spans.append(span)
    return Words(clean, tuple(hashes), tuple(spans))


def _sign(text: str, raw: str, start: int, end: int) -> str:
    """What the copyright sign at *start* stands for: "copyright", or "dropped" where that word follows; "" for a list's
    mark and for a letter."""
    if raw != "©" and (text[start - 1 : start] != "(" or text[end : end + 1] != ")"):
        return ""
    ahead = text[end : end + 24].lstrip(" )\t\n")
    if ahead[:9].lower() == "copyright":
        return "dropped"
    before = text[max(0, start - 24) : start].rstrip(" (\t\n").lower()
    if raw == "©" or before.endswith("copyright") or (ahead[:2] in {"19", "20"} and ahead[2:4].isdigit()):
        return "copyright"
    return ""


@lru_cache(maxsize=20_000)
def hash_of(word: str) -> int:
    """31 bits of the word's blake2b, and one, the lowest, that tells whether it is a number."""
    digest = int.from_bytes(blake2b(word.encode("utf-8", "surrogatepass"), digest_size=4).digest(), "big")
    number = word in _NUMBERS or any(char.isdigit() for char in word)
    return digest & ~1 | number


_MARKS = frozenset(
    hash_of(mark)
    for mark in (*map(str, range(31)), *"abcdefghijklmnopqrstuvwxyz", "ii", "iii", "iv", "vi", "vii", "viii", "ix")
)


def is_number(word: int) -> bool:
    """Whether the hash is one of a number."""
    return bool(word & 1)


def grams_of(hashes: tuple[int, ...]) -> list[int]:
    """One hash of 32 bits for every four words in a row, marks of lists left out; the same on every machine."""
    words = [word for word in hashes if word not in _MARKS]
    return [
        (a * 0x9E3779B1 + b * 0x85EBCA6B + c * 0xC2B2AE35 + d * 0x27D4EB2F) & 0xFFFFFFFF
        for a, b, c, d in zip(words, words[1:], words[2:], words[3:], strict=False)
    ]


@lru_cache(maxsize=20_000)
def _bare(raw: str) -> str:
    if raw[0].isdigit() and "," in raw:
        return raw.replace(",", "")
    folded = raw.casefold()
    return _SAME.get(folded, folded)


@lru_cache(maxsize=64)
def _pattern(marks: str) -> re.Pattern[str]:
    letter = rf"[^\W_{_CJK}]"
    letter = f"(?:{letter}|[{re.escape(marks)}])" if marks else letter
    number = rf"\d{{1,3}}(?:,\d{{3}})+(?!,?\d|{letter})|\d+(?:\.\d+)+(?!{letter})"
    # "https://www." says nothing: addresses are copied with and without it.
    address = r"(?:https?://(?:www\.)?|www\.)"
    return re.compile(rf"(?:{address})?([{_CJK}{_SIGNS}]|~~|{number}|{letter}+)", re.IGNORECASE)


def _marks(text: str) -> str:
    """The combining marks of *text*: they belong to the letter before them, and one that strikes it out is read."""
    if text.isascii():
        return ""
    return "".join(sorted(char for char in set(text) if unicodedata.category(char)[0] == "M"))


def _is_mark(word: str) -> bool:
    return len(word) == 1 or (word.isdigit() and len(word) <= 2) or bool(re.fullmatch(r"[ivx]{1,5}", word))
