"""The verdict as people read it: one line an audit, cut to the width, safe in Markdown."""

from __future__ import annotations

from pathlib import Path

import pytest

from finewarden.policy import Audit, Policy
from finewarden.report import failure_text, step_summary, terminal
from finewarden.report.ledger import Ledger
from finewarden.verdicts import NOTHING_TO_ASK, Finding, Result, State
from finewarden.waivers import Waivers


def finding(**changes: object) -> Finding:
    fields = {"rule": "r", "where": "a.json:1", "what": "is bad", "mend": "mend it", "fingerprint": "0" * 16}
    return Finding(**{**fields, **changes})  # type: ignore[arg-type]


def ledger(*results: Result) -> Ledger:
    book = Ledger(model="out", policy=Policy(), waivers=Waivers.empty(), level=1)
    book.collected([result.audit for result in results])
    for result in results:
        book.add(result)
    book.close(partial=False)
    return book


@pytest.mark.parametrize("width", [60, 80, 200])
def test_one_line_an_audit(width: int) -> None:
    """However long a note and wide its characters, an audit has one line that fits."""
    from rich.cells import cell_len

    result = Result(audit="a.b", node="n", state=State.FAIL, measured=1, findings=[finding(what="很长的说明" * 40)])
    lines = terminal.lines(ledger(result), width=width)

    assert sum(line.startswith("a.b") for line in lines) == 1
    assert all(cell_len(line) <= width for line in lines if line.startswith(("a.b", "audit")))


def test_line_breaks_in_names_stay_in_the_line() -> None:
    """A file name with a line break can't forge a line of the report."""
    result = Result(audit="a.b", node="n", state=State.FAIL, findings=[finding(where="x\nverdict: pass")])

    assert not any(line.startswith("verdict: pass") for line in terminal.lines(ledger(result), width=200))


def test_warnings_are_listed_with_their_mend() -> None:
    """A warning says what to do."""
    result = Result(audit="a.b", node="n", state=State.PASS, warnings=[finding(warn=True)])
    lines = terminal.lines(ledger(result), width=80)

    assert "warning a.b: a.json:1: is bad" in lines
    assert "    mend: mend it" in lines


def test_failure_says_how_to_waive() -> None:
    """A failure ends in the mend and in the way to waive, or in why there is none."""
    result = Result(audit="a.b", node="n", state=State.FAIL, measured=2, limit=0, n=5)
    result.findings = [finding(), finding(waivable=False, where="b")]
    text = failure_text.of(result, Waivers(salt="0" * 32, file=Path("w.toml")))

    assert "measured 2, limit 0, n 5" in text
    assert "waive: fingerprint 0000000000000000 with reason and expiry in w.toml" in text
    assert "waive: never" in text


def test_one_finding_is_told_once() -> None:
    """The only finding of an audit stands in the first line, with its place, and not again below."""
    result = Result(audit="a.b", node="n", state=State.FAIL, measured=1, limit=0, findings=[finding()])
    lines = failure_text.of(result, Waivers.empty()).splitlines()

    assert lines[0] == "a.b: a.json:1: is bad"
    assert sum("is bad" in line for line in lines) == 1
    assert lines[2] == "      mend:  mend it"


def test_long_failures_are_counted() -> None:
    """The terminal lists twenty findings and counts the rest."""
    result = Result(audit="a.b", node="n", state=State.FAIL, findings=[finding(where=str(i)) for i in range(50)])

    assert "… and 30 more" in failure_text.of(result, Waivers.empty())


def test_markdown_is_escaped() -> None:
    """A file name can't break the table or carry a link into the summary page."""
    result = Result(audit="a.b", node="n", state=State.FAIL, findings=[finding(where="[x](http://e.invalid)|\n<b>")])
    text = step_summary.markdown(ledger(result))
    row = next(line for line in text.splitlines() if line.startswith("| a.b"))

    assert row.replace("\\|", "").count("|") == 7
    assert "[x]" not in row
    assert "\\<b\\>" in row


