"""`finewarden COMMAND`: the same acts as in Python and pytest, for a shell.

`audit` adds nothing to pytest but safety: settings and root folder are pinned to the caller's, so that nothing of the
audited folder can be taken for configuration. All other pytest options are passed on as they are.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from finewarden import __version__, cli_admit, cli_deidentify, cli_licenses, cli_scan
from finewarden.personal_data.lean_process import import_no_torch
from finewarden.waivers import DEFAULT_FILE

__all__ = ["main"]

_ONLY_SCAN = frozenset({"admit", "deidentify", "scan"})

# What pytest itself reads, in its order; the first in the current folder is the caller's configuration.
_CONFIG_FILES = ("pytest.toml", ".pytest.toml", "pytest.ini", ".pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit status (pytest's own for `audit`, 2 for wrong usage)."""
    parser = _parser()
    known, rest = parser.parse_known_args(argv)
    if rest and known.command != "audit":
        parser.error(f"unknown argument: {rest[0]}; see `finewarden {known.command} --help`")
    try:
        if known.command == "audit":
            return audit(known.model_dir, rest)
        if argv is None and known.command in _ONLY_SCAN and not getattr(known, "recognizers", ()):
            import_no_torch()
        return int(known.run(known))
    except KeyboardInterrupt:
        print("finewarden: interrupted", file=sys.stderr)
        return 130


def audit(model_dir: str, options: Sequence[str] = ()) -> int:
    """Run the audits of *model_dir* with pytest pinned to the current folder; returns pytest's exit status."""
    config = next((name for name in _CONFIG_FILES if Path(name).is_file()), os.devnull)
    pinned = ["-c", config, f"--rootdir={Path.cwd()}"]
    if any(o in ("-c", "--rootdir") or o.startswith(("--rootdir=", "--config-file", "-c=")) for o in options):
        pinned = []  # the caller pins it
    if config == os.devnull:
        pinned += ["-p", "no:cacheprovider"]  # without a project there is no place for a cache
    # A process of its own: pytest wants to be first to import its plugins. -P keeps the current folder off sys.path, as
    # the `pytest` command does.
    command = [sys.executable, "-P", "-m", "pytest", *pinned, f"--model-dir={model_dir}", *options]
    with subprocess.Popen(command) as process:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:  # pytest got it too, and ends with its own summary
                continue


def _baseline(options: argparse.Namespace) -> int:
    from finewarden import waivers
    from finewarden.report.json_report import AuditReport
    from finewarden.waivers import Waiver, WaiversError

    path: Path = options.audit_waivers
    existed = path.exists()
    try:
        book = waivers.load(path) if existed else waivers.Waivers.empty()
    except WaiversError as error:
        print(f"finewarden baseline: {error}", file=sys.stderr)
        return 2
    if not existed:
        waivers.save(path, book, [])  # fingerprints are made under this file's salt
    done = False
    try:
        with tempfile.TemporaryDirectory() as folder:
            report_file = Path(folder) / "report.json"
            options_ = ["-q", "--no-header", "--tb=no", f"--audit-waivers={path}", f"--audit-report={report_file}"]
            options_ += [f"--policy={options.policy}"] if options.policy else []
            options_ += [f"--secrets={options.secrets}"] if options.secrets else []
            code = audit(options.model_dir, options_)
            if not report_file.exists():
                print("finewarden baseline: the audit did not run; nothing was written", file=sys.stderr)
                return code or 2
            report = AuditReport.model_validate_json(report_file.read_bytes())
        used = {(a.audit, w.finding.fingerprint) for a in report.audits for w in a.waived}
        entries = [w for w in book if (w.audit, w.fingerprint) in used]
        refused = []
        for result in report.audits:
            for finding in result.findings:
                if not finding.waivable:
                    refused.append((result.audit, finding))
                    continue
                entries.append(
                    Waiver(
                        audit=result.audit,
                        fingerprint=finding.fingerprint,
                        reason=options.reason,
                        expires=options.expires,
                        where=finding.where,
                    )
                )
        waivers.save(path, book, entries)
        done = True
    finally:
        if not existed and not done:
            path.unlink(missing_ok=True)
    print(f"\n{path}: {len(entries)} finding{'s' * (len(entries) != 1)} waived until {options.expires} or earlier")
    for name, finding in refused:
        print(f"can't be waived: {name}: {finding.where}: {finding.what}\n    mend: {finding.mend}")
    return 1 if refused else 0


