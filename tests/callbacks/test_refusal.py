"""`finewarden.callbacks.refusal`."""

from __future__ import annotations

import pickle

import pytest

from finewarden.callbacks.refusal import GuardRefusal, Problem

pytestmark = pytest.mark.training

PROBLEMS = [Problem("the first", "do this"), Problem("the second", "do that")]


def test_a_refusal_names_all_problems_and_remedies() -> None:
    """The text of a refusal holds each problem with its remedy, and says that the run did not begin."""
    text = str(GuardRefusal("SomeGuard", PROBLEMS))

    assert text.splitlines() == [
        "SomeGuard refuses this run:",
        "  * the first",
        "    -> do this",
        "  * the second",
        "    -> do that",
    ]


def test_a_stop_names_the_step() -> None:
    """A run that is stopped on the way is told in which step."""
    assert str(GuardRefusal("SomeGuard", PROBLEMS, 7)).startswith("SomeGuard stopped this run in step 7:")


def test_a_refusal_survives_pickling() -> None:
    """A refusal raised in a worker process reaches the parent whole."""
    again = pickle.loads(pickle.dumps(GuardRefusal("SomeGuard", PROBLEMS, 7)))

    assert (again.guard, again.problems, again.step) == ("SomeGuard", tuple(PROBLEMS), 7)
