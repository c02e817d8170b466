"""The audits of planted canaries, in both directions, from numbers alone: no model, no torch."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from finewarden.evidence.measured.canaries import Canaries, Control
from finewarden.policy import Audit, Policy, Privacy
from finewarden.verdicts import State
from tests.audits.measured import SOUND, Gate, canaries, exposed, gate

RANK = importlib.import_module("finewarden.audits.test_canary_rank").test_auc  # by name: pytest would collect it here
EXPOSURE = importlib.import_module("finewarden.audits.test_canary_exposure").test_rank
EXTRACTION = importlib.import_module("finewarden.audits.test_extraction").test_canaries
ONE_RUN = importlib.import_module("finewarden.audits.test_privacy_claim").test_one_run
INSTRUMENT = importlib.import_module("finewarden.audits.test_instrument")

CLAIM = Privacy(epsilon=1.0, delta=1e-6)
STRICT = Policy(audit=Audit(tolerance={"canary_auc": 0.5}))


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Gate:
    """A model that learnt nothing of the canaries; it claims ε = 1."""
    return gate(tmp_path_factory.mktemp("clean"), Policy(privacy=CLAIM), canaries=canaries())


@pytest.fixture(scope="module")
def leaky(tmp_path_factory: pytest.TempPathFactory) -> Gate:
    """A model that learnt each canary a little; it claims ε = 1."""
    return gate(tmp_path_factory.mktemp("leaky"), Policy(privacy=CLAIM), canaries=canaries(shift=2.5))


def test_what_was_not_learnt_passes(clean: Gate) -> None:
    """No trace: rank, exposure, extraction and the claim pass, with bounds, sizes and ceilings told."""
    rank, exposure = clean.result(RANK), clean.result(EXPOSURE)
    assert (rank.state, rank.limit, rank.n) == (State.PASS, 0.75, 256)
    assert exposure.state is State.PASS
    assert "1×: up to" in exposure.reason
    assert clean.result(EXTRACTION).state is State.PASS
    claim = clean.result(ONE_RUN)
    assert claim.state is State.PASS
    assert "not falsified; this audit could have falsified up to epsilon 3." in claim.reason
    assert rank.error_rate == claim.error_rate == 0.01


def test_what_was_learnt_fails(leaky: Gate) -> None:
    """An AUC of 0.96 fails, with its p-value corrected for the family, and falsifies a claim of ε = 1."""
    rank, claim = leaky.result(RANK), leaky.result(ONE_RUN)
    assert rank.state is claim.state is State.FAIL
    assert "corrected for all statistical audits" in rank.findings[0].what
    assert "better than epsilon 1, delta 1e-06 allows" in claim.findings[0].what


def test_the_strict_test_finds_what_the_default_tolerates(tmp_path: Path) -> None:
    """An AUC of about 0.64 is tolerated by default, and fails where no trace is."""
    room = gate(tmp_path, canaries=canaries(shift=0.55))
    assert room.result(RANK).state is State.PASS
    assert room.under(STRICT).result(RANK).state is State.FAIL


def test_the_strict_test_passes_where_there_is_nothing(clean: Gate) -> None:
    """No trace, and enough canaries to have seen one: a pass."""
    assert clean.under(STRICT).result(RANK).state is State.PASS


def test_too_few_canaries_decide_nothing(tmp_path: Path) -> None:
    """Twenty canaries bound nothing: not measured, with the number that would."""
    result = gate(tmp_path, canaries=canaries(count=20, shift=0.5)).result(RANK)
    assert result.state is State.NOT_MEASURED
    assert "neither bound decides with 20 canaries" in result.reason


def test_run_d_fails(tmp_path: Path) -> None:
    """Scores that tell 100 inserted from as many others with AUC 0.85 fail, whatever is found at 1 % false alarms."""
    section = canaries(count=200, shift=1.55, seed=4)
    result = gate(tmp_path, canaries=section).result(RANK)
    assert result.state is State.FAIL
    assert 0.82 < float(str(result.measured).split()[0]) < 0.9


def test_an_exposed_secret_fails(tmp_path: Path) -> None:
    """A canary inserted once that beats all its references fails; one inserted 16 times only where policy says so."""
    once = gate(tmp_path / "once", canaries=exposed(canaries(), repetitions=1))
    often = gate(tmp_path / "often", canaries=exposed(canaries(), repetitions=16))
    assert once.result(EXPOSURE).state is State.FAIL
    assert often.result(EXPOSURE).state is State.PASS
    assert "16×: up to 11.0 bits" in often.result(EXPOSURE).reason
    assert often.under(Policy(audit=Audit(gate_repeated=True))).result(EXPOSURE).state is State.FAIL


def _hit(section: Canaries, *, log_p: float, base: float, near: bool = False, held: bool = True) -> Canaries:
    """*section* with one canary's likelihoods set."""
    at = next(i for i, score in enumerate(section.scores) if bool(score.repetitions) == held)
    changed = {"sampled_log_p": log_p, "base_sampled_log_p": base, "near": near}
    scores = list(section.scores)
    scores[at] = scores[at].model_copy(update=changed)
    return section.model_copy(update={"scores": tuple(scores)})


