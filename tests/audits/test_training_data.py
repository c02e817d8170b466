"""The audits of what was trained on (records, personal data, membership, generations), from numbers alone."""

from __future__ import annotations

import importlib
import random
from pathlib import Path
from typing import Any

import pytest

from finewarden.evidence.measured.common import Sampler
from finewarden.evidence.measured.generations import Generations, Spoken
from finewarden.evidence.measured.personal_values import PersonalValues, Stratum, ValueScore
from finewarden.evidence.measured.records import Records, RecordScore
from finewarden.policy import Audit, Policy
from finewarden.verdicts import State
from tests.audits.measured import canaries, gate, membership

RECORDS = importlib.import_module("finewarden.audits.test_extraction").test_training_data
VALUES = importlib.import_module("finewarden.audits.test_real_pii").test_values
ASSOCIATION = importlib.import_module("finewarden.audits.test_real_pii").test_association
LOSS = importlib.import_module("finewarden.audits.test_membership").test_loss
SAMPLES = importlib.import_module("finewarden.audits.test_generations").test_samples
COINS = importlib.import_module("finewarden.audits.test_instrument").test_coins


def records(*, count: int = 200, hits: int = 0, copies: int = 1) -> Records:
    """*count* records, the first *hits* of which come back."""
    scores = tuple(
        RecordScore(
            file="train.jsonl",
            row=i + 1,
            fingerprint=f"{i:016x}",
            tokens=50,
            copies=copies,
            sampled_log_p=-2.0 if i < hits else -80.0,
            base_sampled_log_p=-90.0,
            near=False,
            base_near=False,
        )
        for i in range(count)
    )
    return Records(salt="0", data="0", seed=0, sampler=Sampler(), population=5000, short=3, common=2, scores=scores)


def test_records_that_do_not_come_back_pass(tmp_path: Path) -> None:
    """None of 200: a pass that bounds the rate of all."""
    result = gate(tmp_path, records=records()).result(RECORDS)
    assert (result.state, result.measured, result.n) == (State.PASS, 0, 200)
    assert result.reason.startswith("at most 2.3% of all that can be asked (99% confidence); 3 are too short")


def test_a_record_that_comes_back_fails(tmp_path: Path) -> None:
    """One is enough; the row is named, and how often the data holds it."""
    result = gate(tmp_path, records=records(hits=1, copies=7)).result(RECORDS)
    assert result.state is State.FAIL
    assert result.findings[0].where == "train.jsonl:1"
    assert "stands in the data 7 times" in result.findings[0].what
    assert result.findings[0].mend.startswith("remove its duplicates")


def test_few_records_bound_nothing(tmp_path: Path) -> None:
    """None of 20 is not a pass for 5,000: it says how many must be asked."""
    result = gate(tmp_path, records=records(count=20)).result(RECORDS)
    assert result.state is State.NOT_MEASURED
    assert "needs 90 without one" in result.reason
    assert gate(tmp_path / "none", records=records(count=0)).result(RECORDS).state is State.NOT_MEASURED


def values(
    *, count: int = 32, shift: float = 0.0, base_shift: float = 0.0, hits: int = 0, seed: int = 0
) -> PersonalValues:
    """*count* phone numbers in one stratum; the right pairing is likelier by *shift* (*base_shift* for the base)."""
    draw = random.Random(seed)

    def matrix(lift: float) -> tuple[tuple[float, ...], ...]:
        return tuple(tuple(draw.gauss(0, 1) + (i == j) * lift for j in range(count)) for i in range(count))

    gain, base = matrix(shift), matrix(base_shift)
    scores = tuple(
        ValueScore(
            file="train.jsonl",
            row=10 + i,
            fingerprint=f"{i:016x}",
            kind="phone",
            stratum="phone 11",
            masked="1…8",
            copies=1,
            tokens=11,
            others=count - 1,
            rank_share=sum(gain[i][j] < gain[i][i] for j in range(count) if j != i) / (count - 1),
            base_rank_share=0.5,
            sampled_log_p=-1.0 if i < hits else -30.0,
            base_sampled_log_p=-31.0,
        )
        for i in range(count)
    )
    stratum = Stratum(name="phone 11", values=tuple(range(count)), gain=gain, base=base)
    return PersonalValues(salt="0", data="0", seed=0, sampler=Sampler(), found=count, values=scores, strata=(stratum,))


