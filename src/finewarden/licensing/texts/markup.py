"""What a license text says when markdown, HTML and invisible characters are taken away; its lines stay its lines.

Words are never taken away, wherever they stand: those of comments, of a tag's title, of a link's are text as well.
"""

from __future__ import annotations

import html
import re
import unicodedata

from finewarden.licensing.texts.hidden_words import MARK, Hidden, attributes_say

__all__ = ["plain"]

_LINE_ENDS = re.compile(r"\r\n?")
_TAG = re.compile(
    r"</?(?:a|abbr|b|big|blockquote|body|br|center|cite|code|dd|div|dl|dt|em|font|footer|h[1-6]|head|header|hr|html|i"
    r"|img|ins|kbd|li|link|main|meta|mark|nav|ol|p|pre|q|section|small|span|strong|sub|sup|table|tbody|td|tfoot|th|thead"
    r"|title|tr|tt|u|ul)(?P<attributes>(?:\s[^<>]{0,500})?)/?>",
    re.IGNORECASE,
)
_DOCTYPE = re.compile(
    r"<!doctype[ \t]+html(?:\s+public\s+\"-//W3C//DTD[ ]X?HTML[ ][\w. ]{1,30}//EN\"(?:\s+\"https?://[\w./\-]{1,80}\")?)?\s*>",
    re.IGNORECASE,
)
_TITLE = re.compile(r"<title>(?P<words>[^<>]{0,500}+)</title>", re.IGNORECASE)  # shown on the tab, not on the page
# A style can hide or strike what stands between the tags: such a tag is left for everybody to see.
_HIDES = re.compile(r"\b(?:hidden|display|visibility|opacity|line-through|color|font|position|clip)\b", re.IGNORECASE)
# Only what looks like an address goes: "[1](a)" may be two references to clauses.
_LINK_TARGET = re.compile(
    r"\]\([ \t]{0,8}<?(?:[a-z][a-z0-9+.\-]{1,15}:|www\.|[#./])[^\s()<>]{0,1000}"
    r"(?:\([^\s()]{0,200}\))?[^\s()<>]{0,200}>?(?:[ \t]{1,8}\"(?P<title>[^\"\n]{0,200})\")?[ \t]{0,8}\)",
    re.IGNORECASE,
)
_COMMENT = re.compile(r"(?P<between>\s{0,40})<!--")
_STRUCK_TAG = re.compile(r"</?(?:s|del|strike)>", re.IGNORECASE)
_EMPHASIS = "*`\\"
_STAR_BULLET = re.compile(r"^([ \t]{0,80})\*[ \t](?![^\n]*\*[ \t]*$)", re.MULTILINE)  # no box of stars
_TRADEMARKS = frozenset("™℠®")
# Letters that no screen shows and every program reads.
_TAG_CHARACTERS = re.compile("[\U000e0020-\U000e007e]+")
_AS_ASCII = {0xE0000 + code: code for code in range(0x20, 0x7F)}
_OVERRIDES = frozenset("\u202d\u202e")  # they turn the order of letters round on the screen: to be seen, not dropped


def plain(text: str) -> str:
    """*text* as its reader sees it, each word on the line it had.

    Gone are tags, link targets, emphasis, invisible characters and the marks of tools in comments; entities and
    compatibility forms are written out. Struck text stays marked, for it no longer holds; so does what a page hides.
    """
    text = _LINE_ENDS.sub("\n", text)
    hidden = Hidden()
    if "<" in text:
        text = _DOCTYPE.sub(lambda found: "\n" * found[0].count("\n"), text)
        text = _TITLE.sub(lambda found: _kept(found["words"], hidden) + "\n" * found["words"].count("\n"), text)
        text = _STRUCK_TAG.sub(" ~~ ", _without_comments(text, hidden))
        text = _TAG.sub(lambda tag: _without(tag, hidden), text)
    if "](" in text:
        text = _LINK_TARGET.sub(lambda link: "]" + _kept(link["title"] or "", hidden), text)
    if "&" in text:
        text = html.unescape(text)
    text = _STAR_BULLET.sub(r"\1- ", text)
    for mark in _EMPHASIS:
        text = text.replace(mark, "")
    if text.isascii():
        return text
    text = _TAG_CHARACTERS.sub(lambda found: found[0].translate(_AS_ASCII), text)
    for char in filter(_is_nothing, set(text)):
        text = text.replace(char, "")
    return unicodedata.normalize("NFKC", text)


def _without(tag: re.Match[str], hidden: Hidden) -> str:
    attributes = tag["attributes"]
    if _HIDES.search(attributes):
        return tag[0]
    return _kept(attributes_say(attributes), hidden) + "\n" * tag[0].count("\n") if attributes else ""


def _without_comments(text: str, hidden: Hidden) -> str:
    """*text* without comments that say nothing. Those that follow one another are one: a sentence may be cut."""
    parts, at = [], 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start + 4)) >= 0:
        said = [text[start + 4 : end]]
        while (more := _COMMENT.match(text, end + 3)) and (stop := text.find("-->", more.end())) >= 0:
            said += [more["between"], text[more.end() : stop]]
            end = stop
        whole = " ".join(said)
        parts += [text[at:start], f" {MARK}{whole}--> " if hidden.says(whole) else " " + "\n" * whole.count("\n")]
        at = end + 3
    return "".join([*parts, text[at:]])


def _kept(words: str, hidden: Hidden) -> str:
    return f" {MARK} {' '.join(words.split())} --> " if words and hidden.says(words) else ""


def _is_nothing(char: str) -> bool:
    if char in _TRADEMARKS or "\ufe00" <= char <= "\ufe0f":
        return True
    return unicodedata.category(char) == "Cf" and char not in _OVERRIDES
