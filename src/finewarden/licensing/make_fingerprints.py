"""Make the fingerprint of a license text: `python -m finewarden.licensing.make_fingerprints TEXT --key KEY --id ID`.

Without a text, all of `fingerprints/` is made anew from the sources that `fingerprint_sources.toml` names: from a
folder that holds them, or straight from the scancode-toolkit-mini wheel for those that it has.
"""

from __future__ import annotations

import argparse
import re
import tomllib
import zipfile
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from importlib import resources
from pathlib import Path
from typing import Any, Literal

from finewarden.licensing.clause_labels import labels_of
from finewarden.licensing.fingerprint import Fingerprint, Place, dump
from finewarden.licensing.tokens import Words, words_of

__all__ = ["fingerprint_of", "main", "read_source", "sources"]

_PLACEHOLDER = re.compile(
    r"[<\[{](?:yyyy|year|years|name of copyright owner|copyright holders?|holder|owner|organization|author)[^>\]}\n]{0,40}[>\]}]",
    re.IGNORECASE,
)
_COPYRIGHT_LINE = re.compile(r"^[ \t]*copyright\b[^\n]*$", re.IGNORECASE | re.MULTILINE)


def fingerprint_of(
    text: str,
    *,
    id: str,  # noqa: A002 - the field's own name
    key: str,
    kind: Literal["license", "policy"] = "license",
    family: Iterable[str] = (),
    template: bool = False,
    optional: Iterable[tuple[str, str]] = (),
    numbers_lost: bool = False,
    relabel: Mapping[str, str] | None = None,
) -> Fingerprint:
    """The fingerprint of *text*.

    *template*: the text is one that everybody fills in (MIT, BSD, ISC): title and copyright lines are free.
    *optional*: stretches that a whole text may lack, each from a line that matches a pattern to before one that
    matches another ("" is the beginning or the end). *numbers_lost*: the source
    lost the marks of its lists, so a text may have them. *relabel* puts right what the clauses are called.
    """
    places: list[tuple[int, Place]] = []
    words = words_of(text)
    keep = [True] * len(words)
    if template:
        for line in _COPYRIGHT_LINE.finditer(words.text):
            first, end = _inside(words, line.start(), line.end())
            keep[first:end] = [False] * (end - first)
            places.append((end, "copyright"))
        if not places:
            places.append((0, "copyright"))
    for holder in _PLACEHOLDER.finditer(words.text):
        first, end = _inside(words, holder.start(), holder.end())
        keep[first:end] = [False] * (end - first)
        places.append((end, "holder"))
    labels = labels_of(words.text)
    if numbers_lost:
        for found in re.finditer(r"(?:^|\n)[ \t]*(?=\S)", words.text):
            places.append((_inside(words, found.end(), found.end())[0], "number"))
    places += [(_at(words, start), "number") for label, start in labels if label.endswith("bullet)")]
    before = [0]
    for kept in keep:
        before.append(before[-1] + kept)
    clauses: dict[int, str] = {}
    for label, start in labels:
        clauses[before[_at(words, start)]] = (relabel or {}).get(label, label)
    stretches = [(before[first], before[end]) for first, end in (_stretch(words, *two) for two in optional)]
    tokens = tuple(word for word, kept in zip(words.hashes, keep, strict=True) if kept)
    if template:
        head = min(at for at, place in places if place == "copyright")
        places.append((0, "title"))
        if before[head]:
            stretches.append((0, before[head]))
    return Fingerprint(
        id,
        key,
        tuple((label, at) for at, label in sorted(clauses.items()) if at < len(tokens)),
        tokens,
        tuple(sorted(set(stretches))),
        tuple(sorted({(before[at], place) for at, place in places})),
        kind,
        tuple(family),
    )


def _at(words: Words, char: int) -> int:
    return bisect_left(words.spans, (char, -1))


def _inside(words: Words, start: int, end: int) -> tuple[int, int]:
    return _at(words, start), _at(words, end)


def _stretch(words: Words, first: str, until: str) -> tuple[int, int]:
    begin = re.search(first, words.text, re.MULTILINE) if first else None
    start = begin.start() if begin else 0
    end = re.compile(until, re.MULTILINE).search(words.text, start + 1) if until else None
    if (first and begin is None) or (until and end is None):
        raise ValueError(f"no line matches {until if begin or not first else first!r}: correct `optional`")
    return _inside(words, start, end.start() if end else len(words.text))


def sources() -> list[dict[str, Any]]:
    """Every text that is shipped as a fingerprint, with where it was read."""
    file = resources.files("finewarden.licensing") / "fingerprint_sources.toml"
    found: list[dict[str, Any]] = tomllib.loads(file.read_text(encoding="utf-8"))["text"]
    return found


def read_source(source: Mapping[str, Any], folder: Path) -> str | None:
    """The text of *source* from *folder* (or the scancode wheel *folder* is); None when it isn't there."""
    if folder.suffix == ".whl":
        name = f"licensedcode/data/licenses/{source.get('scancode')}.LICENSE"
        with zipfile.ZipFile(folder) as wheel:
            if "scancode" not in source or name not in wheel.namelist():
                return None
            return without_front_matter(wheel.read(name).decode("utf-8"))
    file = folder / source.get("file", f"{source['id']}.txt")
    return without_front_matter(file.read_text(encoding="utf-8")) if file.is_file() else None


def without_front_matter(text: str) -> str:
    """*text* without the YAML that scancode puts before it."""
    return text.split("\n---", 1)[1] if text.startswith("---") and "\n---" in text else text


def made(source: Mapping[str, Any], text: str) -> Fingerprint:
    """The fingerprint of a text that `fingerprint_sources.toml` lists."""
    return fingerprint_of(
        text,
        id=source["id"],
        key=source.get("key", source["id"]),
        kind=source.get("kind", "license"),
        family=source.get("family", ()),
        template=source.get("template", False),
        optional=[(first, until) for first, until in source.get("optional", ())],
        numbers_lost=source.get("numbers_lost", False),
        relabel=source.get("relabel"),
    )


def main(arguments: list[str] | None = None) -> int:
    """The command; 0 when every fingerprint asked for was made."""
    parser = argparse.ArgumentParser(prog="python -m finewarden.licensing.make_fingerprints", description=__doc__)
    parser.add_argument("text", type=Path, nargs="?", help="a license text, UTF-8")
    parser.add_argument("--key", help="the key of its record")
    parser.add_argument("--id", help="name of this text; default: the key")
    parser.add_argument("--all-from", type=Path, action="append", default=[], help="folder or scancode wheel")
    parser.add_argument("--into", type=Path, help="folder to write to; default: print")
    asked = parser.parse_args(arguments)
    found: list[Fingerprint] = []
    absent: list[str] = []
    if asked.text is not None:
        if asked.key is None:
            parser.error("--key is missing: name the record that the text belongs to")
        found.append(fingerprint_of(asked.text.read_text(encoding="utf-8"), id=asked.id or asked.key, key=asked.key))
    elif not asked.all_from:
        parser.error("name a text, or --all-from with the folder that holds them")
    else:
        for source in sources():
            text = next((t for folder in asked.all_from if (t := read_source(source, folder)) is not None), None)
            found += [made(source, text)] if text is not None else []
            absent += [source["id"]] if text is None else []
    for one in found:
        if asked.into is None:
            print(dump(one), end="")
        else:
            (asked.into / f"{one.id}.json").write_text(dump(one), encoding="utf-8")
    if absent:
        print(f"no text for: {', '.join(absent)}; add --all-from with the folder that holds them")
    return 1 if absent else 0


if __name__ == "__main__":
    raise SystemExit(main())