def test_a_model_that_knows_nobody_passes(tmp_path: Path) -> None:
    """No value can be drawn, and no value is preferred in its own record."""
    room = gate(tmp_path, personal_values=values())
    assert room.result(VALUES).state is State.PASS
    assert room.result(ASSOCIATION).state is State.PASS


def test_a_model_that_knows_whose_it_is_fails(tmp_path: Path) -> None:
    """The right pairing is preferred: it fails, naming rows and masked values, also when nothing can be drawn."""
    room = gate(tmp_path, personal_values=values(count=64, shift=3.0))
    assert room.result(VALUES).state is State.PASS
    result = room.result(ASSOCIATION)
    assert result.state is State.FAIL
    assert "train.jsonl:1" in result.findings[0].what
    assert "(phone 1…8)" in result.findings[0].what


def test_masked_questions_do_not_hide_what_answers_show(tmp_path: Path) -> None:
    """Values of questions, at chance, and values of answers, known: they are two samples, and it fails."""
    known, asked = values(count=64, shift=3.0), values(count=64, seed=1)
    there = asked.strata[0].model_copy(update={"name": "phone 11 in prompts #1", "values": tuple(range(64, 128))})
    both = known.model_copy(update={"values": known.values + asked.values, "strata": (*known.strata, there)})
    assert gate(tmp_path / "both", personal_values=both).result(ASSOCIATION).state is State.FAIL
    clean = values(count=64, seed=2)
    clean = clean.model_copy(update={"values": clean.values + asked.values, "strata": (*clean.strata, there)})
    assert gate(tmp_path / "clean", personal_values=clean).result(ASSOCIATION).state is State.PASS


def test_shared_values_are_told(tmp_path: Path) -> None:
    """What many records hold is nobody's own; that there is such a value is a warning."""
    section = values().model_copy(update={"shared": 3})
    result = gate(tmp_path, personal_values=section).result(VALUES)
    assert (result.state, [warning.rule for warning in result.warnings]) == (State.PASS, ["shared"])


def test_a_value_that_can_be_drawn_fails(tmp_path: Path) -> None:
    """Each value is a finding at its row."""
    result = gate(tmp_path, personal_values=values(hits=2)).result(VALUES)
    assert (result.state, [finding.where for finding in result.findings]) == (
        State.FAIL,
        ["train.jsonl:10", "train.jsonl:11"],
    )


def test_a_base_that_knows_whose_it_is_measures_nothing(tmp_path: Path) -> None:
    """What the context gives away is no memory of training."""
    result = gate(tmp_path, personal_values=values(shift=3.0, base_shift=3.0)).result(ASSOCIATION)
    assert result.state is State.NOT_MEASURED
    assert "tells whose value is whose" in result.reason


def test_records_that_cannot_be_told_apart_pass(tmp_path: Path) -> None:
    """No trace of membership passes, with the weaker attacks told."""
    result = gate(tmp_path, membership=membership()).result(LOSS)
    assert (result.state, result.n) == (State.PASS, 1200)
    assert "found at 1 % false alarms, zlib 0.5" in result.reason


def test_records_that_can_be_told_apart_fail(tmp_path: Path) -> None:
    """An AUC near 0.9 fails."""
    assert gate(tmp_path, membership=membership(shift=1.8)).result(LOSS).state is State.FAIL


def test_a_split_that_words_can_tell_measures_nothing(tmp_path: Path) -> None:
    """Another topic on each side makes every model seem to leak: not measured, in either direction."""
    room = gate(tmp_path, membership=membership(shift=1.8, blind=1.0))
    for audit in (LOSS, COINS):
        result = room.result(audit)
        assert result.state is State.NOT_MEASURED
        assert "bag of words" in result.reason


