"""The part of a text file that belongs to finewarden; everything outside its two marks is a person's."""

from __future__ import annotations

import re

__all__ = ["BEGIN", "END", "PLAIN_BEGIN", "PLAIN_END", "append", "replace", "without"]

BEGIN = "<!-- finewarden:begin -->"
END = "<!-- finewarden:end -->"
# NOTICE is no Markdown: its reader sees the marks.
PLAIN_BEGIN = "-- finewarden: begin --"
PLAIN_END = "-- finewarden: end --"
_TITLE = re.compile(r"^# [^\n]*\n?", re.MULTILINE)


class _Marks:
    def __init__(self, begin: str, end: str) -> None:
        self.begin, self.end = begin, end
        one, other = re.escape(begin), re.escape(end)
        self.section = re.compile(f"{one}(?:(?!{one}).)*?{other}\\n?", re.DOTALL)
        self.mark = re.compile(rf"(?:{one}|{other})\n?")

    def around(self, content: str) -> str:
        return f"{self.begin}\n{content.strip()}\n{self.end}\n"


_MARKDOWN = _Marks(BEGIN, END)
_PLAIN = _Marks(PLAIN_BEGIN, PLAIN_END)


def without(text: str, *, plain: bool = False) -> str:
    """*text* as a person wrote it: no section, no stray mark. *plain*: of a text that is no Markdown."""
    marks = _PLAIN if plain else _MARKDOWN
    before = None
    while text != before:  # what is taken out may have stood inside another mark
        before, text = text, marks.mark.sub("", marks.section.sub("", text))
    return text


def replace(text: str, content: str) -> str:
    """Markdown *text* with *content* as its section: where the section stands, else below the first title, else at the
    top.

    A mark without its partner is a damaged section: the mark goes, the text around it stays.
    """
    made = _MARKDOWN.around(content)
    found = _MARKDOWN.section.search(text)
    if found:
        return without(text[: found.start()]) + made + without(text[found.end() :])
    text = without(text)
    title = _title_end(text)
    before, after = text[:title], text[title:].lstrip("\n")
    if before:
        before = before.rstrip("\n") + "\n\n"
    return before + made + (f"\n{after}" if after else "")


def append(text: str, content: str | None) -> str:
    """Plain *text* with *content* as its section: where the section stands, else at the end; None takes it out."""
    found = _PLAIN.section.search(text)
    made = _PLAIN.around(content) if content is not None else ""
    if found:
        return without(text[: found.start()], plain=True) + made + without(text[found.end() :], plain=True)
    text = without(text, plain=True)
    if not made:
        return text
    return f"{text.rstrip(chr(10))}\n\n{made}" if text.strip() else made


def _title_end(text: str) -> int:
    """Where the first title ends; 0 when there is none. A '#' inside a code fence is a comment of that code."""
    fences = [m.start() for m in re.finditer(r"^```", text, re.MULTILINE)]
    for found in _TITLE.finditer(text):
        if sum(at < found.start() for at in fences) % 2 == 0:
            return found.end()
    return 0
