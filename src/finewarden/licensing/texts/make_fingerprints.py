"""Make the fingerprint of a license text.

`python -m finewarden.licensing.texts.make_fingerprints TEXT --key KEY --id ID`

Without a text, all of `fingerprints/` is made anew from the sources that `fingerprint_sources.toml` names: from a
folder that holds them, or straight from the scancode-toolkit-mini wheel for those that it has.
"""

from __future__ import annotations

import argparse
import re
import tomllib
import zipfile
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from finewarden.licensing.texts.fingerprint import Fingerprint, dump
from finewarden.licensing.texts.new_fingerprint import fingerprint_of

__all__ = ["fingerprint_of", "made", "main", "read_source", "sources"]


def sources() -> list[dict[str, Any]]:
    """Every text that is shipped as a fingerprint, with where it was read."""
    file = resources.files("finewarden.licensing.texts") / "fingerprint_sources.toml"
    found: list[dict[str, Any]] = tomllib.loads(file.read_text(encoding="utf-8"))["text"]
    return found


def read_source(source: Mapping[str, Any], folder: Path) -> str | None:
    """The text of *source* from *folder* (or the scancode wheel *folder* is); None when it isn't there."""
    if folder.suffix == ".whl":
        name = f"licensedcode/data/licenses/{source.get('scancode')}.LICENSE"
        with zipfile.ZipFile(folder) as wheel:
            if "scancode" not in source or name not in wheel.namelist():
                return None
            # scancode puts YAML before each text.
            return str(wheel.read(name), "utf-8").split("\n---\n", 1)[-1]
    file = folder / str(source.get("file", f"{source['id']}.txt"))
    if not file.is_file():
        return None
    text = file.read_text(encoding="utf-8")
    begin = re.search(source["begins"], text, re.MULTILINE) if "begins" in source else None
    start = begin.start() if begin else 0
    end = re.compile(source["ends"], re.MULTILINE).search(text, start) if "ends" in source else None
    return text[start : end.start() if end else len(text)]


def made(source: Mapping[str, Any], text: str) -> Fingerprint:
    """The fingerprint of a text that `fingerprint_sources.toml` lists. Raises ValueError where its patterns find
    nothing in it."""
    return fingerprint_of(
        text,
        id=source["id"],
        key=source.get("key", source["id"]),
        kind=source.get("kind", "license"),
        family=source.get("family", ()),
        template=source.get("template", False),
        copyright_on_top=source.get("copyright_on_top", False),
        holders=source.get("holders", ()),
        optional=[(first, until) for first, until in source.get("optional", ())],
        relabel=source.get("relabel"),
        outline=[(label, begins) for label, begins in source.get("outline", ())],
    )


def main(arguments: list[str] | None = None) -> int:
    """The command; 0 when every fingerprint asked for was made."""
    parser = argparse.ArgumentParser(prog="python -m finewarden.licensing.texts.make_fingerprints", description=__doc__)
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
