"""What of a Markdown text its readers see: no hidden element, no comment in a link's definition; and what is no code.

HTML comments are blanked by whoever reads the file. All that is taken out becomes spaces, so that lines stay.
"""

from __future__ import annotations

import re

__all__ = ["visible", "without_code"]

_FENCE = re.compile(r"^[ >\t]*(?P<mark>`{3,}|~{3,})(?P<info>[^\n]*)$")
_INLINE = re.compile(r"(?<!`)(`{1,3})(?!`)[^`\n]{1,500}\1(?!`)")
# `[//]: # (words)`: a definition that no link can use.
_DEFINITION = re.compile(r"^ {0,3}\[[^\[\]\n]{1,100}\]:[ \t]*(?:#|<#?>)(?:[ \t][^\n]*)?$", re.MULTILINE)
_OPEN = re.compile(r"<(?P<tag>[a-zA-Z][a-zA-Z0-9]{0,15})(?P<attributes>\s[^<>]{0,1000}+)?>")
_STYLE = re.compile(
    r"\bstyle\s*=\s*[\"'][^\"'<>]*?(?:display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0|opacity\s*:\s*0(?![.\d]))",
    re.IGNORECASE,
)
_MAY_HIDE = ("hidden", "style", "<script", "<template")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_HIDDEN = re.compile(r"\shidden(?![\w-])", re.IGNORECASE)
_NEVER_SHOWN = frozenset({"script", "style", "template"})
_VOID = frozenset({"img", "input", "br", "hr", "source", "meta", "link", "area", "wbr"})


def visible(text: str) -> str:
    """*text* without what is hidden. Code shows elements, and hides none."""
    text = _DEFINITION.sub(_spaces, text) if "]:" in text else text
    lower = text.lower()
    if not any(word in lower for word in _MAY_HIDE):
        return text
    scanned, out, at = without_code(text), [], 0
    while (opened := _next_hidden(scanned, at)) is not None:
        end = _end(scanned, opened)
        out += [text[at : opened.start()], _blank(text[opened.start() : end])]
        at = end
    return "".join([*out, text[at:]])


def without_code(text: str) -> str:
    """*text* without its code blocks and code spans."""
    kept, fence = [], ""
    for line in text.splitlines(keepends=True):
        found = _FENCE.match(line.rstrip("\r\n"))
        if fence:
            closes = found is not None and found["mark"].startswith(fence) and not found["info"].strip()
            fence = "" if closes else fence
            kept.append(_blank(line))
        elif found and "`" not in found["info"]:
            fence = found["mark"]
            kept.append(_blank(line))
        else:
            kept.append(_INLINE.sub(_spaces, line) if "`" in line else line)
    return "".join(kept)


def _next_hidden(text: str, at: int) -> re.Match[str] | None:
    return next((one for one in _OPEN.finditer(text, at) if _hides(one["tag"], one["attributes"] or "")), None)


def _hides(tag: str, attributes: str) -> bool:
    if tag.lower() in _NEVER_SHOWN or _STYLE.search(attributes):
        return True
    return _HIDDEN.search(_QUOTED.sub("", attributes)) is not None


def _end(text: str, opened: re.Match[str]) -> int:
    """Where the element ends that *opened* begins; the end of *text* for one that nobody closes."""
    if opened["tag"].lower() in _VOID or (opened["attributes"] or "").endswith("/"):
        return opened.end()
    depth = 1
    for one in re.compile(rf"<(/?){opened['tag']}(?=[\s>/])[^<>]{{0,1000}}+>", re.IGNORECASE).finditer(
        text, opened.end()
    ):
        depth += -1 if one[1] else 1
        if depth == 0:
            return one.end()
    return len(text)


def _spaces(found: re.Match[str]) -> str:
    return _blank(found[0])


def _blank(text: str) -> str:
    return re.sub(r"[^\r\n]", " ", text)