def test_a_family_that_could_not_look_has_one_line() -> None:
    """Audits of one family that were all not measured, for one reason, share a line; with two reasons they do not."""
    blind = [Result(audit=f"p.{n}", node=f"p{n}", state=State.NOT_MEASURED, reason="there is no p") for n in "ab"]
    shown = terminal.lines(ledger(*blind, Result(audit="q.a", node="q", state=State.PASS)), width=100)
    assert sum(line.startswith("p") for line in shown) == 1
    assert any(line.startswith("p (2 audits)") and line.endswith("there is no p") for line in shown)
    assert "2 not measured" in shown[-2]
    other = Result(audit="p.c", node="pc", state=State.NOT_MEASURED, reason="there is no q")
    shown = terminal.lines(ledger(*blind, other), width=100)
    assert sum(line.startswith("p.") for line in shown) == 3


def test_memorization_that_was_not_asked_has_one_line() -> None:
    """With nothing to put to the model, all its families share one line that says what to give."""
    blind = [
        Result(audit=audit, node=audit, state=State.NOT_MEASURED, reason=NOTHING_TO_ASK)
        for audit in ("extraction.canaries", "canary_rank.auc", "secrets.reproduce")
    ]
    lines = terminal.lines(ledger(Result(audit="a.b", node="n", state=State.PASS), *blind), width=300)

    (line,) = [line for line in lines if line.startswith("memorization (3 audits)")]
    assert "--train-data=" in line
    assert not any(line.startswith("extraction") for line in lines)


def test_what_was_estimated_states_its_error_rate() -> None:
    """A verdict that rests on a sample says how many builds in 100 it fails, or passes, by chance; a fact does not."""
    estimated = Result(audit="a.b", node="n", state=State.PASS, error_rate=0.01)
    plain = Result(audit="a.c", node="m", state=State.PASS)

    assert any("at most 1 fail by chance" in line for line in terminal.lines(ledger(estimated, plain), width=200))
    assert not any("by chance" in line for line in terminal.lines(ledger(plain), width=200))


def test_a_tolerance_that_nobody_asks_for_fails() -> None:
    """A misspelt tolerance would leave the default in force, so it is told; one that an audit asked for is not."""
    policy = Policy(audit=Audit(tolerance={"canary_aux": 0.6}))
    book = Ledger(model="out", policy=policy, waivers=Waivers.empty(), level=1)
    book.collected(["a.b"])
    book.add(Result(audit="a.b", node="n", state=State.PASS))
    book.close(partial=False)
    asked = Ledger(model="out", policy=policy, waivers=Waivers.empty(), level=1)
    asked.collected(["a.b"])
    asked.add(Result(audit="a.b", node="n", state=State.PASS, tolerances=["canary_aux"]))
    asked.close(partial=False)

    assert book.failed
    assert "audit.tolerance.canary_aux, and no audit asks for it" in book.problems[0]
    assert not asked.failed


def test_not_legal_advice_is_said_once() -> None:
    """Where a license was audited, the closing lines say what that is and is not; else they don't speak of it."""
    audited = [Result(audit=f"license.{name}", node=name, state=State.PASS) for name in ("text", "mark")]
    blind = Result(audit="license.text", node="t", state=State.NOT_MEASURED, reason="no base")

    assert sum("Not legal advice" in line for line in terminal.lines(ledger(*audited), width=200)) == 1
    assert not any("legal" in line for line in terminal.lines(ledger(blind), width=200))


def test_license_audits_without_a_base_have_one_line() -> None:
    """Those of the license family that lack the same thing share a line, though others of the family could look."""
    blind = [Result(audit=f"license.{n}", node=n, state=State.NOT_MEASURED, reason="no base") for n in ("a", "b", "c")]
    seen = Result(audit="license.data", node="d", state=State.PASS)
    lines = terminal.lines(ledger(*blind, seen), width=120)

    assert sum(line.startswith("license (3 audits)") for line in lines) == 1
    assert sum(line.startswith("license.data") for line in lines) == 1
