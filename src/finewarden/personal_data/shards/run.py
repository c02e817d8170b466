"""The scan of one shard: a plain function that any process, on any machine that has the file, can run."""

from __future__ import annotations

import hashlib
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import IO, Any

from finewarden.personal_data.entities import entity
from finewarden.personal_data.finding import Finding
from finewarden.personal_data.own_recognizers import load_own
from finewarden.personal_data.reading.files import read_file, read_part
from finewarden.personal_data.reading.rows import Broken, InputError, Item, Row
from finewarden.personal_data.row_places import RowPlaces, row_places
from finewarden.personal_data.sampling import is_drawn
from finewarden.personal_data.scan_report import BrokenLine, ScanSettings
from finewarden.personal_data.scanner import Scanner
from finewarden.personal_data.shards.cached import Cached
from finewarden.personal_data.shards.plan import Shard
from finewarden.personal_data.shards.result import ShardResult
from finewarden.personal_data.shards.shown_names import ShownNames
from finewarden.personal_data.shards.tally import Tally

__all__ = ["BROKEN_TOLD", "ShardError", "scan_items", "scan_shard"]

BROKEN_TOLD = 1000
_ROWS, _CHARS = 64, 2**20  # of one batch


class ShardError(RuntimeError):
    """A shard that could not be scanned: names the file, what happened and what to do; nothing of the data."""


def scan_shard(
    shard: Shard,
    settings: ScanSettings,
    *,
    key: bytes = b"",
    findings: Path | None = None,
    progress: Callable[[int], None] | None = None,
) -> ShardResult:
    """The result of *shard*, the same wherever and whenever it runs. *key*: of the hashes that repeated values are
    known by, one for all shards of a scan. *findings*: a file to write each finding to, masked, a line each.

    *progress* is told of rows. Raises ShardError for a file that can't be read or changed since it was planned, OSError
    for findings that can't be written.
    """
    wrong = None
    try:
        _unchanged(shard)
        if shard.end is None:
            items = read_file(shard.path, shard.kind, shard.packed)
        else:
            items = read_part(shard.path, shard.kind, shard.start, shard.end, shard.first)
        result = scan_items(
            _reading(items), settings, name=shard.name, part=shard.sha256, key=key, findings=findings, progress=progress
        )
        _unchanged(shard)
    except _ReadError as error:
        wrong = str(error)
    if wrong is not None:  # raised here, so that no error of a reader, which may quote the data, hangs on it
        raise ShardError(f"{shard.name}: {wrong}")
    return result


def scan_items(
    items: Iterable[Item],
    settings: ScanSettings,
    *,
    name: str,
    part: str,
    key: bytes = b"",
    findings: Path | None = None,
    progress: Callable[[int], None] | None = None,
) -> ShardResult:
    """The result of rows as they are read. *name*: of their file; *part*: digest of where they come from.

    Raises OSError, InputError, and ShardError for what nobody foresaw: by its kind and place, for its own text may
    quote the data.
    """
    try:
        return _scanned_items(items, settings, name, part, key, findings, progress)
    except (_ReadError, InputError, OSError):
        raise
    except Exception as error:
        what = _kind_and_place(error)
    raise ShardError(f"{name}: could not be scanned ({what}); report this as a bug, with this line")


def _scanned_items(
    items: Iterable[Item],
    settings: ScanSettings,
    name: str,
    part: str,
    key: bytes,
    findings: Path | None,
    progress: Callable[[int], None] | None,
) -> ShardResult:
    scanners = _scanners(settings.languages, settings.names, settings.names_in < 1, settings.own)
    names = ShownNames(scanners.full.scan)
    broken = _Told(name)
    drawn = hit = 0
    with _Findings(findings) as told:
        tally = Tally(name, part, key, names, told.write if findings else None)
        for batch in _batches(items, broken, frozenset(settings.numbers_kept)):
            in_sample = [
                settings.names and is_drawn(settings.names_in, settings.seed, f"{name}:{part}", row.number)
                for row, _ in batch
            ]
            full = settings.names and settings.names_in >= 1
            found = _found(scanners, batch, in_sample)
            for (row, places), sampled, texts in zip(batch, in_sample, found, strict=True):
                if isinstance(texts, Broken):
                    broken.add(texts)
                    continue
                source = row.row.get(settings.source_column)
                entities = tally.row(
                    row.number,
                    [*zip(places.texts, texts, strict=True), *places.others],
                    source if isinstance(source, str) else None,
                )
                if sampled and not full:
                    drawn += 1
                    hit += any(entity(each).kind == "name" for each in entities)
            if progress is not None:
                progress(len(batch))
    return ShardResult(
        name=name,
        rows=tally.rows,
        rows_with_findings=tally.rows_with_findings,
        counts=tally.counts(),
        values=tally.repeats.values(),
        broken=tuple(sorted(broken.first, key=lambda each: each.line)),
        broken_lines=broken.number,
        missing=tuple(f"{each.what}: {each.unseen}; {each.mend}" for each in scanners.full.missing),
        drawn=drawn,
        hit=hit,
        findings_sha256=told.digest() if findings else None,
    )


