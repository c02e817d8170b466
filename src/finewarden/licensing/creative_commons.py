"""The key of a Creative Commons license, however people write it: in words, by its letters, by its address."""

from __future__ import annotations

import re

__all__ = ["creative_commons"]

_LONGEST = 200
_WORD = re.compile(r"[a-z]+|\d+(?:\.\d+)*")
_LETTERS = {
    "by": "by",
    "attribution": "by",
    "nc": "nc",
    "noncommercial": "nc",
    "sa": "sa",
    "sharealike": "sa",
    "nd": "nd",
    "noderivatives": "nd",
    "noderivs": "nd",
}
_SPELT = re.compile(r"\b(?:(non)[\s_-]+(commercial)|(share)[\s_-]+(alike)|(no)[\s_-]+(derivatives|derivs))\b")
_WHOSE = re.compile(r"\bcreative[\s_-]*commons(?:\.org)?\b")
_LANGUAGE = re.compile(r"\b(?:deed|legalcode)\.[a-z]{2}\b")  # of an address
# What changes nothing. A country ("3.0 US") or "IGO" is another text.
_ASIDE = frozenset(
    {"a", "an", "the", "of", "under", "public", "license", "licenses", "licence", "licenced", "licensed", "legal"}
    | {"deed", "legalcode", "code", "version", "v", "international", "unported", "universal", "generic"}
    | {"https", "http", "www", "org", "publicdomain"}
)


def creative_commons(name: str) -> str | None:
    """The key ("cc-by-nc-4.0") that *name* means; None when it is none of theirs, names no version, or says more."""
    told = _WHOSE.sub(" cc ", _LANGUAGE.sub(" ", name[:_LONGEST].lower()))
    told = re.sub(r"\bcc[\s_-]*zero\b|\bcc[\s_-]*0\b", " cc zero ", told)
    told = _SPELT.sub(lambda found: "".join(filter(None, found.groups())), told)
    words = [word for word in _WORD.findall(re.sub(r"\bv(?=\d)", "", told)) if word not in _ASIDE]
    if "cc" not in words or len(name) > _LONGEST:
        return None
    rest = [word for word in words if word != "cc"]
    versions = [word for word in rest if word[0].isdigit()]
    letters = [_LETTERS.get(word, word) for word in rest if not word[0].isdigit()]
    if set(letters) == {"zero"} and set(versions) <= {"1", "1.0"}:
        return "cc0-1.0"
    # "CC BY-NC-SA 4.0 (Attribution-NonCommercial-ShareAlike)" says each twice.
    order = [letter for letter in ("by", "nc", "nd", "sa") if letter in letters]
    if len(set(versions)) != 1 or "by" not in order or set(letters) != set(order):
        return None
    version = versions[0] if "." in versions[0] else f"{versions[0]}.0"
    return f"cc-{'-'.join(order)}-{version}"
