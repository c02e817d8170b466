"""How the lines of a person's file end, kept over an edit: an editor on Windows ends them in CRLF, and may begin the
file with a byte order mark."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["kept"]

_BOM = "\ufeff"


def kept(before: str | None, edit: Callable[[str | None], str]) -> str:
    """What *edit* makes of *before*, in its line ends and with its byte order mark.

    Of a file that mixes line ends every line stays as it is, and new ones end in a line feed.
    """
    if before is None:
        return edit(None)
    bom, text = (_BOM, before[1:]) if before.startswith(_BOM) else ("", before)
    crlf = 0 < text.count("\n") == text.count("\r\n")
    after = edit(text.replace("\r\n", "\n") if crlf else text)
    return bom + (after.replace("\n", "\r\n") if crlf else after)
