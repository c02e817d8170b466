"""The one table of verdicts: its columns and words, for the terminal and for CI."""

from __future__ import annotations

from collections.abc import Sequence

from finewarden.report.ledger import Ledger
from finewarden.verdicts import Result, State

__all__ = ["COLUMNS", "closing_lines", "row", "rows"]

COLUMNS = ("audit", "verdict", "measured", "limit", "n", "note")
_WORDS = {State.PASS: "pass", State.FAIL: "FAIL", State.NOT_MEASURED: "not measured"}
_LEVELS = {
    1: "level 1 of 3: the folder alone",
    2: "level 2 of 3: the folder and data put to the model",
    3: "level 3 of 3: the folder, training's evidence and the policy",
}


# Audits of one group that could not look for the same reason have one line: what to give.
_GROUPS = dict.fromkeys(
    (
        "canary_exposure",
        "canary_rank",
        "extraction",
        "generations",
        "instrument",
        "membership",
        "real_pii",
        "secrets",
    ),
    "memorization",  # what asks the model
) | {"license": "license", "region": "region"}
_LEGAL = "license.*: what the texts oblige to, as far as files show it, clause by clause. Not legal advice."


def rows(results: Sequence[Result]) -> list[tuple[str, ...]]:
    """One line an audit; one for several that could not look, all for the same reason."""
    made: dict[str, tuple[str, ...]] = {}
    for result in results:
        kin = _kin(result, results)
        families = sorted({_family(each) for each in kin})
        name = families[0] if len(families) == 1 else _GROUPS[families[0]]
        if len(kin) > 1:
            made[f"{name}: {result.reason}"] = (f"{name} ({len(kin)} audits)", *row(result)[1:])
        else:
            made[result.node] = row(result)
    return list(made.values())


def _kin(result: Result, results: Sequence[Result]) -> list[Result]:
    """The audits that share *result*'s line: of its group, those that lack the same; else whole families."""
    family = _family(result)
    group = _GROUPS.get(family)
    near = [each for each in results if (_GROUPS.get(_family(each)) == group if group else _family(each) == family)]
    kin = [each for each in near if _is_blind(each) and each.reason == result.reason]
    if not _is_blind(result) or (group is None and len(kin) < len(near)):
        return [result]
    return kin


def _is_blind(result: Result) -> bool:
    return result.state is State.NOT_MEASURED and not result.warnings and not result.waived


def _family(result: Result) -> str:
    return result.audit.partition(".")[0]


def row(result: Result) -> tuple[str, ...]:
    """One audit as text cells in the order of COLUMNS."""
    notes = []
    if result.waived:
        notes.append(f"{len(result.waived)} waived until {min(w.expires for w in result.waived)}")
    if result.warnings:
        notes.append(f"{len(result.warnings)} warning{'s' * (len(result.warnings) > 1)}")
    if result.findings:
        notes.append(f"{result.findings[0].where}: {result.findings[0].what}")
    elif result.reason:
        notes.append(result.reason)
    return (
        result.audit,
        _WORDS[result.state],
        _cell(result.measured),
        _cell(result.limit),
        _cell(result.n),
        "; ".join(notes),
    )


def _cell(value: object) -> str:
    if value is None:
        return "-"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def closing_lines(ledger: Ledger) -> list[str]:
    """What is wrong with the gate itself, then the verdict, then the level. Never the word "safe"."""
    lines = [f"gate: {problem}" for problem in ledger.problems]
    counts = (
        f"{ledger.count(State.FAIL)} failed, {ledger.count(State.PASS)} passed, "
        f"{ledger.count(State.NOT_MEASURED)} not measured"
    )
    waived = sum(len(result.waived) for result in ledger.results)
    if waived:
        counts += f", {waived} finding{'s' * (waived > 1)} waived"
    verdict = "FAIL" if ledger.failed else "pass"
    partial = " of a part: some audits were left out" if ledger.partial else ""
    lines.append(f"verdict{partial}: {verdict} ({counts})")
    if rates := [result.error_rate for result in ledger.results if result.error_rate is not None]:
        lines.append(
            f"error rate: of 100 builds that keep every tolerance, at most {100 * max(rates):g} fail by chance; "
            f"of 100 that do not, at most {100 * max(rates):g} pass"
        )
    if any(_family(result) == "license" and not _is_blind(result) for result in ledger.results):
        lines.append(_LEGAL)
    lines.append(_LEVELS[ledger.level])
    return lines
