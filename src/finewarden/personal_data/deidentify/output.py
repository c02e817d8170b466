"""A file or folder that is there whole or not at all, however the run ends."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from finewarden.personal_data.reading.kinds import kind_of
from finewarden.personal_data.reading.rows import InputError

__all__ = ["check_output", "output_beside"]


def check_output(source: Path, out: Path, *, force: bool) -> None:
    """Raises InputError where writing *out* would touch *source*, or something that is there (without *force*)."""
    if not source.exists():
        raise InputError(f"{source}: there is no such file; name a file or folder")
    if source.is_file() and kind_of(source) != kind_of(out):
        raise InputError(f"{out}: the output is of the input's kind; name it *{''.join(source.suffixes[-2:])}")
    here, there = source.resolve(), out.resolve()
    if here == there or (out.exists() and out.samefile(source)):
        raise InputError(f"{out} is the input; name another file to write")
    if here in there.parents or there in here.parents:
        raise InputError(f"{out} and the input lie one in the other; name a place beside it")
    if not out.parent.is_dir():
        raise InputError(f"{out.parent}: there is no such folder; make it")
    if os.path.lexists(out):
        if not force:
            raise InputError(f"{out} exists; name another place, or give --force to replace it")
        if out.is_dir() != source.is_dir():
            raise InputError(f"{out} is no {'folder' if source.is_dir() else 'file'}; name another place")


@contextmanager
def output_beside(out: Path, *, folder: bool) -> Iterator[Path]:
    """A hidden folder beside *out* in which to make it, under its own name; moved to *out* when the block ends well.

    When it does not, nothing is left. A killed process leaves the hidden folder, ``.NAME.*.part``, and no *out*.
    """
    room = Path(tempfile.mkdtemp(dir=out.parent, prefix=f".{out.name}.", suffix=".part"))
    made = room / out.name
    try:
        if folder:
            made.mkdir()
        yield made
        if folder and out.is_dir():
            out.rename(room / f"{out.name}.before")
        made.replace(out)
    finally:
        shutil.rmtree(room, ignore_errors=True)
