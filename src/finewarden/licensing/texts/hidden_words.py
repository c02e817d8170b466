"""Words that the rendered page does not show: in comments, in what a tag says beside itself, in titles of links.

In a plain-text file everybody reads them. What says nothing is the mark of a tool (`<!-- prettier-ignore -->`,
`title="Permalink"`): one or two words, and in one text always the same few. What describes the page
(`<title>`, `alt=`) changes no term: a line of it at most, with no word of those that change one.
"""

from __future__ import annotations

import re
from itertools import islice

__all__ = ["MARK", "Hidden", "attributes_say", "changes_terms", "describes_page"]

MARK = "<!--"
"""What stands in a plain text before words that its page hides."""

_FEW = 2  # words of a tool's mark
_MARKS = 8  # different words that all marks of one text have: more is a sentence cut into pieces
_LINE = 14  # words of a title, a description
# Of a version ("3.1"), a date: numbers that no license counts users in.
_VERSION = re.compile(
    r"(?<![\w.])(?:v?\d{1,2}(?:\.\d{1,2}){0,2}|(?:19|20)\d\d(?:-\d\d){0,2})(?![\w.]|[ \t]?%)", re.IGNORECASE
)
_CHANGE = re.compile(
    r"\b(?:not|no|none|nor|never|nothing|nobody|neither|cannot|\w+n['’]t|without|except\w*|exempt\w*|void\w*|invalid|null"
    r"|notwithstanding|waive\w*|appl(?:y|ies|ied|icable)|sections?|clauses?|paragraphs?|articles?|recipients?|users?"
    r"|you|your|anyone|everyone|everybody|may|can|must|shall|free(?:ly|dom|d)?|grants?|granted|permit\w*|permission"
    r"|allow\w*|prohibit\w*|forb\w+|unless|only|subject|conditions?|restrict\w*|unrestrict\w*|commercial\w*"
    r"|noncommercial|unlimited|royalt\w+|fees?|pay\w*|warrant\w*|liab\w+|instead|overrid\w+|supersed\w+|replac\w+"
    r"|(?<![:\-])ignor\w+|disregard\w*|delet\w+|remov\w+|lift\w*|cancel\w*|revok\w+|terminat\w+|expire\w*|suspend\w*|optional"
    r"|million|billion|thousand|hundred|percent|obsolete|outdated|draft|wrong|false|untrue|struck|omit\w*|above|below)\b"
    r"|[条款项亿万]|不|无|豁免|适用|免|可以|取消|废|\d",
    re.IGNORECASE,
)
_CJK = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff"
_WORD = re.compile(rf"[{_CJK}]|[^\W{_CJK}]+(?:[\-./:][^\W{_CJK}]+)?")
_ATTRIBUTE = re.compile(r"(?<![\w:\-])([\w:\-]{1,60})\s{0,9}=\s{0,9}(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>]+))")
# No value of these is written for readers; an address has no spaces.
_SILENT = re.compile(
    r"class|style|rel|id|name|lang|dir|align|valign|width|height|border|target|charset|type|start|role|colou?r|size"
    r"|face|colspan|rowspan|cellpadding|cellspacing|bgcolor|http-equiv|xmlns|tabindex|clear",
    re.IGNORECASE,
)
_RULE = re.compile(r"(?<!\w)MD\d{3}(?!\w)")  # of a linter
_OF_TOOLS = frozenset({"no toc", "omit in toc", "omit from toc"})
_VIEWPORT = re.compile(r"(?:[a-z\-]{5,15}=[a-z0-9.\-]{1,12}[,; ]{0,3}){1,8}")
_ADDRESS = re.compile(r"href|src|action|cite", re.IGNORECASE)


class Hidden:
    """What the hidden words of one text say."""

    def __init__(self) -> None:
        self._marks: set[str] = set()

    def says(self, words: str) -> bool:
        """Whether *words* say more than a tool's mark does."""
        found = {word[0].lower() for word in islice(_WORD.finditer(words), 4 * _LINE)}
        if len(found) > _FEW or changes_terms(words):
            return True
        self._marks.update(found)
        return len(self._marks) > _MARKS


def changes_terms(words: str) -> bool:
    """Whether a word of *words* can change what a license says."""
    if words.strip().lower() in _OF_TOOLS:
        return False
    return _CHANGE.search(_VERSION.sub("", _RULE.sub("", words))) is not None


def describes_page(words: str) -> bool:
    """Whether *words* are a line that tells what the page is, and can change nothing."""
    return sum(1 for _ in islice(_WORD.finditer(words), _LINE + 1)) <= _LINE and not changes_terms(words)


def attributes_say(attributes: str) -> str:
    """What the attributes of a tag hold for readers: all but its addresses, classes and measures."""
    said: list[str] = []
    rest, at = [], 0
    for found in _ATTRIBUTE.finditer(attributes):
        rest.append(attributes[at : found.start()])
        at = found.end()
        name, value = found[1], found[2] or found[3] or found[4] or ""
        if name.lower() == "content" and _VIEWPORT.fullmatch(value):
            continue
        if not _SILENT.fullmatch(name) and not (_ADDRESS.fullmatch(name) and len(value.split()) <= _FEW):
            said.append(value)
    rest.append(attributes[at:])
    return " ".join(part for part in (*said, *rest) if part.strip())
