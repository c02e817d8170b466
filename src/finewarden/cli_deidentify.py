"""`finewarden deidentify`: training data with personal data taken out, from a shell."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from finewarden.cli_console import console, failed
from finewarden.cli_scan_options import languages

if TYPE_CHECKING:
    from collections.abc import Collection

    from finewarden.personal_data.deidentify.key import Key
    from finewarden.personal_data.deidentify.plan import Plan
    from finewarden.personal_data.deidentify.report import DeidentifyReport
    from finewarden.policy import Policy

__all__ = ["add_to"]


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
        action="append",
        default=[],
        metavar="ENTITY=OPERATOR",
        help="mask, pseudonym, generalise, surrogate, remove (the value), drop (its row) or keep; before the policy; "
        "once for each entity, or with commas between",
    )
    key = command.add_mutually_exclusive_group()
    key.add_argument("--key-file", type=Path, metavar="FILE", help="key of pseudonyms and surrogates")
    key.add_argument("--key-env", metavar="NAME", help="environment variable that holds the key")
    key.add_argument("--new-key", type=Path, metavar="FILE", help="make a key and do nothing else")
    command.add_argument("--report", type=Path, metavar="FILE", help="default: OUT with .report.json behind")
    command.add_argument("--languages", type=languages, metavar="zh,en", help="default: the policy's, else both")
    command.add_argument("--rules-only", action="store_true", help="no names and places, which take a model")
    command.add_argument("--source-column", metavar="C", help="names a row's source; default: the policy's")
    command.add_argument(
        "--recognizers",
        action="append",
        default=[],
        metavar="MODULE:NAME",
        help="Presidio recognizers of yours, importable from here; their module is run",
    )
    command.add_argument("--force", action="store_true", help="replace OUT and the report if they exist")
    command.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    from finewarden.personal_data.deidentify.key import KeyProblem
    from finewarden.personal_data.deidentify.plan import PlanError
    from finewarden.personal_data.reading.rows import InputError
    from finewarden.policy import PolicyError

    try:
        code = _new_key(options) if options.new_key is not None else _deidentify(options)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else Python complains at its end
        return 2
    except (InputError, KeyProblem, PlanError, PolicyError, ImportError) as error:
        return failed("deidentify", str(error))
    except OSError as error:
        return failed(
            "deidentify", f"{error.filename or options.out}: {error.strerror}; see that it can be read and written"
        )
    return code


def _new_key(options: argparse.Namespace) -> int:
    from finewarden.personal_data.deidentify.key import new_key_file

    if options.source is not None:
        return failed(
            "deidentify",
            "--new-key makes a key and nothing else: leave IN and OUT out, and give them to a second command",
        )
    print(f"{options.new_key}: key {new_key_file(options.new_key).id}; keep it out of the repository")
    return 0


def _deidentify(options: argparse.Namespace) -> int:
    from finewarden.personal_data.deidentify.report_table import print_report

    if options.source is None or options.out is None:
        return failed("deidentify", "name the data and what to write: finewarden deidentify IN OUT")
    report = _report(options)
    if report is None:
        return 2
    print_report(report, options.out, console())
    if not report.clean:
        return 1
    return 0 if report.rows else 3


def _report(options: argparse.Namespace) -> DeidentifyReport | None:
    from finewarden import policy as policies
    from finewarden.personal_data.deidentify.deidentifier import Deidentifier
    from finewarden.personal_data.deidentify.output import check_places
    from finewarden.personal_data.deidentify.run import deidentify
    from finewarden.personal_data.own_recognizers import load_own
    from finewarden.personal_data.scanner import Scanner
    from finewarden.personal_data.sources.rows import SourceRows

    policy_file = options.policy or policies.find(Path.cwd())
    policy = policies.load(policy_file)
    own_names = tuple(dict.fromkeys((*policy.training_data.recognizers, *options.recognizers)))
    for folder in (policy.folder, Path.cwd()):
        if own_names and folder is not None and str(folder) not in sys.path:
            sys.path.append(str(folder))  # behind all else, so that nothing there hides an installed package
    own = load_own(own_names)
    plan = _plan(options, policy, {name for each in own for name in each.supported_entities})
    key = _key(options, plan)
    where = options.report or options.out.with_name(f"{options.out.name}.report.json")
    read = [each for each in (policy_file, options.key_file) if each is not None]
    if policy.folder is not None and policy.sources_file is not None:
        read.append(policy.folder / policy.sources_file)
    check_places(options.source, options.out, where, force=options.force, read=read)
    languages = tuple(options.languages or policy.training_data.languages)
    scanner = Scanner(languages, names=not options.rules_only, recognizers=own)
    if scanner.missing:
        for each in scanner.missing:
            failed("deidentify", f"{each.what}: {each.unseen}; {each.mend}")
        return None
    sources = SourceRows(policy.sources, options.source_column or policy.training_data.source_column)
    return deidentify(
        options.source,
        options.out,
        Deidentifier(plan.said, key, scanner, sources=sources, own=plan.own),
        policy,
        languages=languages,
        names=not options.rules_only,
        own=own_names,
        report=where,
        read=read,
        force=options.force,
    )


def _plan(options: argparse.Namespace, policy: Policy, own: Collection[str]) -> Plan:
    from finewarden.personal_data.deidentify.plan import Plan, PlanError, parse_plan

    given = parse_plan(options.plan)
    for where, said in (("--plan", given), (f"{policy.file}: deidentify.plan", policy.deidentify.plan)):
        try:
            Plan(said, own)  # type: ignore[arg-type]  # Plan refuses others
        except PlanError as error:
            raise PlanError(f"{where} {error}") from None
    return Plan({**policy.deidentify.plan, **given}, own)  # type: ignore[dict-item]  # as above


def _key(options: argparse.Namespace, plan: Plan) -> Key | None:
    from finewarden.personal_data.deidentify.key import KeyProblem, key_of_environment, key_of_file
    from finewarden.personal_data.entities import ENTITIES

    if options.key_file is not None:
        return key_of_file(options.key_file)
    if options.key_env is not None:
        return key_of_environment(options.key_env)
    if keyed := plan.keyed([*ENTITIES, *plan.own]):
        raise KeyProblem(
            f"the plan has pseudonyms or surrogates ({', '.join(keyed[:3])}{', ...' * (len(keyed) > 3)}), which need a "
            "key: give --key-file FILE or --key-env NAME, or make one with --new-key FILE"
        )
    return None