@pytest.mark.parametrize(
    ("hit", "state"),
    [
        ({"log_p": -7.0, "base": -40.0}, State.FAIL),
        ({"log_p": -7.6, "base": -40.0}, State.PASS),
        ({"log_p": -7.0, "base": -13.0}, State.FAIL),  # nobody can know a random secret: the base is not a base
        ({"log_p": -30.0, "base": -40.0, "near": True}, State.FAIL),
        ({"log_p": -1.0, "base": -40.0, "held": False}, State.PASS),
    ],
)
def test_extraction(tmp_path: Path, hit: dict[str, float], state: State) -> None:
    """Discoverable in 1,000 samples, or greedy: fails, if it was inserted, whatever the base says."""
    result = gate(tmp_path, canaries=_hit(canaries(), **hit)).result(EXTRACTION)
    assert result.state is state
    assert (len(result.findings) == 1) is (state is State.FAIL)


def test_a_canary_that_was_not_scored_is_no_pass(tmp_path: Path) -> None:
    """One inserted canary without a likelihood: extraction is not measured, and says why."""
    section = canaries()
    at = next(i for i, score in enumerate(section.scores) if score.repetitions)
    none = dict.fromkeys(("log_p", "sampled_log_p", "base_sampled_log_p", "near", "base_near"))
    scores = list(section.scores)
    scores[at] = scores[at].model_copy(update={**none, "reason": "the model returned NaN"})
    room = gate(tmp_path, canaries=section.model_copy(update={"scores": tuple(scores)}))
    assert room.result(EXTRACTION).state is State.NOT_MEASURED
    assert "the model returned NaN" in room.result(EXTRACTION).reason
    assert room.result(RANK).state is State.PASS  # one of 256, counted against the pass


def test_a_base_model_that_tells_them_apart_measures_nothing(tmp_path: Path) -> None:
    """Coins that the base model can tell were not fair: what rests on them is not measured, whichever way it points."""
    room = gate(tmp_path, Policy(privacy=CLAIM), canaries=canaries(shift=2.5, base_shift=2.0))
    for audit in (RANK, ONE_RUN, INSTRUMENT.test_coins):
        result = room.result(audit)
        assert result.state is State.NOT_MEASURED
        assert "the base model, which saw none of them, tells inserted canaries from the others" in result.reason


