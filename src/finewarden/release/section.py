"""The part of a Markdown file that belongs to finewarden; everything outside its two marks is a person's."""

from __future__ import annotations

import re

__all__ = ["BEGIN", "END", "replace", "without"]

BEGIN = "<!-- finewarden:begin -->"
END = "<!-- finewarden:end -->"
_SECTION = re.compile(f"{re.escape(BEGIN)}(?:(?!{re.escape(BEGIN)}).)*?{re.escape(END)}\\n?", re.DOTALL)
_MARK = re.compile(rf"(?:{re.escape(BEGIN)}|{re.escape(END)})\n?")
_TITLE = re.compile(r"^# [^\n]*\n?", re.MULTILINE)


def without(text: str) -> str:
    """*text* as a person wrote it: no section, no stray mark."""
    before = None
    while text != before:  # what is taken out may have stood inside another mark
        before, text = text, _MARK.sub("", _SECTION.sub("", text))
    return text


def replace(text: str, content: str) -> str:
    """*text* with *content* as its section: where the section stands, else below the first title, else at the top.

    A mark without its partner is a damaged section: the mark goes, the text around it stays.
    """
    made = f"{BEGIN}\n{content.strip()}\n{END}\n"
    found = _SECTION.search(text)
    if found:
        return without(text[: found.start()]) + made + without(text[found.end() :])
    text = without(text)
    title = _title_end(text)
    before, after = text[:title], text[title:].lstrip("\n")
    if before:
        before = before.rstrip("\n") + "\n\n"
    return before + made + (f"\n{after}" if after else "")


def _title_end(text: str) -> int:
    """Where the first title ends; 0 when there is none. A '#' inside a code fence is a comment of that code."""
    fences = [m.start() for m in re.finditer(r"^```", text, re.MULTILINE)]
    for found in _TITLE.finditer(text):
        if sum(at < found.start() for at in fences) % 2 == 0:
            return found.end()
    return 0
