"""Lines of one's own in a license text that change no term of it: a copyright statement, its title once more."""

from __future__ import annotations

import re
from itertools import islice

from finewarden.licensing.texts.fingerprint import Fingerprint
from finewarden.licensing.texts.hidden_words import MARK, changes_terms, describes_page
from finewarden.licensing.texts.tokens import Words, hash_of

__all__ = ["is_heading", "is_page_furniture", "is_statement"]

_MOST_LINES = 12
_MOST_PAGE = 4000
_LINE_WORDS = 30
_STATEMENT = re.compile(
    r"(?:(?:portions|modifications?|changes|fine-?tuned (?:model|weights|version))(?: are| is)?,? )?"
    r"(?:copyright\b|\(c\)|©|spdx-filecopyrighttext:|版权所有)|all rights reserved",
    re.IGNORECASE,
)
_SPDX = re.compile(r"spdx-license-identifier:[ \t]?[\w.+\-]+(?:[ \t]--)?", re.IGNORECASE)
# A line that begins as a copyright statement and speaks of any of these goes on as something else.
_TERMS = re.compile(
    r"\b(?:not|no|none|nor|except\w*|exempt\w*|void|invalid|null|notwithstanding|waive\w*|appl\w+|sections?|clauses?"
    r"|paragraphs?|articles?|terms?|agreements?|licen[sc]e[sd]?|licensees?|licensors?|sublicen\w+|policy|policies"
    r"|recipients?|users?|you|your|anyone|everyone|us(?:e[sd]?|ing)|may|can|must|shall|will|free\w*|grant\w*"
    r"|permi\w+|prohibit\w*|provided|unless|only|subject|condition\w*|restrict\w*|commercial\w*|noncommercial"
    r"|distribut\w+|royalt\w+|fees?|pay\w*|warrant\w*|liab\w+|instead|overrid\w+|supersed\w+|replac\w+|above|below"
    r"|million|billion)\b|[条款项]|不|无效|豁免|适用",
    re.IGNORECASE,
)
_YEARS = re.compile(r"\b(?:19|20)\d\d\b")
_SOURCE = re.compile(
    r"(?:source|from|origin|original|url|link|downloaded from|retrieved from|copied from|see|来源|原文)"
    r"[ \t]?[:：]?[ \t]{0,4}"
    r"(?P<address>https?://[\w./\-#%?=&]{1,200})",
    re.IGNORECASE,
)
_HIDDEN = re.compile(rf"{MARK}(?P<words>.*?)-->", re.DOTALL)
_HEADING = 12
_OF_TITLES = frozenset(
    hash_of(word) for word in ("license", "agreement", "terms", "the", "of", "for", "model", "text", "full", "copy")
)


def is_statement(words: Words, first: int, end: int) -> bool:
    """Whether the words from *first* to before *end* are lines of their own that only say who holds a copyright."""
    lines = _whole_lines(words, first, end)
    return bool(lines) and all(_only_states(line) for line in lines)


def is_page_furniture(words: Words, first: int, end: int, *, statements: bool = True) -> bool:
    """Whether the words from *first* to before *end* stand where a page hides them, and only describe it; beside them
    may stand *statements*: lines that say who holds a copyright or where the text is from."""
    text = words.text
    opened = text.rfind(MARK, 0, words.spans[first][0])
    closed = text.find("-->", opened) if opened >= 0 else -1
    start = opened if closed >= words.spans[first][0] else words.spans[first][0]
    stop = words.spans[end - 1][1]
    if (text.rfind(MARK, start, stop) if stop > start else -1) > text.rfind("-->", start, stop):
        closed = text.find("-->", stop)
        stop = closed + 3 if closed >= 0 else stop
    if stop - start > _MOST_PAGE:
        return False
    said = text[start:stop]
    hidden = [found["words"] for found in _HIDDEN.finditer(said)]
    shown = [line for line in _HIDDEN.sub("\n", said).split("\n") if re.search(r"\w", line)]
    if not hidden or len(hidden) + len(shown) > _MOST_LINES or not all(map(_only_states, shown)):
        return False
    if not statements and (shown or any(map(_states, hidden))):
        return False
    return all(describes_page(one) or _states(one) for one in hidden)


def is_heading(fingerprint: Fingerprint, words: Words, first: int, end: int) -> bool:
    """Whether the words, which stand before the license, are one line that names it again."""
    lines = _whole_lines(words, first, end) if end - first <= _HEADING else []
    title = fingerprint.clauses[1][1] if len(fingerprint.clauses) > 1 else 0
    known = _OF_TITLES.union(fingerprint.tokens[: min(title, 2 * _HEADING)])
    return len(lines) == 1 and known.issuperset(words.hashes[first:end])


def _states(hidden: str) -> bool:
    lines = [line for line in hidden.split("\n") if re.search(r"\w", line)]
    return len(lines) <= _MOST_LINES and all(map(_only_states, lines))


def _only_states(line: str) -> bool:
    bare = line.strip(" \t#>*/;-<!|")
    if _SPDX.fullmatch(bare):
        return True
    source = _SOURCE.fullmatch(bare.rstrip(">. "))
    if source is not None:
        return not changes_terms(re.sub(r"[_\d]", " ", source["address"]))
    says = _STATEMENT.match(bare) is not None and len(bare.split()) <= _LINE_WORDS
    return says and not _TERMS.search(bare) and not re.search(r"\d", _YEARS.sub("", bare))


def _whole_lines(words: Words, first: int, end: int) -> list[str]:
    """The lines that the words from *first* to before *end* fill; none where other words stand on them too."""
    text = words.text
    start = text.rfind("\n", 0, words.spans[first][0]) + 1
    stop = text.find("\n", words.spans[end - 1][1])
    stop = len(text) if stop < 0 else stop
    alone = (first == 0 or words.spans[first - 1][1] <= start) and (end == len(words) or words.spans[end][0] >= stop)
    if not alone or stop - start > 4000:
        return []
    lines = (line for line in text[start:stop].split("\n") if re.search(r"\w", line))
    found = list(islice(lines, _MOST_LINES + 1))
    return found if len(found) <= _MOST_LINES else []
