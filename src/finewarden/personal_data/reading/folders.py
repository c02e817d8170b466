"""Which files are meant: those named, and those of the folders named that are of a known kind."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from finewarden.artifacts.names import escaped
from finewarden.personal_data.reading.datasets_folder import BESIDE_DATA, saved_files
from finewarden.personal_data.reading.kinds import ALLOWED, Kind, kind_of
from finewarden.personal_data.reading.rows import Broken, InputError

__all__ = ["SEEN", "InputFile", "Inputs", "PassedOver", "find_inputs"]

SEEN = "a link to a folder that is looked at"
"""Why a folder is passed over that is looked at elsewhere."""


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file to read. *name*: as a report calls it, without the folders above what was named; *packed*: by gzip."""

    path: Path
    name: str
    kind: Kind
    packed: bool = False


@dataclass(frozen=True, slots=True)
class PassedOver:
    """Something in a folder that was not looked at, and why."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Inputs:
    """What was named: files to read, in order, and what a folder holds beside them. *broken*: folders, and what may be
    a file or a folder, that can't be read, by name.
    """

    files: tuple[InputFile, ...]
    passed_over: tuple[PassedOver, ...] = ()
    broken: tuple[tuple[str, Broken], ...] = ()


_Found = InputFile | PassedOver | tuple[str, Broken]


def find_inputs(paths: Sequence[Path]) -> Inputs:
    """The files of *paths* in their order, those of a folder sorted; one that is meant twice stands there once.

    Folders are walked whole; links are followed, each folder once. Raises InputError for a path that is not there, is
    no file or folder, or a file of an unknown kind.
    """
    files: dict[str, InputFile] = {}
    passed: list[PassedOver] = []
    broken: list[tuple[str, Broken]] = []
    for path in paths:
        for found in _of(path):
            if isinstance(found, PassedOver):
                passed.append(found)
            elif isinstance(found, tuple):
                broken.append(found)
            else:
                files.setdefault(os.path.realpath(found.path), found)
    return Inputs(tuple(_named_apart(list(files.values()))), tuple(passed), tuple(broken))


def _of(path: Path) -> Iterator[_Found]:
    try:
        if path.is_dir():
            yield from _walk(path, escaped(path.name or path.resolve().name), {os.path.realpath(path)})
            return
        if not path.exists():
            raise InputError(f"{path}: there is no such file; name a file or folder, or - for standard input")
    except (OSError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{path}: can't be read; name a file or folder that is there") from None
    if not path.is_file():
        raise InputError(f"{path}: is neither a file nor a folder; pipe it in, with - in its place")
    kind = kind_of(path)
    if kind is None:
        raise InputError(f"{path}: kind: got {path.suffix or 'none'}, allowed: {ALLOWED}; convert it")
    yield InputFile(path, escaped(path.name), *kind)


def _walk(folder: Path, name: str, seen: set[str]) -> Iterator[_Found]:
    try:
        entries = sorted(folder.iterdir())
        saved = saved_files(folder)
    except OSError as error:
        yield name, _unread(error)
        return
    for entry in entries:
        if entry.name.lower() not in BESIDE_DATA:
            shown = f"{name}/{escaped(entry.name)}"
            try:
                yield from _entry(entry, shown, saved, seen)
            except OSError as error:
                yield shown, _unread(error)


def _entry(entry: Path, shown: str, saved: frozenset[str] | None, seen: set[str]) -> Iterator[_Found]:
    kind = kind_of(entry)
    if entry.name.startswith("."):
        yield PassedOver(shown, "hidden")
    elif entry.is_dir():
        real = os.path.realpath(entry)
        if real in seen:
            yield PassedOver(shown, SEEN)
        else:
            seen.add(real)
            yield from _walk(entry, shown, seen)
    elif not entry.is_file():
        yield PassedOver(shown, "no file" if entry.exists() else "a link to nothing")
    elif kind is None:
        yield PassedOver(shown, f"of an unknown kind ({escaped(entry.suffix)[:20] or 'no suffix'})")
    elif saved is not None and kind[0] == "arrow" and entry.name not in saved:
        yield PassedOver(shown, "a cache that is not part of the data set")
    else:
        yield InputFile(entry, shown, *kind)


def _unread(error: OSError) -> Broken:
    return Broken(0, f"can't be read ({error.strerror or 'an error of the disk'}); allow it, or leave it out")


def _named_apart(files: Sequence[InputFile]) -> Iterator[InputFile]:
    """*files* with a number behind a name that stood there before."""
    taken: dict[str, int] = {}
    for file in files:
        taken[file.name] = times = taken.get(file.name, 0) + 1
        yield file if times == 1 else InputFile(file.path, f"{file.name}#{times}", file.kind, file.packed)
