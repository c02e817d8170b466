"""Words that the rendered page does not show: in comments, in what a tag says beside itself, in titles of links.

In a plain-text file everybody reads them. What says nothing is the mark of a tool (`<!-- prettier-ignore -->`,
`title="Permalink"`): one or two words, and in one text always the same few.
"""

from __future__ import annotations

import re
from itertools import islice

__all__ = ["MARK", "Hidden", "attributes_say"]

MARK = "<!--"
"""What stands in a plain text before words that its page hides."""

_FEW = 2  # words of a tool's mark
_MARKS = 8  # different words that all marks of one text have: more is a sentence cut into pieces
_CJK = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff"
_WORD = re.compile(rf"[{_CJK}]|[^\W{_CJK}]+(?:[\-./:][^\W{_CJK}]+)?")
_ATTRIBUTE = re.compile(r"(?<![\w:\-])([\w:\-]{1,60})\s{0,9}=\s{0,9}(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>]+))")
# No value of these is written for readers; an address has no spaces.
_SILENT = re.compile(
    r"class|style|rel|id|name|lang|dir|align|valign|width|height|border|target|charset|type|start|role|colou?r|size"
    r"|face|colspan|rowspan|cellpadding|cellspacing|bgcolor|http-equiv|xmlns|tabindex|clear",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"href|src|action|cite", re.IGNORECASE)


class Hidden:
    """What the hidden words of one text say."""

    def __init__(self) -> None:
        self._marks: set[str] = set()

    def says(self, words: str) -> bool:
        """Whether *words* say more than a tool's mark does."""
        found = [word[0].lower() for word in islice(_WORD.finditer(words), _FEW + 1)]
        if len(found) > _FEW:
            return True
        self._marks.update(found)
        return len(self._marks) > _MARKS


def attributes_say(attributes: str) -> str:
    """What the attributes of a tag hold for readers: all but its addresses, classes and measures."""
    said: list[str] = []
    rest, at = [], 0
    for found in _ATTRIBUTE.finditer(attributes):
        rest.append(attributes[at : found.start()])
        at = found.end()
        name, value = found[1], found[2] or found[3] or found[4] or ""
        if not _SILENT.fullmatch(name) and not (_ADDRESS.fullmatch(name) and len(value.split()) <= _FEW):
            said.append(value)
    rest.append(attributes[at:])
    return " ".join(part for part in (*said, *rest) if part.strip())
