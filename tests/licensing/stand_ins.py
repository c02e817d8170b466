"""License texts for tests: none is in the tree.

`text_of("llama3.1")` is a stand-in: as many clauses under the same numbers as the real text, in words that mean
nothing. finewarden knows it through the door that users have, a record of the same key with a `text_file` in the
policy; that is what `own_texts` writes. Where FINEWARDEN_LICENSE_TEXTS names a folder of texts or the
scancode-toolkit-mini wheel (tox env `license-texts`), `text_of` is the real text and nothing needs to be written.
"""

from __future__ import annotations

import json
import os
import random
import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from finewarden.licensing.library import Library
from finewarden.licensing.texts.fingerprint import Fingerprint
from finewarden.licensing.texts.make_fingerprints import read_source, sources
from finewarden.licensing.texts.shipped_fingerprints import shipped

__all__ = ["fingerprint", "has_real_text", "own_texts", "text_of", "without_clause"]

_WORDS = tuple(
    word
    for line in (
        "the party may render such material under these provisions while every holder keeps what it has given and",
        "nobody claims more than was meant by them when any portion of it travels further between places without",
        "delay nor cost until notice arrives that another measure applies because of its own weight or colour",
    )
    for word in line.split()
)


@cache
def text_of(id: str) -> str:  # noqa: A002 - the field's own name
    """The text of the fingerprint *id*: the real one where it is at hand, else the stand-in."""
    return _real(id) or _stand_in(fingerprint(id))


def has_real_text(id: str) -> bool:  # noqa: A002 - the field's own name
    """Whether `text_of` is the real text."""
    return _real(id) is not None


def own_texts(folder: Path, *ids: str) -> str:
    """The TOML of a policy's `[[licenses]]` for the stand-ins of *ids*, whose files are written to *folder*.

    Empty where the real texts are at hand: the shipped fingerprints know those. Where it is not, `text_of(id)` in a
    release is the license of the record of that fingerprint's key.
    """
    parts = []
    for one in ids:
        if has_real_text(one):
            continue
        name = f"{one}.license.txt"
        (folder / name).write_text(text_of(one), encoding="utf-8")
        record = Library.shipped().record(fingerprint(one).key)
        data = record.model_dump(exclude_defaults=True)
        parts.append("[[licenses]]\n" + _toml({"schema_version": 1, **data, "text_file": name}))
    return "\n".join(parts)


def without_clause(text: str, id: str, label: str) -> str:  # noqa: A002 - the field's own name
    """*text*, that of the fingerprint *id*, without the clause *label*. Raises KeyError when it has none such."""
    from finewarden.licensing.texts.clause_labels import labels_of
    from finewarden.licensing.texts.markup import plain

    clean = plain(text)
    labels = labels_of(clean)
    at = next((n for n, one in enumerate(labels) if one.label == label), None)
    if at is None:
        raise KeyError(f"{id} has no clause {label}: {', '.join(one.label for one in labels)}")
    end = labels[at + 1].start if at + 1 < len(labels) else len(clean)
    return clean[: labels[at].start] + clean[end:]


@cache
def fingerprint(id: str) -> Fingerprint:  # noqa: A002 - the field's own name
    """The shipped fingerprint *id*."""
    return next(one.fingerprint for one in shipped() if one.id == id)


@cache
def _real(id: str) -> str | None:  # noqa: A002 - the field's own name
    place = os.environ.get("FINEWARDEN_LICENSE_TEXTS")
    source = next((one for one in sources() if one["id"] == id), None)
    return read_source(source, Path(place)) if place and source else None


def _stand_in(of: Fingerprint) -> str:
    draw = random.Random(of.id)
    parts = []
    for number, (label, start) in enumerate(of.clauses):
        length = max(6, min(60, of.clause_end(number) - start))
        words = [draw.choice(_WORDS) for _ in range(length)]
        words[draw.randrange(3, length)] = draw.choice(["700", "30", "12", "2024"])
        if label == "title":
            parts.append(f"{of.id.upper()} STAND-IN AGREEMENT")
        else:
            parts.append(f"{_mark(label)}{' '.join(words).capitalize()}.")
    return "\n\n".join(parts) + "\n"


def _mark(label: str) -> str:
    """What stands before the clause so that it is read as *label*."""
    label = re.sub(r" \(text \d+\)$", "", label)
    if re.search(r"(?:preamble|paragraph)$", label):
        return ""
    if re.search(r"bullet\)$", label):
        return "* "
    part = re.fullmatch(r"((?:Section|Attachment|Exhibit|Appendix|Annex) ?\w*|.*(?:Policy|Restrictions))", label)
    if part:
        return f"{label}\n\n"
    section = re.fullmatch(r"Section \w+((?:\(\w+\))+)", label)
    if section:
        return section[1].rpartition("(")[2].rstrip(")") + ". "
    inner = re.search(r"(\(\w+\))$", label)
    if inner:
        return f"{inner[1]} "
    return f"{label.rpartition(' ')[2]} " if re.search(r"\d\.\d+$", label) else f"{re.split(r'[. ]', label)[-1]}. "


def _toml(data: Mapping[str, Any]) -> str:
    return "".join(f"{key} = {_value(value)}\n" for key, value in data.items() if value is not None)


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_value(item)}" for key, item in value.items() if item is not None) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False)
