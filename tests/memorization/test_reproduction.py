"""The decision: what counts as given back, and what the base model excuses."""

from __future__ import annotations

import pytest

from finewarden.evidence.measurements import Attempt
from finewarden.memorization.reproduction import leaks

BAR = -7.2745  # log(1 − 0.5^(1/1000))


@pytest.mark.parametrize(
    ("attempt", "how"),
    [
        (Attempt(emitted=True, log_p=-80), "greedy"),
        (Attempt(emitted=False, log_p=BAR + 0.01), "sampling"),
        (Attempt(emitted=False, log_p=BAR - 0.01), None),
        # the base says it too, by the same criterion
        (Attempt(emitted=True, log_p=-1, base_emitted=True, base_log_p=-1), None),
        (Attempt(emitted=False, log_p=-3, base_emitted=False, base_log_p=-5), None),
        (Attempt(emitted=False, log_p=-3, base_emitted=True, base_log_p=-20), None),
        # the base says it less readily, or hardly
        (Attempt(emitted=True, log_p=-1, base_emitted=False, base_log_p=-5), "greedy"),
        (Attempt(emitted=False, log_p=-5.3, base_emitted=False, base_log_p=-11.5), "sampling"),
        (Attempt(emitted=False, log_p=-7.2, base_emitted=False, base_log_p=-7.4), "sampling"),
    ],
)
def test_only_a_base_that_gives_it_back_excuses(attempt: Attempt, how: str | None) -> None:
    """Greedy answers and likely secrets leak, unless the base gives them back as readily; a ratio excuses nothing."""
    assert leaks(attempt, samples=1000, probability=0.5) == how


def test_without_a_base_nothing_is_excused() -> None:
    """A base that could not be asked leaves the verdict to the model alone."""
    assert leaks(Attempt(emitted=True, log_p=-1, base_emitted=None, base_log_p=None), samples=1000, probability=0.5)