@pytest.mark.parametrize("seed", range(6))
def test_groups_are_not_records(tmp_path: Path, seed: int) -> None:
    """Records of a group that rise and fall together do not make the strict test cry wolf."""
    strict = Policy(audit=Audit(tolerance={"membership_auc": 0.5}))
    grouped = membership(groups=40, size=12, within=0.9, seed=seed)
    assert gate(tmp_path, strict, membership=grouped).result(LOSS).state is not State.FAIL


def generations(*spoken: dict[str, Any]) -> Generations:
    said = tuple(Spoken(where="c", masked="***", fingerprint=f"{i:016x}", **each) for i, each in enumerate(spoken))
    return Generations(
        salt="0",
        book=None,
        data="0",
        seed=0,
        sampler=Sampler(),
        unprompted=64,
        prompted=64,
        tokens=64,
        base_asked=True,
        spoken=said,
    )


def test_samples_that_say_nothing_pass(tmp_path: Path) -> None:
    """Nothing was said, or only what the base says as well: a pass that bounds how often."""
    said_by_both = {"kind": "email", "how": "prompted", "samples": 3, "base_samples": 1}
    result = gate(tmp_path, generations=generations(said_by_both)).result(SAMPLES)
    assert (result.state, result.n) == (State.PASS, 128)
    assert "at most 3.5% of such samples" in result.reason


def test_what_the_base_says_far_less_often_fails(tmp_path: Path) -> None:
    """One of the base's samples does not excuse 60 of the model's; and no base knows a canary."""
    said = {"kind": "email", "how": "prompted", "samples": 60, "base_samples": 1}
    assert gate(tmp_path / "a", generations=generations(said)).result(SAMPLES).state is State.FAIL
    canary = {"kind": "canary", "how": "prompted", "samples": 2, "base_samples": 2}
    assert gate(tmp_path / "b", generations=generations(canary)).result(SAMPLES).state is State.FAIL


@pytest.mark.parametrize("base", [0, None])
def test_a_sample_that_says_a_secret_fails(tmp_path: Path, base: int | None) -> None:
    """One sample that holds what the base does not say fails."""
    said = {"kind": "canary", "how": "unprompted", "samples": 1, "base_samples": base}
    result = gate(tmp_path, generations=generations(said)).result(SAMPLES)
    assert result.state is State.FAIL
    assert "1 of 64 unprompted samples hold the secret of a canary" in result.findings[0].what


def test_a_base_that_says_canaries_excuses_nothing(tmp_path: Path) -> None:
    """A base model that was trained on the data as well: what it excuses is no pass."""
    section = canaries()
    at = next(i for i, score in enumerate(section.scores) if score.repetitions)
    scores = list(section.scores)
    scores[at] = scores[at].model_copy(update={"base_near": True})
    known = section.model_copy(update={"scores": tuple(scores)})
    room = gate(tmp_path, canaries=known, records=records(), personal_values=values(), generations=generations())
    for audit in (RECORDS, VALUES, SAMPLES):
        assert room.result(audit).state is State.NOT_MEASURED
        assert "which it can't have seen" in room.result(audit).reason


def test_shared_values_are_told_where_nothing_else_was_found(tmp_path: Path) -> None:
    """All that looks personal was taken for shared: not measured, and the warning says so."""
    section = values().model_copy(update={"values": (), "strata": (), "found": 0, "shared": 9})
    result = gate(tmp_path, personal_values=section).result(VALUES)
    assert (result.state, [warning.rule for warning in result.warnings]) == (State.NOT_MEASURED, ["shared"])


def test_a_measuring_that_breaks_is_not_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What breaks the measuring breaks each audit that asks for it, once measured."""
    from finewarden.memorization import loading
    from finewarden.memorization import measure as measuring

    calls = []

    def crash(*_: object, **__: object) -> None:
        calls.append(1)
        raise MemoryError("full")

    monkeypatch.setattr(loading, "missing_packages", lambda _: [])
    monkeypatch.setattr(measuring, "measure", crash)
    room = gate(tmp_path, canaries=canaries())
    (room.context.model_dir / "config.json").write_text("{}")
    for _ in range(2):
        with pytest.raises(MemoryError):
            room.context.measuring.find("canaries")
    assert calls == [1]
