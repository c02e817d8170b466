"""`finewarden scan`: personal data in training data, from a shell."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from finewarden.cli_console import console, failed
from finewarden.cli_scan_options import languages, sample, workers

if TYPE_CHECKING:
    from finewarden.personal_data.scan_report import ScanReport, ScanSettings
    from finewarden.policy import Policy

__all__ = ["add_to", "exit_code"]

_STDIN = "-"


def add_to(commands: Any) -> None:
    """Add the command to those of `finewarden` (argparse's subparsers)."""
    command = commands.add_parser(
        "scan",
        help="personal data and secrets in training data",
        description="Look for personal data and secrets in JSON Lines, JSON, CSV, Parquet, Arrow and text files, in "
        "folders of them, folders that `datasets` saved, or standard input (-). Values are never shown. Exit status: 0 "
        "clean; 1 more than the policy lets pass, which is no direct identifier and no secret where it says nothing; 2 "
        "an error, or something could not be read or looked for; 3 nothing to scan.",
    )
    command.add_argument("inputs", nargs="+", metavar="INPUT", help="file, folder, or - for standard input")
    command.add_argument(
        "--results", type=Path, metavar="DIR", help="keep results here; a scan that was ended goes on from them"
    )
    command.add_argument("--report", type=Path, metavar="FILE", help="write the report as JSON")
    command.add_argument(
        "--findings", type=Path, metavar="FILE", help="write every finding, masked, a line of JSON each"
    )
    command.add_argument("--languages", type=languages, metavar="zh,en", help="default: the policy's, else both")
    names = command.add_mutually_exclusive_group()
    names.add_argument("--rules-only", action="store_true", help="no names and places, which take a model")
    names.add_argument(
        "--names-sample",
        type=sample,
        metavar="N",
        help="look for names in a random sample: a number of rows, or a share such as 0.1 or 10%%; rules see all rows",
    )
    command.add_argument("--seed", type=int, default=0, metavar="N", help="of the sample; default: 0")
    command.add_argument("--workers", type=workers, default=1, metavar="N", help="processes; default: 1")
    command.add_argument("--source-column", metavar="C", help="names a row's source; default: the policy's")
    command.add_argument(
        "--recognizers",
        action="append",
        default=[],
        metavar="MODULE:NAME",
        help="Presidio recognizers of yours, importable from here; their module is run",
    )
    command.add_argument("--policy", type=Path, metavar="FILE", help="default: the nearest")
    command.add_argument(
        "--format", default="jsonl", metavar="KIND", help="of standard input: jsonl, json, csv, tsv, text"
    )
    command.set_defaults(run=_run)


def exit_code(report: ScanReport, policy: Policy) -> int:
    """0, 1, 2 or 3, as `finewarden scan --help` tells them.

    1 is what the policy does not let pass, as `finewarden admit` judges it: direct identifiers and secrets where it
    names no other limit, and whatever is above a limit that it names. Names without a limit are told.
    """
    from finewarden.personal_data.admission import breaches, obstacles

    if breaches(report, policy.training_data):
        return 1
    if any(obstacles(report, policy.training_data)):
        return 2
    return 0 if report.rows else 3


def _run(options: argparse.Namespace) -> int:
    from finewarden.evidence.lock import Locked
    from finewarden.personal_data.reading.rows import InputError
    from finewarden.personal_data.shards.run import ShardError
    from finewarden.policy import PolicyError

    try:
        code = _scan(options)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else Python complains at its end
        return 2
    except (InputError, ShardError, PolicyError, Locked) as error:
        return failed("scan", str(error))
    except OSError as error:
        kept = "; what is done is kept: run the same command again" if options.results else ""
        return failed(
            "scan", f"{error.filename or 'a file'}: {error.strerror or 'an error of the disk'}; mend that{kept}"
        )
    except KeyboardInterrupt:
        if options.results:
            print(
                f"finewarden scan: what is done is kept in {options.results}; the same command goes on", file=sys.stderr
            )
        raise
    return code


def _scan(options: argparse.Namespace) -> int:
    from finewarden import policy as policies
    from finewarden.evidence.atomic import write_text
    from finewarden.personal_data.importable import importable_from
    from finewarden.personal_data.scan_table import print_report
    from finewarden.personal_data.scanning import as_json

    path = options.policy or policies.find(Path.cwd())
    policy = policies.load(path)
    if options.recognizers:
        importable_from(Path.cwd())
    if policy.training_data.recognizers:
        importable_from(policy.folder)
    _refuse_overwriting(options, path)
    report = _stream(options, policy) if _STDIN in options.inputs else _files(options, policy)
    if options.report is not None:
        write_text(options.report, as_json(report), private=True)
    print_report(report, console())
    code = exit_code(report, policy)
    _say_verdict(code, report, policy)
    return code


def _files(options: argparse.Namespace, policy: Policy) -> ScanReport:
    from finewarden.personal_data.scanning import scan_files

    share, rows = options.names_sample or (1.0, None)
    with _bar("bytes") as progress:
        return scan_files(
            [Path(each) for each in options.inputs],
            _settings(options, policy, share),
            options.results,
            options.workers,
            progress,
            names_sample=rows,
            findings=options.findings,
        )


def _stream(options: argparse.Namespace, policy: Policy) -> ScanReport:
    from finewarden.personal_data.reading.kinds import STREAMED
    from finewarden.personal_data.reading.rows import InputError
    from finewarden.personal_data.scanning import scan_stream

    share, rows = options.names_sample or (1.0, None)
    if len(options.inputs) > 1:
        raise InputError("- is standard input, and stands alone; scan files in a run of their own")
    if options.results:
        raise InputError(
            "--results: standard input can't be taken up again; write it to a file, or leave --results out"
        )
    if rows is not None:
        raise InputError("--names-sample: how many rows standard input has is not known; give a share such as 0.1")
    if options.format not in STREAMED:
        raise InputError(f"--format: got {options.format!r}, allowed: {', '.join(STREAMED)}; write others to a file")
    done = 0
    with _bar("rows") as progress:

        def tell(more: int) -> None:
            nonlocal done
            done += more
            if progress is not None:
                progress(done, 0)

        settings = _settings(options, policy, share)
        return scan_stream(sys.stdin.buffer, options.format, settings, tell, findings=options.findings)


def _settings(options: argparse.Namespace, policy: Policy, share: float) -> ScanSettings:
    from finewarden.personal_data.scan_report import ScanSettings

    return ScanSettings(
        languages=options.languages or policy.training_data.languages,
        names=not options.rules_only,
        names_in=share,
        seed=options.seed,
        source_column=options.source_column or policy.training_data.source_column,
        own=tuple(dict.fromkeys([*policy.training_data.recognizers, *options.recognizers])),
        numbers_kept=policy.deidentify.numbers_kept,
    )


def _refuse_overwriting(options: argparse.Namespace, policy: Path | None) -> None:
    from finewarden.personal_data.reading.folders import find_inputs
    from finewarden.personal_data.scan_outputs import KEPT, refuse_files, refuse_folder

    paths = [Path(each) for each in options.inputs if each != _STDIN]
    files = find_inputs(paths).files
    kept = {"the policy": policy} if policy is not None else {}
    if options.results is not None and _STDIN not in options.inputs:
        refuse_folder("--results", options.results, paths, files)
        kept |= {f"the {name} of --results": options.results / name for name in KEPT}
    outputs = {f"--{name}": path for name in ("report", "findings") if (path := getattr(options, name)) is not None}
    refuse_files(outputs, paths, files, kept)


def _say_verdict(code: int, report: ScanReport, policy: Policy) -> None:
    from finewarden.personal_data.admission import misspelt_limits, unbounded, unlimited_names

    for each in (*unbounded(report, policy.training_data), *misspelt_limits(report, policy.training_data)):
        print(f"{each[0].upper()}{each[1:]}.")
    names = unlimited_names(report, policy.training_data)
    if code == 1:
        said = "Personal data or secrets were found: take them out with `finewarden deidentify`"
    elif code == 2:
        said = "Not clean: nothing that counts was found, but not everything could be looked at"
    elif code == 3:
        said = "Nothing to scan: there is no row"
    elif names:
        found = ", ".join(f"{number} x {name}" for name, number in names.items())
        said = f"Clean but for {found}: of names the policy says nothing; write a limit under [training_data.limits]"
    elif not report.settings.names:
        said = "Clean, as far as rules see; names were not looked for (--rules-only)"
    elif report.sampled is not None:
        said = "Clean, as far as rules see, and in the sample no name"
    else:
        said = "Clean: nothing that counts was found"
    print(f"{said}{_unlooked(report)}.")


def _unlooked(report: ScanReport) -> str:
    from finewarden.personal_data.reading.folders import SEEN

    number = sum(each.files for each in report.passed_over if each.why != SEEN)
    return f"; {number:,} file{'s were' if number != 1 else ' was'} not looked at" if number else ""


@contextmanager
def _bar(unit: str) -> Iterator[Callable[[int, int], None] | None]:
    """A progress bar on standard error, where that is a terminal; told of what is done and of all (0: unknown)."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    size = DownloadColumn() if unit == "bytes" else MofNCompleteColumn()
    columns = (TextColumn("{task.description}"), BarColumn(), size, TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task("scanning", total=None)
        yield lambda done, total: shown.update(task, completed=done, total=total or None)
