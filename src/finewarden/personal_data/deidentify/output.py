"""Where a run may write, and files and folders that are there whole or not at all, however it ends."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from finewarden.personal_data.reading.folders import find_inputs
from finewarden.personal_data.reading.kinds import kind_of
from finewarden.personal_data.reading.rows import InputError

__all__ = ["check_places", "output_beside"]


def check_places(
    source: Path, out: Path, report: Path | None = None, *, force: bool, read: Sequence[Path] = ()
) -> None:
    """Raises InputError where writing *out* or *report* would touch *source*, one of the files that are *read* as well
    (a key, a policy), each other, or something that is there (without *force*).
    """
    if not source.exists():
        raise InputError(f"{source}: there is no such file; name a file or folder")
    if source.is_file() and kind_of(source) != kind_of(out):
        raise InputError(f"{out}: the output is of the input's kind; name it *{''.join(source.suffixes[-2:])}")
    if _same(out, source):
        raise InputError(f"{out} is the input; name another file to write")
    if _within(source, out) or _within(out, source):
        raise InputError(f"{out} and the input lie one in the other; name a place beside it")
    if source.is_dir():  # links in it may lead anywhere
        read = [*read, *(file.path for file in find_inputs([source]).files if file.path.is_symlink())]
    for each in read:
        if _same(out, each) or _within(each, out):
            raise InputError(f"{out} is or holds {each}, which this run reads; name another place")
    _check_free(out, force=force, folder=source.is_dir())
    if report is not None:
        for each in (source, out, *read):
            if _same(report, each) or _within(report, each):
                raise InputError(f"--report {report} is {each} or lies in it; name another file")
        _check_free(report, force=force, folder=False)


def _check_free(out: Path, *, force: bool, folder: bool) -> None:
    if not out.parent.is_dir():
        raise InputError(f"{out.parent}: there is no such folder; make it")
    if not os.access(out.parent, os.W_OK):
        raise InputError(f"{out.parent}: can't be written; name a place in another folder")
    if os.path.lexists(out):
        if not force:
            raise InputError(f"{out} exists; name another place, or give --force to replace it")
        if out.exists() and not (out.is_dir() if folder else out.is_file()):
            raise InputError(f"{out} is no {'folder' if folder else 'file'}; name another place")
        if folder and (others := find_inputs([out]).passed_over):
            raise InputError(f"{out} holds other things than data ({others[0].name}), which --force does not remove")


def _same(one: Path, other: Path) -> bool:
    return one.resolve() == other.resolve() or (one.exists() and other.exists() and one.samefile(other))


def _within(inner: Path, outer: Path) -> bool:
    return outer.resolve() in inner.resolve().parents


@contextmanager
def output_beside(out: Path, *, folder: bool, force: bool) -> Iterator[Path]:
    """A hidden folder beside *out* in which to make it, under its own name; moved to *out* when the block ends well.

    When it does not, nothing is left. A killed process leaves the hidden folder, ``.NAME.*.part``, and no *out*.
    Raises InputError where something has come to *out* meanwhile, without *force*.
    """
    room = Path(tempfile.mkdtemp(dir=out.parent, prefix=f".{out.name[:100]}.", suffix=".part"))
    made, before = room / out.name, room / "before"
    try:
        if folder:
            made.mkdir()
        yield made
        if not force and os.path.lexists(out):
            raise InputError(f"{out} has been made by another run meanwhile; see which of the two you want")
        if folder and out.is_dir():
            out.rename(before)
            try:
                made.rename(out)
            except OSError:
                before.rename(out)
                raise
        else:
            made.replace(out)
    finally:
        shutil.rmtree(room, ignore_errors=True)
