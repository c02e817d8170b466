"""Which model a Hub name means: an original, the same model repacked by somebody else, or something made from it.

Repacks keep the original's name: "unsloth/Qwen2.5-7B-Instruct-bnb-4bit", "TheBloke/Llama-2-7B-GPTQ". So the name is
taken apart into words and looked up among the names of known models; a list is needed only where a repack was renamed.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Literal

from finewarden.license_record import ModelPattern
from finewarden.licensing.base.architectures import rows
from finewarden.licensing.library import Library

__all__ = ["Origin", "origin_of"]

Relation = Literal["original", "repack", "made-from", "unknown"]

_DATE = re.compile(r"\d{4}")
_SIZE = re.compile(r"(?:\d+x)?\d+(?:\.\d+)?[bm]|[ea]\d+(?:\.\d+)?b")
_OWNERS = re.compile(r"^\^?\(?(?:\?:)?([\w.|-]+)\)?/(?![.\[*(?]|$)")
_MAX_NAME = 200


@dataclass(frozen=True)
class _Words:
    repackers: frozenset[str]
    packing: frozenset[str]
    editions: frozenset[str]
    renamed: dict[str, str]


@cache
def _known() -> _Words:
    text = (resources.files("finewarden.licensing.base") / "repacks.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    lists = {key: frozenset(data[key].split()) for key in ("repackers", "packing", "editions")}
    return _Words(**lists, renamed=data["renamed"])


@dataclass(frozen=True)
class Origin:
    """*models*: Hub ids of what the name means (`repack`), of what it is made from (`made-from`), or itself."""

    models: tuple[str, ...]
    relation: Relation


def origin_of(name: str, library: Library) -> Origin:
    """What *name*, a Hub id or the last part of a path, means."""
    if len(name) > _MAX_NAME:
        return Origin((name[:_MAX_NAME],), "unknown")
    if "/" in name and any(_names_owner(pattern) for _, pattern in library.of_model(name)):
        return Origin((name,), "original")
    if name.lower() in _listed():
        return Origin((name,), "original")
    words = _words(name.rpartition("/")[2])
    while words and words[-1] in _known().packing:
        words.pop()
    renamed = _known().renamed.get("-".join(words))
    if renamed is not None:
        return Origin((renamed,), "repack")
    same = _same_name(words, name) or _by_owner(words, name, library)
    if same is not None:
        return Origin((same,), "repack")
    inside = _inside(tuple(words))
    return Origin(inside, "made-from") if inside else Origin((name,), "unknown")


def _names_owner(pattern: ModelPattern) -> bool:
    """Whether the pattern is of one owner's models, not of anyone's who uses the name."""
    return not pattern.pattern.lstrip("^(?:").startswith(("[^/]", ".", r"\w", r"\S"))


def _words(tail: str) -> list[str]:
    text = re.sub(r"(?<=\d)p(?=\d)", ".", tail.lower())
    text = re.sub(r"\.(?=w\d+a\d+)", "-", text)
    return [word for word in re.split(r"[-_\s]+", text.removesuffix(".gguf")) if word]


def _same_name(words: list[str], name: str) -> str | None:
    """The known id whose name *words* begins with, when only packing and edition follow."""
    words = words[1:] if words[:1] == ["meta"] else words
    for end in range(len(words), 0, -1):
        known = _names().get("".join(words[:end]))
        if known is None:
            continue
        if all(word in _known().packing or word in _known().editions or _DATE.fullmatch(word) for word in words[end:]):
            edition = "".join(f"-{word}" for word in _as_written(words[end:], name))
            return f"{known.removesuffix('-hf')}{edition}-hf" if known.endswith("-hf") else known + edition
        return None
    return None


def _as_written(words: list[str], name: str) -> Iterator[str]:
    """*words* in the letter case of *name*, those about packing left out."""
    lower = name.lower()
    for word in words:
        if word not in _known().packing:
            at = lower.rfind(word)
            yield name[at : at + len(word)] if at >= 0 else word


def _by_owner(words: list[str], name: str, library: Library) -> str | None:
    """`owner/name` for the one owner of whose models a record speaks, where the name is one of them."""
    repacker = name.partition("/")[0].lower() in _known().repackers
    if not repacker and not any(_SIZE.fullmatch(word) for word in words):
        return None  # a name that anyone may give
    tail = "-".join(_as_written(words, name))
    found: dict[str, str] = {}
    for record in library:
        for owner in _owners(record.models):
            pattern = record.model_pattern(f"{owner}/{tail}")
            if pattern is not None and _OWNERS.match(pattern.pattern) and _is_explained(words, pattern, repacker):
                found.setdefault(record.key, f"{owner}/{tail}")
    ids = {hub_id.lower(): hub_id for hub_id in found.values()}
    return next(iter(ids.values())) if len(ids) == 1 else None


def _is_explained(words: list[str], pattern: ModelPattern, repacker: bool) -> bool:
    """Whether no word of *words* makes another model of what *pattern* speaks of ("-abliterated", "-finance")."""
    written = pattern.pattern.replace("\\", "").lower()
    plain = _known().editions | _known().packing
    return all(
        word in plain
        or word in written
        or _SIZE.fullmatch(word)
        or _DATE.fullmatch(word)
        or (repacker and re.fullmatch(r"[\d.]+", word))
        for word in words
    )


@lru_cache(maxsize=512)
def _owners(patterns: tuple[ModelPattern, ...]) -> tuple[str, ...]:
    found = (_OWNERS.match(pattern.pattern) for pattern in patterns)
    return tuple(dict.fromkeys(owner for match in found if match for owner in match[1].split("|")))


def _inside(words: tuple[str, ...]) -> tuple[str, ...]:
    """Known models of the family and the size that *words* speak of, wherever they stand ("dolphin-2.9.2-qwen2-7b")."""
    for length in range(min(len(words), 5), 0, -1):
        for start in range(len(words) - length + 1):
            sizes = _families().get("".join(words[start : start + length]))
            if sizes is None:
                continue
            after = words[start + length :]
            named = next((word for word in after if word in sizes), None)
            if named is not None:
                return sizes[named]
            if "" in sizes and length > 1:
                return sizes[""]
    return ()


@cache
def _listed() -> frozenset[str]:
    return frozenset(model.lower() for row in rows() for model in row.models)


@cache
def _names() -> dict[str, str]:
    """Each known id by its name's words, run together."""
    made: dict[str, str] = {}
    for row in rows():
        for model in row.models:
            words = _words(model.rpartition("/")[2].removesuffix("-hf"))
            made.setdefault("".join(words[1:] if words[0] == "meta" else words), model)
    return made


@cache
def _families() -> dict[str, dict[str, tuple[str, ...]]]:
    """Known ids by family and size: "qwen2" and "7b"; by the whole name and "" where it has no size."""
    made: dict[str, dict[str, tuple[str, ...]]] = {}
    for row in rows():
        for model in row.models:
            words = _words(model.rpartition("/")[2])
            words = words[1:] if words[0] == "meta" else words
            at = next((place for place, word in enumerate(words) if _SIZE.fullmatch(word)), None)
            if at == 0:
                continue
            family, size = ("".join(words[:at]), words[at]) if at is not None else ("".join(words), "")
            sizes = made.setdefault(family, {})
            sizes[size] = (*sizes.get(size, ()), model)
    return made
