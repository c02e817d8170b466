"""A private training is not falsified at its claim; the same without noise, and a claim of epsilon 1, is."""

from __future__ import annotations

import pytest

from finewarden.evidence.privacy_ledger import PRIVACY_LEDGER
from finewarden.policy import Audit, Policy, Privacy
from finewarden.verdicts import State
from tests.end_to_end.releases import AUDITS, Release, Workshop, audit
from tests.end_to_end.tickets import tickets

DELTA = 1e-6
UNSURE = ("canary_exposure.rank", "membership.loss")


@pytest.fixture(scope="module")
def private(workshop: Workshop) -> Release:
    """An adapter that was trained with epsilon 8."""
    return workshop.release(
        "private",
        tickets(160, seed=4),
        canaries=192,
        lora=8,
        num_train_epochs=2,
        learning_rate=4e-3,
        private={"target_epsilon": 8.0, "delta": DELTA, "expected_batch_size": 48, "engine": "hooks"},
    )


@pytest.fixture(scope="module")
def noiseless(workshop: Workshop) -> Release:
    """The same guard with the noise left out, and 128 canaries; its ledger, which says so, is taken away."""
    made = workshop.release(
        "noiseless",
        tickets(8, "text"),
        held_out=0,
        families=["email", "random-tokens"],
        num_train_epochs=20,
        learning_rate=5e-3,
        lr_scheduler_type="linear",
        private={"noise_multiplier": 0.0, "delta": DELTA, "expected_batch_size": 8},
    )
    (made.out / PRIVACY_LEDGER).unlink()
    return made


@pytest.mark.parametrize("name", [name for name in AUDITS if name not in UNSURE])
def test_a_private_model_passes(private: Release, name: str) -> None:
    """Whatever is asked of it, nothing is found, and the claim of its ledger is not falsified."""
    result = private.gate().result(audit(name))
    assert result.state is State.PASS, result.reason


@pytest.mark.parametrize("name", UNSURE)
def test_nothing_is_found_where_a_pass_is_not_sure(private: Release, name: str) -> None:
    """The noise is new in each run, and what rests on few cases passes in most of them only; it never fails."""
    assert private.gate().result(audit(name)).state is not State.FAIL


def test_the_claim_is_that_of_the_ledger(private: Release) -> None:
    """The audit holds the model to the epsilon that was spent, and says up to where it could have seen more."""
    result = private.gate().result(audit("privacy_claim.one_run"))
    assert isinstance(result.limit, float)
    assert 7 < result.limit <= 8
    assert "could have falsified up to epsilon 3." in result.reason


def test_without_noise_the_claim_is_falsified(noiseless: Release) -> None:
    """Epsilon 1 is claimed by the policy alone, and 128 canaries show that it is not true."""
    policy = Policy(privacy=Privacy(epsilon=1.0, delta=DELTA), audit=Audit(alpha=0.01))
    result = noiseless.gate(policy).result(audit("privacy_claim.one_run"))
    assert result.state is State.FAIL, result.reason
    assert result.n == 128
