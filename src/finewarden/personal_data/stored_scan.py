"""A scan that was made before, here or elsewhere, when it is of just these files and of what is asked now."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import finewarden
from finewarden.personal_data.scan_report import ScanReport, ScanSettings
from finewarden.policy import TrainingData

__all__ = ["settings_of", "stored_scan"]


def settings_of(rules: TrainingData, numbers_kept: Sequence[str] = ()) -> ScanSettings:
    """What *rules*, of the policy, ask a scan for. *numbers_kept*: the columns whose numbers it knows to be no personal
    data.
    """
    return ScanSettings(
        languages=rules.languages,
        source_column=rules.source_column,
        own=rules.recognizers,
        numbers_kept=tuple(numbers_kept),
    )


def stored_scan(results_dir: Path, paths: Sequence[Path], wanted: ScanSettings) -> ScanReport | None:
    """The report in *results_dir*, when it is of the files *paths* as they are now and looked for all that *wanted*
    asks; None otherwise. Names may have been looked for in a sample, and recognizers of the user's own added.

    A report by other recognizers than are installed here holds where it lacks nothing and this installation lacks
    something: judging a scan takes no model.

    Raises InputError where the scan asked recognizers that *wanted* does not, and does not hold any more: another one
    would look for less.
    """
    from finewarden.personal_data.reading.folders import find_inputs
    from finewarden.personal_data.reading.rows import InputError
    from finewarden.personal_data.scanner import Scanner
    from finewarden.personal_data.scanning import REPORT, resolved
    from finewarden.personal_data.shards.plan import sha256_of

    try:
        report = ScanReport.model_validate_json((results_dir / REPORT).read_bytes())
        if not _covers(report.settings, wanted):
            return None
        digests = sorted(sha256_of(file.path) for file in find_inputs(paths).files)
    except (OSError, ValueError, InputError):
        return None
    if sorted(file.sha256 for file in report.files) != digests:
        return None
    if resolved(report.settings) == report.settings:
        return report
    lacking = Scanner(report.settings.languages).missing
    by_us = report.written_by == f"finewarden {finewarden.__version__}"
    if lacking and not report.missing and by_us:
        return report
    if more := [each for each in report.settings.own if each not in wanted.own]:
        keys = ", ".join(map(repr, more))
        raise InputError(
            f"{results_dir.name}/{REPORT} is of recognizers {', '.join(more)} as they were, and the policy does not "
            f"name them: write recognizers = [{keys}] under [training_data], or scan the data again"
        )
    return None


def _covers(made: ScanSettings, wanted: ScanSettings) -> bool:
    own = set(wanted.own) <= set(made.own)
    columns = made.source_column == wanted.source_column and made.numbers_kept == wanted.numbers_kept
    return made.names and set(wanted.languages) <= set(made.languages) and own and columns
