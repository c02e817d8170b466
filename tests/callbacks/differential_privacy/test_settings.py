"""What the arguments of DifferentialPrivacyCallback may be."""

from __future__ import annotations

import math
from typing import Any

import pytest

pytestmark = pytest.mark.training

SOUND: dict[str, Any] = {"target_epsilon": 8.0, "delta": 1e-6, "expected_batch_size": 16, "dataset_size": 1000}


def settings(**changes: Any) -> Any:
    from finewarden.callbacks.differential_privacy.settings import Settings

    return Settings(**{**SOUND, **changes})


def test_sound_arguments_are_taken() -> None:
    """What the docs show is allowed, and infinity where it can't be mistaken for privacy."""
    assert settings().max_grad_norm == 1.0
    assert settings(unit="customer", max_rows_per_unit=4).unit == "customer"
    assert settings(target_epsilon=None, noise_multiplier=0, max_grad_norm=math.inf).noise_multiplier == 0


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"target_epsilon": None}, "target_epsilon and noise_multiplier"),
        ({"target_epsilon": 0}, "target_epsilon"),
        ({"target_epsilon": math.inf}, "target_epsilon"),
        ({"target_epsilon": "8"}, "target_epsilon"),
        ({"delta": 0}, "delta"),
        ({"delta": 1.0}, "delta"),
        ({"delta": 1e-3}, "delta"),
        ({"noise_multiplier": -1}, "noise_multiplier"),
        ({"noise_multiplier": 0}, "noise_multiplier"),
        ({"noise_multiplier": math.nan}, "noise_multiplier"),
        ({"max_grad_norm": 0}, "max_grad_norm"),
        ({"max_grad_norm": math.inf}, "max_grad_norm"),
        ({"max_grad_norm": True}, "max_grad_norm"),
        ({"expected_batch_size": 0}, "expected_batch_size"),
        ({"expected_batch_size": 2.5}, "expected_batch_size"),
        ({"expected_batch_size": 1001}, "expected_batch_size"),
        ({"dataset_size": 0}, "dataset_size"),
        ({"slots": 8}, "slots"),
        ({"unit": ""}, "unit"),
        ({"unit": "customer"}, "max_rows_per_unit"),
        ({"max_rows_per_unit": 3}, "max_rows_per_unit"),
        ({"engine": "ghost"}, "engine"),
        ({"metrics": "hide"}, "metrics"),
    ],
)
def test_a_wrong_argument_is_named_with_what_to_do(changes: dict[str, Any], named: str) -> None:
    """The error begins with the argument's name, holds what it got, and ends in what to give."""
    with pytest.raises(ValueError, match=rf"^{named}: got .*[;:] ?.*") as caught:
        settings(**changes)
    assert "give" in str(caught.value) or "leave" in str(caught.value) or "allowed" in str(caught.value)