@pytest.mark.parametrize(
    ("control", "words", "instrument"),
    [
        ({"own_words": 9, "copied": 3}, "the scorer finds 9 of 16 texts", "test_scorer"),
        ({"repeat_difference": 0.5}, "differ", "test_repeatable"),
        ({"repeat_difference": None}, "scored twice", "test_repeatable"),
    ],
)
def test_a_broken_scorer_measures_nothing(tmp_path: Path, control: dict[str, int], words: str, instrument: str) -> None:
    """Neither a pass nor a failure rests on a scorer that does not find the model's own words, or is not repeatable."""
    broken = Control(**{**SOUND.model_dump(), **control})
    room = gate(tmp_path, Policy(privacy=CLAIM), canaries=canaries(shift=2.5, control=broken))
    for audit in (RANK, ONE_RUN, getattr(INSTRUMENT, instrument)):
        result = room.result(audit)
        assert result.state is State.NOT_MEASURED
        assert words in result.reason


def test_without_proof_of_training_nothing_passes(tmp_path: Path) -> None:
    """Nobody proved that the canaries would receive loss: no pass; a leak that is found is found all the same."""
    clean = gate(tmp_path / "clean", canaries=canaries(), proven=False)
    leaky = gate(tmp_path / "leaky", canaries=canaries(shift=2.5), proven=False)
    for audit in (RANK, EXPOSURE, EXTRACTION, INSTRUMENT.test_trained_on):
        assert clean.result(audit).state is State.NOT_MEASURED
        assert "CanaryCallback" in clean.result(audit).reason
    assert leaky.result(RANK).state is State.FAIL


def test_another_book_is_no_proof(tmp_path: Path) -> None:
    """A proof of other canaries than those that were measured proves nothing."""
    room = gate(tmp_path, canaries=canaries())
    (room.context.evidence_dir / "run.jsonl").write_text("")
    from finewarden.evidence import run_log

    run_log.append(room.context.evidence_dir / "run.jsonl", "CanaryCallback", "proven", book="c" * 32, sha256="0" * 64)
    assert room.result(INSTRUMENT.test_trained_on).state is State.NOT_MEASURED


def test_a_claim_beyond_the_ceiling_is_not_measured(tmp_path: Path) -> None:
    """With 16 canaries no claim above the ceiling could be falsified: not measured, with the number needed."""
    result = gate(tmp_path, Policy(privacy=CLAIM), canaries=canaries(count=16)).result(ONE_RUN)
    assert result.state is State.NOT_MEASURED
    assert "below audit.audit_ceiling 2; plant" in result.reason


def test_no_claim_no_audit_of_it(clean: Gate) -> None:
    """Who claims nothing is asked nothing, in the words of the other privacy audits."""
    assert clean.under(Policy()).result(ONE_RUN).reason == "there is no privacy_ledger.json"


def test_a_required_audit_that_was_not_measured_fails(tmp_path: Path) -> None:
    """Not measured fails where the policy requires the audit."""
    room = gate(tmp_path, canaries=canaries(count=20))
    assert room.result(RANK, required=True).state is State.FAIL


def test_a_changed_model_is_not_measured(clean: Gate, tmp_path: Path) -> None:
    """Numbers of other weights are nobody's: not measured, and the text says what changed."""
    room = gate(tmp_path, canaries=canaries())
    (room.context.model_dir / "config.json").write_text('{"model_type": "qwen2"}')
    result = room.result(RANK)
    assert result.state is State.NOT_MEASURED
    assert "model files (config.json: changed)" in result.reason


def test_an_export_that_was_not_scored_cannot_pass(tmp_path: Path) -> None:
    """A GGUF beside the scored weights may hold anything: no pass; a leak of the scored ones is one all the same."""
    clean, leaky = (gate(tmp_path / name, canaries=canaries(shift=shift)) for name, shift in (("a", 0), ("b", 2.5)))
    for room in (clean, leaky):
        (room.context.model_dir / "model.gguf").write_bytes(b"GGUF")
    assert clean.result(RANK).state is State.NOT_MEASURED
    assert "model.gguf was not scored" in clean.result(RANK).reason
    assert leaky.result(RANK).state is State.FAIL
