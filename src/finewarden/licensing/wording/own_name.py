"""What a release calls itself, and whether that begins as a license asks."""

from __future__ import annotations

import re
from typing import Literal

__all__ = ["begins_with", "title_of"]

_HEADING = re.compile(r"^ {0,3}#{1,2}[ \t]+(?P<text>\S[^\n]{0,300})$")
_HTML = re.compile(r"<h1(?:\s[^<>\n]{0,200})?>(?P<text>[^<\n]{1,300})</h1>", re.IGNORECASE)
_ABOUT = re.compile(
    r"^(?:(?:model|adapter)\s+card\s+(?:for|of)|about|introducing|welcome\s+to)\s+|的?(?:模型卡片?|介绍|简介|说明)$",
    re.IGNORECASE,
)
# Headings of templates and of sections; none is a name.
_GENERIC = re.compile(
    r"(?:model|adapter|data)\s*(?:card|id|details|description|summary|information|overview)|readme|introduction|overview"
    r"|description|summary|usage|quick\s*start|getting\s+started|about|uploaded\s+(?:finetuned\s+)?model|notes?"
    r"|licen[sc]e|changes|news|updates?|highlights|简介|介绍|概述|说明|模型(?:卡片?|介绍|简介|说明|信息)|使用(?:说明|方法)|许可证?",
    re.IGNORECASE,
)


def title_of(text: str) -> tuple[str, int] | None:
    """The name in the first heading of a README, with its line; None when there is no heading or it names nothing."""
    fenced = False
    for number, line in enumerate(text.splitlines(), start=1):
        if line.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
        found = None if fenced else _HEADING.match(line) or _HTML.search(line)
        if found:
            heading = _plain(found["text"])
            title = _ABOUT.sub("", heading).strip()
            generic = not title or _GENERIC.fullmatch(heading) or _GENERIC.fullmatch(title)
            return None if generic else (title, number)
    return None


def begins_with(name: str, prefix: str) -> Literal["yes", "inside", "no"]:
    """Whether *name* ("org/name" or a title) begins with *prefix*, however its words are joined; `inside` when it
    stands in it further behind ("Meta-Llama-3-x")."""
    words, wanted = _words(name.strip("/").rpartition("/")[2]), _words(prefix)
    joined, start = "".join(words), "".join(wanted)
    if joined.startswith(start) and not (start[-1:].isdigit() and joined[len(start) : len(start) + 1].isdigit()):
        return "yes"
    size = len(wanted)
    inside = any(words[at : at + size] == wanted for at in range(1, len(words) - size + 1))
    return "inside" if inside or any(word == start for word in words[1:]) else "no"


def _words(name: str) -> list[str]:
    # "Llama3" and "Llama-3" are written for one name.
    return re.findall(r"[a-z]+|[0-9]+(?:\.[0-9]+)*|[^\W\d_]+", name.lower())


def _plain(text: str) -> str:
    text = re.sub(r"!?\[([^\[\]\n]*)\]\([^()\n]*\)", r"\1", text)
    return " ".join(re.sub(r"[*`_]{2,}|[*`]|#+\s*$", "", text).split())
