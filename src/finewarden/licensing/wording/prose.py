"""A text as its reader sees it, to find sentences in that a license asks for word by word.

How a sentence is set makes no difference: line wraps, quotes of every kind, emphasis, links, (c) for ©, a leading
https://, a stop at its end. Which words stand there does.
"""

from __future__ import annotations

import html
import re
import unicodedata
from bisect import bisect_right

__all__ = ["Prose"]

# No class holds what begins it, so that a text of nothing but brackets costs no more than any other.
_LINK = re.compile(r"!?\[([^\[\]\n]{0,300})\]\([^()\n]{0,500}\)")
_TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9]{0,15}(?:\s[^<>\n]{0,500})?/?>")
_ALT = re.compile(r"\balt\s?=\s?[\"']([^\"']{0,300})")
_COPYRIGHT = re.compile(r"\([cC]\)|&copy;")
_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_LEADING = re.compile(r"^[\s>#/;*+\-|]+")
_SILENT = re.compile(r"[\"'`*_\\<>“”‘’„‟«»‹›「」『』＂＇]")
# Right before a sentence, what takes it back ("don't" is folded); a "not" farther off speaks of something else.
_DENIED = re.compile(
    r"(?:(?:\b(?:not|never|nor|neither|no longer|untrue|false|wrong|incorrect|cannot"
    r"|(?:do|does|did|is|are|was|were|should|must|would|ca|wo)nt)\b)"
    r"(?:[ :,]+(?:true|correct|the|case|that|write|say|display|show|use|claim|add|state|call|label|mark|put|print"
    r"|words?|phrase|sentence|line|it|is|was|be|been|as|a|an|yet|any|in)\b)*+"
    r"|(?:不是|并非|并不|不要|请勿|切勿|不得|不能|不可|无需|无须|不必|不应|没有|未)"
    r"(?:写|标注?|使用|展示|显示|声明|说|称|为|作|成|上|写明|添加|加|的|是|真的|[:：\s])*+)[ :,]*$"
)
# Whose mark it is, and a question that is answered.
_OF_ANOTHER = re.compile(
    r"\b(?:competitor|rival|another (?:model|product|company|release))(?: of ours)?(?:, [^,.!?;]{1,60},)?"
    r" (?:is|was) $"
)
_ANSWERED = re.compile(r" ?\? ?(?:(?:no|not|never|nope|wrong)\b|不|否|没有)")
_BEFORE = 100
_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}


class Prose:
    """*text* folded once; front matter and comments are blanked by whoever gives it, so that lines stay."""

    def __init__(self, text: str) -> None:
        self._starts: list[int] = []
        self._lines: list[int] = []
        pieces, length = [], 0
        for number, line in enumerate(text.splitlines(), start=1):
            folded = _folded(line)
            if folded:
                self._starts.append(length)
                self._lines.append(number)
                pieces.append(folded)
                length += len(folded) + 1
        self._text = " ".join(pieces)
        self._lower = self._text.translate(_LOWER)

    def line_of(self, sentence: str, *, exact_case: bool = False) -> int | None:
        """The line on which *sentence* begins; None where it does not stand, or only as what is not so ("not Built with
        Llama"). `{release_name}` is any name."""
        fixed = max((_folded(part).rstrip(".。 ") for part in sentence.split("{release_name}")), key=len)
        text, wanted = (self._text, fixed) if exact_case else (self._lower, fixed.translate(_LOWER))
        at = text.find(wanted) if wanted else -1
        while at >= 0:
            if _is_whole(text, at, at + len(wanted)) and not self._taken_back(at, at + len(wanted)):
                return self._lines[bisect_right(self._starts, at) - 1]
            at = text.find(wanted, at + 1)
        return None

    def _taken_back(self, start: int, end: int) -> bool:
        before = self._lower[max(0, start - _BEFORE) : start]
        taken = _DENIED.search(before) or _OF_ANOTHER.search(before) or _ANSWERED.match(self._lower, end)
        return taken is not None


def _folded(line: str) -> str:
    line = unicodedata.normalize("NFKC", line)
    line = _TAG.sub(_alt, _LINK.sub(r"\1", line))
    if "&" in line:
        line = unicodedata.normalize("NFKC", html.unescape(line))
    line = _SCHEME.sub("", _COPYRIGHT.sub("©", _LEADING.sub("", line)))
    return " ".join(_SILENT.sub("", line).split())


def _alt(tag: re.Match[str]) -> str:
    found = _ALT.search(tag[0])
    return f" {found[1]} " if found else " "


def _is_whole(text: str, start: int, end: int) -> bool:
    """Whether no word or version number goes on at either end: "Meta Llama 3" is not in "Meta Llama 3.1"."""
    if start and _is_word(text[start - 1]) and _is_word(text[start]):
        return False
    behind = text[end : end + 2]
    goes_on = bool(behind) and _is_word(behind[0]) and _is_word(text[end - 1])
    return not goes_on and not re.match(r"\.\d", behind)


def _is_word(char: str) -> bool:
    # Between Chinese characters there are no spaces to tell where a sentence begins.
    return char.isascii() and char.isalnum()
