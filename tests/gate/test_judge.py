"""How findings, waivers and the policy make a verdict."""

from __future__ import annotations

from datetime import date

import pytest

from finewarden.gate.judge import Judge, NotMeasured
from finewarden.policy import Audit, Policy
from finewarden.verdicts import State, fingerprint
from finewarden.waivers import Waiver, Waivers

SALT = "0" * 32
TODAY = date(2026, 11, 22)


def judge(*waivers: Waiver, required: bool = False, policy: Policy | None = None) -> Judge:
    book = Waivers(salt=SALT, waivers=waivers)
    return Judge("a.b", "n", policy=policy or Policy(), waivers=book, required=required, today=TODAY)


def state_one(j: Judge, **changes: object) -> None:
    j.finding(**{"rule": "r", "where": "f", "what": "w", "mend": "m", "subject": "s", **changes})  # type: ignore[arg-type]


def waiver(expires: date, subject: str = "s") -> Waiver:
    mark = fingerprint(SALT, "a.b", "r", "f", subject)
    return Waiver(audit="a.b", fingerprint=mark, reason="accepted by legal", expires=expires)


def test_no_finding_passes() -> None:
    """An audit without findings passes."""
    assert judge().conclude().state is State.PASS


def test_finding_fails() -> None:
    """One finding fails, and counts as the measured value unless another was stated."""
    j = judge()
    state_one(j)
    result = j.conclude()

    assert (result.state, result.measured, result.limit) == (State.FAIL, 1, 0)


def test_warning_passes() -> None:
    """A warning is listed and fails nothing."""
    j = judge()
    state_one(j, warn=True)
    result = j.conclude()

    assert (result.state, len(result.warnings), result.findings) == (State.PASS, 1, [])


def test_waiver_holds_on_its_last_day() -> None:
    """A waiver lets its finding pass up to and on its last day."""
    j = judge(waiver(TODAY))
    state_one(j)
    result = j.conclude()

    assert result.state is State.PASS
    assert result.waived[0].reason == "accepted by legal"


def test_expired_waiver_waives_nothing() -> None:
    """The day after, the finding fails and says why."""
    j = judge(waiver(date(2026, 11, 21)))
    state_one(j)
    result = j.conclude()

    assert result.state is State.FAIL
    assert "its waiver ended on 2026-11-21" in result.findings[0].what


def test_waiver_of_other_content() -> None:
    """Changed content is a new finding: a waiver for the old one does not cover it."""
    j = judge(waiver(TODAY, subject="other"))
    state_one(j)

    assert j.conclude().state is State.FAIL


def test_never_waivable() -> None:
    """Live tokens and executable code can't be waived, whatever the file says."""
    j = judge(waiver(TODAY))
    state_one(j, waivable=False)

    assert j.conclude().state is State.FAIL


def test_not_measured() -> None:
    """An audit that could not look is not measured, with the reason."""
    j = judge()
    with pytest.raises(NotMeasured) as stop:
        j.not_measured("add data")
    result = j.conclude(stop.value)

    assert (result.state, result.reason, result.measured) == (State.NOT_MEASURED, "add data", None)


def test_required_and_not_measured() -> None:
    """The same fails when the policy requires the audit."""
    j = judge(required=True, policy=Policy(audit=Audit(required=("a",))))
    with pytest.raises(NotMeasured) as stop:
        j.not_measured("add data")

    assert j.conclude(stop.value).state is State.FAIL


def test_findings_before_not_measured() -> None:
    """What was found before the audit had to stop still fails."""
    j = judge()
    state_one(j)
    with pytest.raises(NotMeasured) as stop:
        j.not_measured("add data")

    assert j.conclude(stop.value).state is State.FAIL


def test_result_never_holds_the_subject() -> None:
    """The offending content is hashed under the salt and kept nowhere."""
    j = judge()
    state_one(j, subject="13812345678")
    result = j.conclude()

    assert "13812345678" not in result.to_json()
    assert result.findings[0].fingerprint != fingerprint("1" * 32, "a.b", "r", "f", "13812345678")


def test_nothing_of_the_folder_is_printed_raw() -> None:
    """Line breaks, terminal control and direction overrides in what an audit quotes become escapes; Chinese stays."""
    j = judge()
    state_one(j, where="a\nverdict: pass", what="\x1b[2J模型\u202etxt", mend="rm\r")
    with pytest.raises(NotMeasured) as stop:
        j.not_measured("x\ny")
    result = j.conclude(stop.value)

    assert result.findings[0].where == "a\\nverdict: pass"
    assert result.findings[0].what == "\\x1b[2J模型\\u202etxt"
    assert result.findings[0].mend == "rm\\r"
    assert result.reason == "x\\ny"


def bounded(j: Judge, lower: float, upper: float) -> None:
    j.bounded("auc", lower, upper, tolerance=0.75, n=512, what="it is told apart", mend="train for fewer epochs")


def test_a_bound_above_the_tolerance_fails() -> None:
    """A quantity whose lower bound is above the tolerance fails, and its line has bounds, limit and n."""
    j = judge()
    bounded(j, 0.76, 0.9)
    result = j.conclude()

    assert result.state is State.FAIL
    assert (result.measured, result.limit, result.n) == ("0.76..0.9", 0.75, 512)


def test_a_bound_at_the_tolerance_passes() -> None:
    """A quantity whose upper bound is at or below the tolerance passes."""
    j = judge()
    bounded(j, 0.5, 0.75)

    assert j.conclude().state is State.PASS


def test_bounds_around_the_tolerance_measure_nothing() -> None:
    """With the tolerance between the bounds, or a bound that is no number, the audit is not measured."""
    for lower, upper in ((0.6, 0.8), (float("nan"), 0.6)):
        j = judge()
        with pytest.raises(NotMeasured) as stop:
            bounded(j, lower, upper)

        assert j.conclude(stop.value).state is State.NOT_MEASURED


def test_the_policys_tolerance_wins() -> None:
    """`audit.tolerance.<name>` of the policy stands in for the audit's own."""
    j = judge(policy=Policy(audit=Audit(tolerance={"auc": 0.95})))
    bounded(j, 0.76, 0.9)

    assert j.conclude().state is State.PASS


def test_a_token_in_a_name_is_masked() -> None:
    """Whatever names the file, no token of its name is printed."""
    judge = Judge("a.b", "node", policy=Policy(), waivers=Waivers.empty())
    token = "hf_" + "aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dE3fG5"
    judge.finding("rule", where=f"{token}.txt", what=f"{token}.txt is bad", mend=f"delete {token}.txt")
    (found,) = judge.conclude().findings
    assert token not in found.where + found.what + found.mend
    assert found.where == "hf_a… (39 characters).txt"


def test_what_cannot_pass_is_not_measured() -> None:
    """Where a pass would say too much, no finding means not measured; a finding fails as ever."""
    blind, found, required = judge(), judge(), judge(required=True)
    for j in (blind, found, required):
        j.cannot_pass("the export was not scored")
    state_one(found)

    assert (blind.conclude().state, blind.conclude().reason) == (State.NOT_MEASURED, "the export was not scored")
    assert found.conclude().state is State.FAIL
    assert required.conclude().state is State.FAIL
