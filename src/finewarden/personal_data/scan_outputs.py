"""What a scan writes must not lie over what it reads, nor where the next scan reads it as data."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from finewarden.personal_data.reading.folders import InputFile
from finewarden.personal_data.reading.rows import InputError

__all__ = ["KEPT", "KEY", "LOCK", "REPORT", "SHARDS", "refuse_files", "refuse_folder"]

REPORT, KEY, LOCK, SHARDS = "report.json", "key", ".lock", "shards"
KEPT = (REPORT, KEY, LOCK, SHARDS)
"""What stands in a folder of results."""


def refuse_files(
    outputs: Mapping[str, Path], paths: Sequence[Path], files: Iterable[InputFile], kept: Mapping[str, Path]
) -> None:
    """Raises InputError where a file to be written (by the option that names it) is an input, lies in an input folder,
    is another output or one of *kept* (by what they are), or stands there and is no regular file.
    """
    taken = {os.path.realpath(path): "an input" for path in (*paths, *(file.path for file in files))}
    taken |= {os.path.realpath(path): what for what, path in kept.items()}
    for option, path in outputs.items():
        real = os.path.realpath(path)
        if what := taken.get(real):
            raise InputError(f"{option}: {path} is {what}; name another file")
        if folder := _input_around(real, paths):
            raise InputError(f"{option}: {path} lies in the input folder {folder}; name a file elsewhere")
        if path.exists() and not path.is_file():
            raise InputError(f"{option}: {path} is a folder, or no regular file; name a file")
        taken[real] = f"what {option} writes"


def refuse_folder(option: str, folder: Path, paths: Sequence[Path], files: Iterable[InputFile]) -> None:
    """Raises InputError where the *folder* for results is a file, an input or in one, holds one among its own files, or
    holds other things and no results.
    """
    real = os.path.realpath(folder)
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{option}: {folder} is a file; name a folder, new or with earlier results")
    if around := _input_around(real, paths):
        raise InputError(f"{option}: {folder} lies in the input folder {around}; name a folder elsewhere")
    own = [f"{real}{os.sep}{name}" for name in KEPT]
    for path in (*paths, *(file.path for file in files)):
        if any(_is_in(os.path.realpath(path), each) for each in own):
            raise InputError(f"{option}: {folder} holds the input {path.name}; name another folder")
    if folder.is_dir():
        there = {each.name for each in folder.iterdir()}
        if there & {REPORT, KEY, SHARDS} and LOCK not in there:
            raise InputError(f"{option}: {folder} holds files that no scan wrote; name another folder")


def _input_around(real: str, paths: Iterable[Path]) -> Path | None:
    """The input folder that *real* is or lies in."""
    return next((path for path in paths if path.is_dir() and _is_in(real, os.path.realpath(path))), None)


def _is_in(real: str, folder: str) -> bool:
    return real == folder or real.startswith(folder.rstrip(os.sep) + os.sep)
