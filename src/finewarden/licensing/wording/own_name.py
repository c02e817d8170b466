"""What a release calls itself, and whether that begins as a license asks."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

__all__ = ["begins_with", "proposed"]


def begins_with(name: str, prefix: str) -> Literal["yes", "inside", "no"]:
    """Whether *name* ("org/name" or a title) begins with *prefix*, word by word, however the words are joined;
    `inside` when it stands in it further behind ("Meta-Llama-3-x")."""
    at = _stands_at(_words(_own_part(name)), [word for word, _ in _words(prefix)])
    return "no" if at is None else "yes" if at == 0 else "inside"


def proposed(name: str, prefix: str) -> str:
    """A name made from *name* that begins with *prefix*; what it holds of the prefix already is not repeated."""
    own, wanted = _own_part(name), [word for word, _ in _words(prefix)]
    words = _words(own)
    at = _stands_at(words, wanted)
    if at is None and words and words[0][0] == wanted[0]:
        own = own[words[0][1] :]  # "Llama-Support" of a license that asks for "Llama 3"
    elif at is not None:
        last = at + len(wanted) - 1
        before = own[: words[at - 1][1]] if at else ""
        before = "" if before.strip().lower() == "meta" else before  # a mark that no license lends
        if at and len(words) > last + 1 and "." in (version := words[last + 1][0]):
            prefix, last = f"{prefix} {version}", last + 1
            wanted = [*wanted, version]
        own = f"{before}{own[words[last][1] :] if words[last][0] == wanted[-1] else ''}"
    rest = re.sub(r"\s+", "-", own.strip()).strip("-_. ")
    return "-".join(part for part in (prefix.replace(" ", "-"), rest) if part)


def _own_part(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip().strip("/").rpartition("/")[2]


def _stands_at(words: list[tuple[str, int]], wanted: list[str]) -> int | None:
    return next((at for at in range(len(words) - len(wanted) + 1) if _is(words[at : at + len(wanted)], wanted)), None)


def _is(words: list[tuple[str, int]], wanted: list[str]) -> bool:
    *first, last = (word for word, _ in words)
    behind = last[len(wanted[-1]) :]
    # "Llama Guard" may be written LlamaGuard and "Llama 3" is in "Llama 3.1"; "Llama 30" is another number.
    return first == wanted[:-1] and last.startswith(wanted[-1]) and not (last[0].isdigit() and behind[:1].isdigit())


def _words(name: str) -> list[tuple[str, int]]:
    """Each word or number, with where it ends: "Llama3" and "Llama-3" are written for one name."""
    return [(one[0].lower(), one.end()) for one in re.finditer(r"[a-zA-Z]+|[0-9]+(?:\.[0-9]+)*|[^\W\d_]+", name)]