def _measure(options: argparse.Namespace) -> int:
    from finewarden import policy as policies
    from finewarden.memorization import measure

    try:
        policy = policies.load(options.policy or policies.find(Path.cwd()))
    except policies.PolicyError as error:
        print(f"finewarden measure: {error}", file=sys.stderr)
        return 2
    return measure.run(
        options.model_dir,
        secrets=options.secrets,
        train_data=options.train_data,
        base_model=options.base_model,
        evidence_dir=options.evidence_dir,
        sampling=policy.audit.sampling,
        device=options.device,
    )


def _finalize(options: argparse.Namespace) -> int:
    from finewarden import policy as policies
    from finewarden.release.finalize import FinalizeError, finalize

    try:
        policy = policies.load(options.policy or policies.find(Path.cwd()))
        done = finalize(
            options.model_dir,
            policy,
            base_model_dir=options.base_model,
            license_file=options.license_file,
            purge_caches=options.purge_caches,
            dry_run=options.dry_run,
            show=print,
        )
    except (policies.PolicyError, FinalizeError, OSError) as error:
        print(f"finewarden finalize: {error}", file=sys.stderr)
        return 2
    print(done.text())
    return 0 if done.complete else 1


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"got {text!r}; write a date such as 2027-01-31") from None
    if not date.today() <= day <= date.today() + timedelta(days=366):
        raise argparse.ArgumentTypeError(f"got {text}; give a day from today to one year ahead")
    return day


def _reason(text: str) -> str:
    if len(text.strip()) < 10:
        raise argparse.ArgumentTypeError("too short; say in at least 10 characters who accepted this and why")
    return text.strip()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="finewarden", description="Guard a fine-tune and gate its release.")
    parser.add_argument("--version", action="version", version=f"finewarden {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    command = commands.add_parser(
        "audit",
        help="audit a model folder; further options are pytest's",
        description="Audit a model folder. No code of the folder runs and nothing in it is read as settings. "
        "Every further option is pytest's or one of the plugin's (`pytest --help`, group 'model audit').",
    )
    command.add_argument("model_dir", metavar="DIR")

    command = commands.add_parser("baseline", help="waive today's findings, with an end date, to adopt the gate")
    command.add_argument("model_dir", metavar="DIR")
    command.add_argument("--audit-waivers", type=Path, default=Path(DEFAULT_FILE), metavar="FILE")
    command.add_argument("--policy", metavar="FILE")
    command.add_argument("--secrets", metavar="FILE")
    command.add_argument("--expires", type=_day, default=date.today() + timedelta(days=90), metavar="DAY")
    command.add_argument("--reason", type=_reason, default=f"known when the gate was adopted, {date.today()}")
    command.set_defaults(run=_baseline)

    command = commands.add_parser(
        "measure",
        help="put data to the model where the GPU is, for an audit without torch",
        description="Write <DIR>.evidence/measurements.json, bound to the hashes of weights, data, evidence and code: "
        "the canaries of the evidence folder, secrets and training data put to the model. What is there already, of "
        "just these, is kept. pytest --model-dir=DIR judges it without torch.",
    )
    command.add_argument("model_dir", type=Path, metavar="DIR")
    command.add_argument("--secrets", type=Path, metavar="FILE", help="prompt + secret pairs")
    command.add_argument(
        "--train-data",
        type=Path,
        nargs="+",
        action="extend",
        default=[],
        metavar="FILE",
        help="what was trained on, as it was before hold_out: JSONL, JSON, CSV or Parquet",
    )
    command.add_argument("--base-model", metavar="DIR")
    command.add_argument("--policy", type=Path, metavar="FILE", help="for how the release is sampled where it is used")
    command.add_argument("--evidence-dir", type=Path, metavar="DIR")
    command.add_argument("--device", help="cpu, cuda, cuda:1, mps; default: the best there is")
    command.set_defaults(run=_measure)

    command = commands.add_parser(
        "finalize",
        help="write LICENSE, NOTICE, statement and card; move the Trainer's leftovers out",
        description="Make DIR a release: what can be written truthfully is shown as a diff and written, what is "
        "left over moves to <DIR>.evidence/leftovers/, what is missing is listed (exit status 1). No license is ever "
        "guessed.",
    )
    command.add_argument("model_dir", type=Path, metavar="DIR")
    command.add_argument("--policy", type=Path, metavar="FILE")
    command.add_argument("--base-model", type=Path, metavar="DIR", help="folder of the base model, for its LICENSE")
    command.add_argument("--license-file", type=Path, metavar="FILE", help="the license text to ship")
    command.add_argument(
        "--purge-caches", action="store_true", help="delete the plain-text copies this run left behind"
    )
    command.add_argument("--dry-run", action="store_true", help="show the diff and what is missing; write nothing")
    command.set_defaults(run=_finalize)

    cli_licenses.add_to(commands)
    cli_scan.add_to(commands)
    cli_deidentify.add_to(commands)
    cli_admit.add_to(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
