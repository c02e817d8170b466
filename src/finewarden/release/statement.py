"""The sentence "This model is based on X under Y." that a README owes its readers: made, and found again.

It is a convention of releases, not the notice that any license asks for; those are other sentences.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from finewarden.release.comments import blanked

__all__ = ["Statement", "find", "make"]

# Within one paragraph; a stop ends the license's name only where a new word may begin: "llama3.1" goes on.
_ENGLISH = re.compile(
    r"\bthis\s+(?:model|adapter|release)\s+is\s+based\s+on\s+(?P<base>\S.{0,200}?)\s+under\s+"
    r"(?P<license>\S.{0,200}?)(?=[.。]?[*_`]*(?:\s*\Z|[.。]\s|[.。][*_`]))",
    re.IGNORECASE | re.DOTALL,
)
# The same sentence as Chinese cards write it.
_CHINESE = re.compile(
    r"本(?:模型|适配器|发布)\s*(?:基于|是基于)\s*(?P<base>[^\s，,。]{1,200}(?:\([^)\s]{1,200}\))?)\s*[，,]?\s*(?:并)?"
    r"(?:遵循|依据|依照|按照|根据|采用|使用)\s*(?P<license>[^。\n]{1,200}?)\s*(?:许可证?|协议|授权|发布)"
)
# No paragraph that anybody reads is longer; it bounds the search in one that nobody does.
_LONGEST = 4096
_LINK = re.compile(r"\[(?P<text>[^\]]*)\]\([^)]*\)")


@dataclass(frozen=True, slots=True)
class Statement:
    """What the sentence says, without markup; *line* counts from 1 in the text that was searched."""

    base: str
    license: str
    line: int


def make(base: str, license: str, *more: str) -> str:  # noqa: A002 - the field's own name
    """The sentence for a Hub id and a license name; *more* are the other base models of a merge."""
    if more:  # without links, in which the sentence would be lost
        return f"This model is based on {' and '.join((base, *more))} under {license}."
    return f"This model is based on [{base}](https://huggingface.co/{base}) under {license}."


def find(text: str) -> Statement | None:
    """The first such sentence of *text* outside HTML comments, English or Chinese, however it is marked up."""
    line = 1
    for paragraph in re.split(r"(\n[ \t\r]*\n)", blanked(text)):
        sentence = paragraph[:_LONGEST]
        found = _ENGLISH.search(sentence) or _CHINESE.search(sentence)
        if found:
            line += paragraph.count("\n", 0, found.start())
            return Statement(_plain(found["base"]), _plain(found["license"]), line)
        line += paragraph.count("\n")
    return None


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[*`]", "", _LINK.sub(lambda m: m["text"], text)).split()).rstrip(".,")
