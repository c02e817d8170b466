"""An ordinary fine-tuning that is good for something passes: the gate is no wall."""

from __future__ import annotations

import statistics

import pytest

from finewarden.verdicts import State
from tests.end_to_end.releases import AUDITS, Release, Workshop, audit
from tests.end_to_end.tickets import tickets


@pytest.fixture(scope="module")
def useful(workshop: Workshop) -> Release:
    """A LoRA adapter after one epoch over chats of which none stands there twice."""
    return workshop.release(
        "useful",
        tickets(200, seed=4),
        lora=8,
        per_device_train_batch_size=8,
        num_train_epochs=1,
        learning_rate=4e-3,
    )


def test_it_is_useful(useful: Release) -> None:
    """On the records that were held out it is better than its base, by a nat a token and more."""
    section = useful.measured.membership
    assert section is not None
    held_out = [each for each in section.records if not each.member]
    gains = [(each.log_p or 0) - (each.base_log_p or 0) for each in held_out]
    assert len(gains) == 40
    assert statistics.mean(gains) > 1


@pytest.mark.parametrize("name", [name for name in AUDITS if name != "privacy_claim.one_run"])
def test_it_passes(useful: Release, name: str) -> None:
    """Every audit passes at the default level: none is undecided, none sees a leak that is not there."""
    result = useful.gate().result(audit(name))
    assert result.state is State.PASS, result.reason
