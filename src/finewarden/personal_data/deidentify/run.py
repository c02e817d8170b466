"""The whole act: read, take out, write, look again, report."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from finewarden.personal_data.deidentify.deidentifier import Deidentifier
from finewarden.personal_data.deidentify.output import check_places, output_beside
from finewarden.personal_data.deidentify.report import (
    DeidentifyReport,
    Left,
    LeftOutRow,
    WrittenFile,
    applied,
    of_sources,
)
from finewarden.personal_data.deidentify.rescan import rescan
from finewarden.personal_data.deidentify.rewriting import rewrite
from finewarden.personal_data.reading.files import read_file
from finewarden.personal_data.reading.folders import InputFile, find_inputs
from finewarden.personal_data.reading.rows import Broken, InputError
from finewarden.policy import Policy

__all__ = ["deidentify"]

# Places that a report lists; all are counted.
_LISTED = 1000


def deidentify(
    source: Path,
    out: Path,
    deidentifier: Deidentifier,
    policy: Policy,
    *,
    languages: tuple[str, ...],
    names: bool,
    own: tuple[str, ...] = (),
    report: Path | None = None,
    read: Sequence[Path] = (),
    force: bool = False,
) -> DeidentifyReport:
    """*source*, a file or a folder, de-identified as *out*, which is there whole or not at all, and before *report*.

    The report is clean when a scan of *out* finds nothing that the plan does not keep, and everything of a known kind
    could be read. *own*: names of the scanner's recognizers of a user's own. *read*: files that must not be written.
    Raises InputError, also where there is nothing to read.
    """
    from finewarden import __version__

    check_places(source, out, report, force=force, read=read)
    inputs = find_inputs([source])
    if not inputs.files:
        raise InputError(f"{source}: holds no data of a known kind; name a file or another folder")
    left_out = [LeftOutRow(file=name, row=broken.number, why=broken.why) for name, broken in inputs.broken]
    left: list[Left] = []
    count = 0
    written = []
    numbers = frozenset(policy.deidentify.numbers_kept)
    with ExitStack() as stack:
        # What is entered first is put in place last.
        staged = stack.enter_context(output_beside(report, folder=False, force=force)) if report else None
        made = stack.enter_context(output_beside(out, folder=source.is_dir(), force=force))
        for file in inputs.files:
            if source.is_dir() and (why := _why_unread(file.path)):
                left_out.append(LeftOutRow(file=file.name, row=0, why=why))
                continue
            target = made / file.path.relative_to(source) if source.is_dir() else made
            target.parent.mkdir(parents=True, exist_ok=True)
            _write(file, target, deidentifier, left_out)
            target.chmod(file.path.stat().st_mode & 0o777)
            for each in rescan(read_file(target, file.kind, file.packed), file.name, deidentifier, numbers=numbers):
                count += 1
                if len(left) < _LISTED:
                    left.append(each)
            written.append(WrittenFile(name=file.name, sha256=_sha256(target), input_sha256=_sha256(file.path)))
        tally = deidentifier.tally
        result = DeidentifyReport(
            written_by=f"finewarden {__version__}",
            plan={name: deidentifier.plan.operator(name) for name in sorted(_named(deidentifier))},
            languages=languages,
            names=names,
            own=own,
            key_id=deidentifier.key.id if deidentifier.key is not None else None,
            files=tuple(written),
            passed_over=tuple(f"{each.name}: {each.why}" for each in inputs.passed_over),
            rows=tally.rows,
            rows_dropped=tally.rows_dropped,
            applied=applied(tally, k=policy.training_data.k),
            sources=of_sources(tally, {each.name: each.deidentification for each in policy.sources}),
            left_out=tuple(left_out),
            left=tuple(left),
            left_in_all=count,
            clean=not count and not left_out,
        )
        if staged is not None:
            _write_private(staged, result.model_dump_json(indent=2, exclude_none=True) + "\n")
    return result


def _why_unread(path: Path) -> str | None:
    try:
        path.open("rb").close()
    except OSError as error:
        return f"can't be read ({error.strerror}); let yourself read it"
    return None


def _write_private(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _write(file: InputFile, target: Path, deidentifier: Deidentifier, left_out: list[LeftOutRow]) -> None:
    def note(broken: Broken) -> None:
        left_out.append(LeftOutRow(file=file.name, row=broken.number, why=broken.why))

    each = partial(deidentifier.each, file=file.name)
    with target.open("xb") as out:
        rewrite(file, out, each, note)
        out.flush()
        os.fsync(out.fileno())


def _named(deidentifier: Deidentifier) -> set[str]:
    from finewarden.personal_data.entities import ENTITIES

    return {*ENTITIES, *deidentifier.plan.said}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
