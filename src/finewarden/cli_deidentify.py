"""`finewarden deidentify`: training data with personal data taken out, from a shell."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from finewarden.personal_data.deidentify.key import Key
    from finewarden.personal_data.deidentify.report import DeidentifyReport

__all__ = ["add_to"]

_SHOWN = 20


def add_to(commands: Any) -> None:
    """Add the command to *commands*."""
    command = commands.add_parser(
        "deidentify",
        help="take personal data out of training data",
        description="Write IN (.jsonl, .json, .csv, .tsv, .txt, .parquet, or a folder of them) as OUT with personal "
        "data taken out, and look at OUT again. Exit status: 0 clean, 1 not clean, 2 error, 3 no rows.",
    )
    command.add_argument("source", type=Path, metavar="IN", nargs="?")
    command.add_argument("out", type=Path, metavar="OUT", nargs="?")
    command.add_argument("--policy", type=Path, metavar="FILE", help="whose [deidentify] counts; default: the nearest")
    command.add_argument(
        "--plan",
        action="extend",
        nargs="+",
        default=[],
        metavar="ENTITY=OPERATOR",
        help="mask, pseudonym, generalise, surrogate, remove (the value), drop (its row) or keep; before the policy",
    )
    key = command.add_mutually_exclusive_group()
    key.add_argument("--key-file", type=Path, metavar="FILE", help="key of pseudonyms and surrogates")
    key.add_argument("--key-env", metavar="NAME", help="environment variable that holds the key")
    key.add_argument("--new-key", type=Path, metavar="FILE", help="make a key and do nothing else")
    command.add_argument("--report", type=Path, metavar="FILE", help="default: OUT with .report.json behind")
    command.add_argument("--languages", nargs="+", choices=("zh", "en"), help="default: the policy's, else both")
    command.add_argument("--no-names", action="store_true", help="do not look for names and places: needs no model")
    command.add_argument("--force", action="store_true", help="replace OUT if it exists")
    command.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    from finewarden.personal_data.deidentify.key import KeyProblem, new_key_file
    from finewarden.personal_data.deidentify.plan import PlanError
    from finewarden.personal_data.reading.rows import InputError
    from finewarden.policy import PolicyError

    try:
        if options.new_key is not None:
            print(f"{options.new_key}: key {new_key_file(options.new_key).id}; keep it out of the repository")
            return 0
        if options.source is None or options.out is None:
            return _failed("name the data and what to write: finewarden deidentify IN OUT")
        report = _deidentified(options)
    except (InputError, KeyProblem, PlanError, PolicyError) as error:
        return _failed(str(error))
    except OSError as error:
        return _failed(f"{error.filename or options.out}: {error.strerror}; see that it can be read and written")
    if report is None:
        return 2
    _print(report, options.out)
    if not report.rows:
        return 3
    return 0 if report.clean else 1


def _deidentified(options: argparse.Namespace) -> DeidentifyReport | None:
    from finewarden import policy as policies
    from finewarden.evidence import atomic
    from finewarden.personal_data.deidentify.deidentifier import Deidentifier
    from finewarden.personal_data.deidentify.output import check_output
    from finewarden.personal_data.deidentify.plan import Plan, parse_plan
    from finewarden.personal_data.deidentify.run import deidentify
    from finewarden.personal_data.entities import ENTITIES
    from finewarden.personal_data.scanner import Scanner
    from finewarden.personal_data.sources.rows import SourceRows

    policy = policies.load(options.policy or policies.find(Path.cwd()))
    plan = Plan({**policy.deidentify.plan, **parse_plan(options.plan)})  # type: ignore[dict-item]  # Plan refuses others
    key = _key(options)
    keyed = plan.keyed(ENTITIES)
    if key is None and keyed:
        _failed(
            f"the plan has pseudonyms or surrogates ({', '.join(keyed[:3])}{', ...' * (len(keyed) > 3)}), which need a "
            "key: give --key-file FILE or --key-env NAME, or make one with --new-key FILE"
        )
        return None
    check_output(options.source, options.out, force=options.force)
    languages = tuple(options.languages or policy.training_data.languages)
    scanner = Scanner(languages, names=not options.no_names)
    if scanner.missing:
        for each in scanner.missing:
            _failed(f"{each.what}: {each.unseen}; {each.mend}")
        return None
    sources = SourceRows(policy.sources, policy.training_data.source_column)
    report = deidentify(
        options.source,
        options.out,
        Deidentifier(plan.said, key, scanner, sources=sources),
        policy,
        languages=languages,
        names=not options.no_names,
        force=options.force,
    )
    where = options.report or options.out.with_name(f"{options.out.name}.report.json")
    atomic.write_text(where, report.model_dump_json(indent=2, exclude_none=True) + "\n")
    return report


def _key(options: argparse.Namespace) -> Key | None:
    from finewarden.personal_data.deidentify.key import key_of_environment, key_of_file

    if options.key_file is not None:
        return key_of_file(options.key_file)
    return key_of_environment(options.key_env) if options.key_env is not None else None


def _failed(why: str) -> int:
    print(f"finewarden deidentify: {why}", file=sys.stderr)
    return 2


def _print(report: DeidentifyReport, out: Path) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    if report.applied:
        table = Table("entity", "operator", "values", "masked instead", "what can still be told")
        for one in report.applied:
            table.add_row(one.entity, one.operator, str(one.values), str(one.masked or ""), one.residual)
        console.print(table)
    for source in report.sources:
        if source.deidentification is not None and source.deidentification != source.says:
            print(f'source {source.source}: write deidentification = "{source.deidentification}" into the policy')
    for row in report.left_out:
        print(f"left out: {row.file}, row {row.row}: {row.why}")
    for left in report.left[:_SHOWN]:
        span = f" {left.start}-{left.end}" if left.start is not None else ""
        print(f"left: {left.file}, row {left.row}: {left.field}{span}: {left.entity} {left.why}".replace(":  ", ": "))
    if report.left_in_all > _SHOWN:
        print(f"... and {report.left_in_all - _SHOWN} more; the report lists the first {len(report.left)}")
    key = f", key {report.key_id}" if report.key_id else ""
    print(
        f"{out}: {report.rows - report.rows_dropped} of {report.rows} rows{key}; "
        f"{'nothing is left that the plan takes out' if report.clean else 'not clean'}"
    )