class _ReadError(RuntimeError):
    pass


class _Scanners:
    """*full* looks for all that is asked for, *rules* for no names; the same where nothing is sampled."""

    def __init__(self, full: Cached, rules: Cached) -> None:
        self.full, self.rules = full, rules


@lru_cache(maxsize=2)
def _scanners(languages: tuple[Any, ...], names: bool, sampled: bool, own: tuple[str, ...]) -> _Scanners:
    recognizers = load_own(own)
    full = Cached(Scanner(languages, names=names, recognizers=recognizers))
    if not (names and sampled):
        return _Scanners(full, full)
    return _Scanners(full, Cached(Scanner(languages, names=False, recognizers=recognizers)))


_Batch = Sequence[tuple[Row, RowPlaces]]


def _batches(items: Iterable[Item], broken: _Told, numbers_kept: frozenset[str]) -> Iterator[_Batch]:
    batch: list[tuple[Row, RowPlaces]] = []
    chars = 0
    for item in items:
        if isinstance(item, Broken):
            broken.add(item)
            continue
        try:
            places = row_places(item.row, numbers_kept)
        except (TypeError, ValueError) as error:  # what they say holds nothing of the data
            broken.add(Broken(item.number, str(error)))
            continue
        batch.append((item, places))
        chars += sum(len(place.text) for place in places.texts)
        if len(batch) >= _ROWS or chars >= _CHARS:
            yield batch
            batch, chars = [], 0
    if batch:
        yield batch


def _found(scanners: _Scanners, batch: _Batch, in_sample: Sequence[bool]) -> list[list[list[Finding]] | Broken]:
    """The findings of each text of each row; where a recognizer fails, its row is told as broken and no other."""
    try:
        return list(_scanned(scanners, batch, in_sample))
    except Exception:
        single: list[list[list[Finding]] | Broken] = []
        for one, sampled in zip(batch, in_sample, strict=True):
            try:
                single += _scanned(scanners, [one], [sampled])
            except Exception as error:
                single.append(Broken(one[0].number, f"could not be scanned ({_kind_and_place(error)})"))
        return single


def _scanned(scanners: _Scanners, batch: _Batch, in_sample: Sequence[bool]) -> Iterator[list[list[Finding]]]:
    of = [scanners.full if sampled else scanners.rules for sampled in in_sample]
    found: dict[int, Iterator[list[Finding]]] = {}
    for scanner in {id(each): each for each in of}.values():
        asked = [p for (_, places), each in zip(batch, of, strict=True) if each is scanner for p in places.texts]
        found[id(scanner)] = iter(scanner.scan_places(asked))
    for (_, places), scanner in zip(batch, of, strict=True):
        yield list(islice(found[id(scanner)], len(places.texts)))


class _Told:
    """The first broken places, and how many there are."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.first: list[BrokenLine] = []
        self.number = 0

    def add(self, broken: Broken) -> None:
        self.number += 1
        if len(self.first) < BROKEN_TOLD:
            self.first.append(BrokenLine(file=self._name, line=broken.number, why=broken.why))


class _Findings:
    """A file of findings that is written line by line, and its digest; nothing where there is no path."""

    def __init__(self, path: Path | None) -> None:
        self._path, self._sha256 = path, hashlib.sha256()
        self._file: IO[bytes] | None = None

    def __enter__(self) -> _Findings:
        if self._path is not None:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._file = self._path.open("wb")
            self._path.chmod(0o600)
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def write(self, line: str) -> None:
        data = line.encode("utf-8", "backslashreplace") + b"\n"
        self._sha256.update(data)
        assert self._file is not None
        self._file.write(data)

    def digest(self) -> str:
        return self._sha256.hexdigest()


def _kind_and_place(error: Exception) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {Path(last.filename).name}:{last.lineno}"


def _unchanged(shard: Shard) -> None:
    try:
        stat = shard.path.stat()
    except OSError as error:
        raise _ReadError(f"can't be read ({error.strerror}); name a readable file") from None
    if (stat.st_size, stat.st_mtime_ns) != (shard.size, shard.modified):
        raise _ReadError("changed while it was scanned; run the scan again")


def _reading(items: Iterator[Item]) -> Iterator[Item]:
    try:
        yield from items
    except OSError as error:
        raise _ReadError(
            f"can't be read ({error.strerror or 'an error of the disk'}); mend the file or its disk"
        ) from None
