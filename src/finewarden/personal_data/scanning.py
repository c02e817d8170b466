"""Files scanned whole, from Python: the report, kept shard by shard where there is a folder to keep it in."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from finewarden.evidence.atomic import refuse_special, write_bytes, write_text
from finewarden.evidence.lock import held
from finewarden.personal_data.reading.files import read_stream
from finewarden.personal_data.reading.folders import find_inputs
from finewarden.personal_data.reading.kinds import Kind
from finewarden.personal_data.recognizer_digest import recognizer_digest
from finewarden.personal_data.sampling import share_for
from finewarden.personal_data.scan_outputs import KEPT, KEY, LOCK, REPORT, SHARDS, refuse_files, refuse_folder
from finewarden.personal_data.scan_report import BrokenLine, ScanReport, ScanSettings
from finewarden.personal_data.shards.merge import Merge
from finewarden.personal_data.shards.plan import Plan, PlannedFile, count_rows, plan
from finewarden.personal_data.shards.pool import Task, run_tasks
from finewarden.personal_data.shards.result import shard_key
from finewarden.personal_data.shards.run import scan_items

__all__ = ["REPORT", "resolved", "scan_files", "scan_stream"]

_OURS = re.compile(r"[0-9a-f]{40}\.jsonl?")

Progress = Callable[[int, int], None]


def scan_files(
    paths: Sequence[Path],
    settings: ScanSettings | None = None,
    results_dir: Path | None = None,
    workers: int = 1,
    progress: Progress | None = None,
    *,
    names_sample: int | None = None,
    findings: Path | None = None,
) -> ScanReport:
    """The report of all files and folders *paths*; the same for the same data and settings.

    *results_dir* keeps the result of each part, so that a scan that was ended goes on there, and the report. *workers*:
    processes. *progress* is told of bytes done and bytes in all. *names_sample*: look for names in about so many rows.
    *findings*: a file for every finding, masked, a line of JSON each; private.

    Raises InputError for a path that can't be scanned and for results or findings in its place, ShardError for a file
    that went away or changed meanwhile, Locked where another scan has *results_dir*, OSError for what can't be written.
    """
    inputs = find_inputs(paths)
    if results_dir is not None:
        refuse_folder("results", results_dir, paths, inputs.files)
    if findings is not None:
        own = {f"the {name} of the results": results_dir / name for name in KEPT} if results_dir is not None else {}
        refuse_files({"findings": findings}, paths, inputs.files, own)
    planned = plan(inputs.files)
    planned = replace(planned, broken=(*inputs.broken, *planned.broken))
    settings = resolved(settings or ScanSettings())
    if names_sample is not None:
        share = share_for(names_sample, count_rows(inputs.files, planned))
        settings = settings.model_copy(update={"names_in": share})
    with _places(results_dir, findings) as (shards, parts, secret):
        tasks = [
            Task(
                shard,
                key,
                shards / f"{key[:40]}.json" if shards else None,
                parts / f"{key[:40]}.jsonl" if parts else None,
            )
            for shard in planned.shards
            for key in [shard_key(shard, settings, secret)]
        ]
        report = _merged(planned, tasks, settings, secret, workers, progress).report(
            settings, planned.files, inputs.passed_over
        )
        if findings is not None:
            _joined([task.findings for task in tasks if task.findings], findings)
        if results_dir is not None and shards is not None:
            write_text(results_dir / REPORT, as_json(report), private=True)
            _forget(shards, {path for task in tasks for path in (task.result, task.findings) if path})
    return report


def scan_stream(
    stream: BinaryIO,
    kind: Kind,
    settings: ScanSettings | None = None,
    progress: Callable[[int], None] | None = None,
    *,
    name: str = "stdin",
    findings: Path | None = None,
) -> ScanReport:
    """The report of what comes from *stream*, read once. *progress* is told of rows. Raises as `scan_files`."""
    settings = resolved(settings or ScanSettings())
    hashed = _Hashed(stream)
    with _places(None, findings) as (_, parts, secret):
        part = parts / "all.jsonl" if parts else None
        items = read_stream(hashed, kind)  # type: ignore[arg-type]  # what readers ask of a stream
        merge = Merge()
        merge.add(scan_items(items, settings, name=name, part=name, key=secret, findings=part, progress=progress))
        if findings is not None and part is not None:
            _joined([part], findings)
    return merge.report(settings, [PlannedFile(name, hashed.hexdigest(), hashed.bytes, None)])


def resolved(settings: ScanSettings) -> ScanSettings:
    """*settings* with the digest of the recognizers as they are now."""
    return settings.model_copy(update={"recognizers": recognizer_digest(settings.own)})


def as_json(report: ScanReport) -> str:
    """The report as it is written: the same bytes for the same report."""
    return report.model_dump_json(indent=2) + "\n"


def _merged(
    planned: Plan, tasks: Sequence[Task], settings: ScanSettings, secret: bytes, workers: int, progress: Progress | None
) -> Merge:
    merge = Merge()
    for name, broken in planned.broken:
        merge.add_broken([BrokenLine(file=name, line=broken.number, why=broken.why)], 1)
    total, done = sum(task.shard.weight for task in tasks), 0

    def tell(more: int) -> None:
        nonlocal done
        done += more
        if progress is not None:
            progress(done, total)

    for result in run_tasks(tasks, settings, secret=secret, workers=min(workers, len(tasks)) or 1, progress=tell):
        merge.add(result)
    return merge


@contextmanager
def _places(results_dir: Path | None, findings: Path | None) -> Iterator[tuple[Path | None, Path | None, bytes]]:
    """Folders for the results and for the findings of shards, and the key of the hashes in them."""
    if results_dir is not None:
        with held(results_dir / LOCK):
            shards = results_dir / SHARDS
            yield shards, shards if findings else None, _key(results_dir / KEY)
    elif findings is not None:
        findings.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=findings.parent, prefix=f".{findings.name}.") as folder:
            yield None, Path(folder), os.urandom(32)
    else:
        yield None, None, os.urandom(32)


def _key(path: Path) -> bytes:
    try:
        key = path.read_bytes()
    except FileNotFoundError:
        key = b""
    if len(key) != 32:
        key = os.urandom(32)
        write_bytes(path, key, private=True)
    return key


def _joined(parts: Sequence[Path], path: Path) -> None:
    refuse_special(path)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as whole:
            for part in parts:
                with part.open("rb") as stream:
                    shutil.copyfileobj(stream, whole)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _forget(shards: Path, kept: set[Path]) -> None:
    """Results of other data or settings than those just scanned."""
    if shards.is_dir():
        for path in shards.iterdir():
            if _OURS.fullmatch(path.name) and path not in kept:
                path.unlink(missing_ok=True)


class _Hashed:
    """A stream that is hashed while it is read."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self._sha256, self.bytes = stream, hashlib.sha256(), 0

    def read(self, size: int = -1) -> bytes:
        return self._passed(self._stream.read(size))

    def readline(self, size: int | None = -1) -> bytes:
        return self._passed(self._stream.readline(-1 if size is None else size))

    def hexdigest(self) -> str:
        return self._sha256.hexdigest()

    def _passed(self, data: bytes) -> bytes:
        self._sha256.update(data)
        self.bytes += len(data)
        return data
