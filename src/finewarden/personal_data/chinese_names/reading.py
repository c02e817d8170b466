"""A text as the sentences that the network reads, and where each of their characters stands in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["HAN", "LONGEST", "Alphabet", "Sentence", "sentences_of"]

# How many characters the network reads at once. A longer sentence is cut behind its last mark that is no letter.
LONGEST: Final = 160
HAN = r"\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_HAN = re.compile(f"[{HAN}]")
_SENTENCE = re.compile(r"[^。！？!?；;\n\r\u2028\u2029…]*[。！？!?；;\n\r\u2028\u2029…]*")
_MARK = re.compile(rf"[^{HAN}\w·•・]")
# What is not seen: controls of direction, joiners, soft hyphens, byte order marks, variation selectors, NUL.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f\xad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]+"
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """*characters* without those that are not seen; the i-th stands at ``at[i]`` of the text."""

    characters: str
    at: Sequence[int]


def sentences_of(text: str) -> Iterator[Sentence]:
    """The sentences of *text* that have a Chinese character in them, in order, none longer than `LONGEST`."""
    for match in _SENTENCE.finditer(text):
        if _HAN.search(match[0]):
            for start, end in _pieces(text, match.start(), match.end()):
                if _HAN.search(text, start, end):
                    yield _seen(text, start, end)


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > LONGEST:
        cut = start + LONGEST
        marks = [mark.end() for mark in _MARK.finditer(text, start + LONGEST // 4, cut)]
        cut = marks[-1] if marks else cut
        yield start, cut
        start = cut
    yield start, end


def _seen(text: str, start: int, end: int) -> Sentence:
    if _UNSEEN.search(text, start, end) is None:
        return Sentence(text[start:end], range(start, end))
    unseen = {at for match in _UNSEEN.finditer(text, start, end) for at in range(match.start(), match.end())}
    at = [each for each in range(start, end) if each not in unseen]
    return Sentence("".join([text[each] for each in at]), at)


class Alphabet:
    """The numbers of characters: those of *known*, the number of ``OOV`` for all others.

    LAC was trained on half-width text in lower case. A full-width comma, which its dictionary has a number for but its
    weights do not know, becomes a part of the name before it: read as it came, a third of all names are lost.
    """

    def __init__(self, known: Mapping[str, int]) -> None:
        import numpy as np

        self._table: NDArray[np.int32] = np.full(0x110000, known["OOV"], np.int32)
        for character, number in known.items():
            if len(character) == 1:
                self._table[ord(character)] = number
        for code, as_read in _AS_READ.items():
            self._table[code] = known.get(as_read, known["OOV"])

    def numbers(self, characters: str) -> NDArray[np.int64]:
        """The number of each character; a lone surrogate is a character like any other."""
        import numpy as np

        codes = np.frombuffer(characters.encode("utf-32-le", "surrogatepass"), "<u4")
        numbers: NDArray[np.int64] = self._table[codes].astype(np.int64)
        return numbers


def _as_read() -> dict[int, str]:
    """What is read as another character; white space, brackets and quotes as a comma: a form is read field by field."""
    read = {code: chr(code - 0xFEE0).lower() for code in range(0xFF01, 0xFF5F)}
    read |= {code: chr(code).lower() for code in range(ord("A"), ord("Z") + 1)}
    read |= dict.fromkeys((*range(0x09, 0x0E), 0x20, 0x85, 0xA0, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x3000), ",")
    for characters, half in (
        ("。｡．", "."),
        ("、､﹑【】“”„‟〝〞@＠", ","),
        ("‘’", "'"),
        ("•・‧∙⋅･", "·"),
        ("—–‐‑―", "-"),
    ):
        read |= dict.fromkeys(map(ord, characters), half)
    return read


_AS_READ: Final = _as_read()
