"""`finewarden admit`: which rows may be trained on, from a shell."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from finewarden.cli_console import failed
from finewarden.cli_scan_options import sample, workers
from finewarden.evidence.directory import SCAN_RESULTS

if TYPE_CHECKING:
    from finewarden.evidence.planted_rows import PlantedRows
    from finewarden.personal_data.reading.folders import InputFile
    from finewarden.personal_data.reading.rows import Row
    from finewarden.personal_data.scan_report import ScanReport, ScanSettings
    from finewarden.policy import Policy

__all__ = ["add_to"]

ADMITTED, FOUND, NOTHING = 0, 1, 3


def add_to(commands: Any) -> None:
    """Add the command to *commands*."""
    command = commands.add_parser(
        "admit",
        help="write down which rows of the training data may be trained on: those of files that pass",
        description="Scan training data, or take the scan that lies in the evidence, hold it against the policy's "
        "limits ([training_data.limits]) and write admission.jsonl: a keyed hash a row, no content. Nothing is written "
        "where more is found than may be there. In the training script, admit(dataset, output_dir=...) then lets pass "
        "these rows and planted canaries only. Exit status: 0 admitted, 1 not admitted, 2 an error or a part of the "
        "scanner is missing, 3 there was no row.",
    )
    command.add_argument("inputs", type=Path, nargs="+", metavar="INPUT", help="a file or a folder of files")
    command.add_argument(
        "--evidence-dir", type=Path, required=True, metavar="DIR", help="<output_dir>.evidence of the training"
    )
    command.add_argument("--policy", type=Path, metavar="FILE", help="whose limits hold; default: the nearest")
    command.add_argument("--workers", type=workers, default=1, metavar="N", help="processes that scan; default: 1")
    command.add_argument(
        "--names-sample",
        type=sample,
        metavar="N",
        help="look for names in a random sample: a number of rows, or a share such as 0.1 or 10%%; a limit on names "
        "must hold for what the other rows may have",
    )
    command.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    from finewarden import policy as policies
    from finewarden.evidence.canary_book import CanaryBookError
    from finewarden.evidence.lock import Locked
    from finewarden.personal_data.reading.rows import InputError
    from finewarden.personal_data.shards.run import ShardError

    if not options.evidence_dir.name.endswith(".evidence"):
        return failed(
            "admit",
            f"--evidence-dir: got {options.evidence_dir.name}, allowed: a folder whose name ends in .evidence, never "
            "published with the model; write <output_dir>.evidence",
        )
    try:
        policy = policies.load(options.policy or policies.find(Path.cwd()))
        return _admit(options, policy)
    except (policies.PolicyError, CanaryBookError, InputError, ShardError, Locked, OSError) as error:
        return failed("admit", str(error))


def _admit(options: argparse.Namespace, policy: Policy) -> int:
    from finewarden.evidence import admission_book
    from finewarden.evidence.admission_book import ADMISSION_BOOK
    from finewarden.personal_data.admission import (
        book_of,
        breaches,
        obstacles,
        passed_over,
        unknown_limits,
        unlimited_names,
    )
    from finewarden.personal_data.exempt_rows import without_rows
    from finewarden.personal_data.reading.folders import find_inputs
    from finewarden.personal_data.stored_scan import settings_of

    evidence: Path = options.evidence_dir
    rules = policy.training_data
    inputs = find_inputs(options.inputs)
    files, results = inputs.files, evidence / SCAN_RESULTS
    report = _report(options, results, settings_of(rules, policy.deidentify.numbers_kept), policy)
    planted = _planted(evidence)
    exempt = _exempt(files, planted)
    left = without_rows(report, exempt.items()) if exempt else report
    for said in unknown_limits(left, rules):
        print(f"warning: {said}", file=sys.stderr)
    if left.missing:
        return failed(
            "admit", "the scan could not look for all that is asked for, so nothing is admitted", *left.missing
        )
    if not left.rows and not left.broken:
        print("finewarden admit: there is no row to admit", file=sys.stderr)
        return NOTHING
    found, unread = breaches(left, rules), list(obstacles(left, rules))
    if found or unread:
        print(f"not admitted; {evidence.name}/{ADMISSION_BOOK} was not written")
        for said in unread:
            print(f"  {said}")
        for each in found:
            print(f"  {each.what}")
            for example in each.examples:
                print(f"    {example.file}:{example.row} {example.field}: {example.masked}")
            print(f"    -> {each.mend}")
        print(f"all findings: finewarden scan {' '.join(map(str, options.inputs))} --results {results}")
        return FOUND
    book = book_of(_rows(files, exempt), left, rules)
    if _changed(files, report):
        return failed("admit", "the data changed while they were admitted; run the command again")
    admission_book.write(evidence / ADMISSION_BOOK, book)
    of = f"{len(files)} file{'s' * (len(files) != 1)}"
    print(f"admitted: {book.head.rows} rows of {of}, in {evidence.name}/{ADMISSION_BOOK}")
    for name, number in unlimited_names(left, rules).items():
        print(f"  {number} x {name} passed, for which the policy sets no limit ([training_data.limits])")
    if left.sampled is not None:
        share, rows = left.sampled.at_most, left.sampled.rows
        print(f"  names were looked for in {rows} of {left.sampled.of} rows: at most {share:.1%} of all hold one")
    if said := passed_over(inputs.passed_over):
        print(f"  {said}; no row of theirs may be trained on")
    print('next: dataset = admit(dataset, output_dir="...") before the trainer, DataAdmissionCallback(dataset) on it')
    return ADMITTED


def _report(options: argparse.Namespace, results: Path, settings: ScanSettings, policy: Policy) -> ScanReport:
    """The scan in *results*, where it is of these data and not of a sample that nobody asks for now; else a new one."""
    from finewarden.personal_data.importable import importable_from
    from finewarden.personal_data.scan_report import ScanSettings
    from finewarden.personal_data.scanning import scan_files
    from finewarden.personal_data.stored_scan import stored_scan

    if settings.own:
        importable_from(policy.folder)
    report = stored_scan(results, options.inputs, settings)
    if report is not None and (options.names_sample is not None or report.settings.names_in >= 1):
        return report
    share, rows = options.names_sample or (1.0, None)
    settings = ScanSettings(**{**settings.model_dump(), "names_in": share})
    return scan_files(options.inputs, settings, results, options.workers, _Progress(), names_sample=rows)


def _planted(evidence: Path) -> PlantedRows | None:
    from finewarden.evidence import canary_book
    from finewarden.evidence.canary_book import CANARY_BOOK
    from finewarden.evidence.planted_rows import PlantedRows

    path = evidence / CANARY_BOOK
    return PlantedRows(canary_book.read(path)) if path.exists() else None


def _exempt(files: Sequence[InputFile], planted: PlantedRows | None) -> dict[str, list[Row]]:
    """The rows that are canaries which were inserted, by the name of their file."""
    found: dict[str, list[Row]] = {}
    for file in files if planted is not None else ():
        for item in _items(file):
            canary = planted.canary(item.row) if planted is not None else None
            if canary is not None and canary.inserted:
                found.setdefault(file.name, []).append(item)
    return found


def _rows(files: Sequence[InputFile], exempt: Mapping[str, Sequence[Row]]) -> Iterator[Mapping[str, Any]]:
    for file in files:
        left_out = {item.number for item in exempt.get(file.name, ())}
        yield from (item.row for item in _items(file) if item.number not in left_out)


def _items(file: InputFile) -> Iterator[Row]:
    from finewarden.personal_data.reading.files import read_file
    from finewarden.personal_data.reading.rows import Row

    return (item for item in read_file(file.path, file.kind, file.packed) if isinstance(item, Row))


def _changed(files: Sequence[InputFile], report: ScanReport) -> bool:
    from finewarden.personal_data.shards.plan import sha256_of

    return sorted(sha256_of(file.path) for file in files) != sorted(file.sha256 for file in report.files)


class _Progress:
    """Bytes done of bytes in all, on a terminal's own line."""

    def __init__(self) -> None:
        self._shown, self._terminal = -1, sys.stderr.isatty()

    def __call__(self, done: int, total: int) -> None:
        percent = 100 * done // total if total else 100
        if self._terminal and percent != self._shown:
            self._shown = percent
            print(f"\rscanning: {percent} %", end="\n" if percent == 100 else "", file=sys.stderr, flush=True)
