"""HTML comments in Markdown: there for the writer, not for the reader."""

from __future__ import annotations

import re

__all__ = ["blanked"]


def blanked(text: str) -> str:
    """*text* with spaces in the place of each comment, so that lines and columns stay; linear in its length."""
    out, at = [], 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start + 4)) >= 0:
        out += [text[at:start], re.sub(r"[^\n]", " ", text[start : end + 3])]
        at = end + 3
    return "".join([*out, text[at:]])
