"""A proof is of one training, of its canaries and of the weights that it ended with."""

from __future__ import annotations

import importlib
import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from finewarden.evidence import run_log
from finewarden.evidence.measurements import MEASUREMENTS
from finewarden.evidence.weight_marks import weight_mark
from finewarden.verdicts import State
from tests.audits.measured import BOOK_ID, Gate, canaries, gate, prove

TRAINED_ON = importlib.import_module("finewarden.audits.test_instrument").test_trained_on
RANK = importlib.import_module("finewarden.audits.test_canary_rank").test_auc
EARLY, END, OTHER = ([value, 1.0, 2.0, 3.0] for value in (7.0, 8.0, 9.0))


def mark(values: list[float]) -> str:
    return weight_mark((4,), np.array(values, dtype=np.float32))


def safetensors(values: list[float]) -> bytes:
    data = np.array(values, dtype="<f4").tobytes()
    head = json.dumps({"w": {"dtype": "F32", "shape": [len(values)], "data_offsets": [0, len(data)]}}).encode()
    return struct.pack("<Q", len(head)) + head + data


def released(room: Path, values: list[float]) -> Gate:
    """A release whose one tensor is *values*, with a log that knows EARLY after 4 steps, and END after 8."""
    made = gate(room, canaries=canaries(), proven=False, weights=safetensors(values))
    book = book_of(made)
    of_this = {"run": "r", "book": BOOK_ID, "sha256": book}
    log(made, "CanaryCallback", "proven", step=0, **of_this)
    log(made, "CanaryCallback", "saved", step=4, **of_this, weights=[mark(EARLY)])
    log(made, "CanaryCallback", "trained", step=8, **of_this, steps=8, weights=[mark(END)])
    return made


def book_of(made: Gate) -> str:
    found = json.loads((made.context.evidence_dir / MEASUREMENTS).read_text(encoding="utf-8"))
    return str(found["canaries"]["book"])


def log(made: Gate, guard: str, event: str, **detail: Any) -> None:
    run_log.append(made.context.evidence_dir / "run.jsonl", guard, event, **detail)


def not_proven(made: Gate) -> str:
    """The reason of the audit that asks for the proof alone; no pass rests on such a training."""
    found = made.result(TRAINED_ON)
    assert found.state is State.NOT_MEASURED
    assert made.result(RANK).state is State.NOT_MEASURED
    return found.reason


def test_the_weights_that_training_ended_with_are_proven(tmp_path: Path) -> None:
    """What a real run writes is proof; and it is in a folder that can't be compared."""
    assert released(tmp_path / "a", END).result(TRAINED_ON).state is State.PASS
    assert released(tmp_path / "b", [1.0, 2.0]).result(TRAINED_ON).state is State.PASS  # no tensor of that shape


def test_other_weights_are_not(tmp_path: Path) -> None:
    """A checkpoint of the run is told as such; weights of a later run are no proof of anything."""
    assert "after 4 steps, and training ended after 8" in not_proven(released(tmp_path / "early", EARLY))
    assert "1 of 1 trained tensors are not those" in not_proven(released(tmp_path / "other", OTHER))


def test_the_base_itself_is_not(tmp_path: Path) -> None:
    """A folder in which every canary is as likely as in the base is the base, whatever the log proves."""
    section = canaries()
    same = tuple(score.model_copy(update={"log_p": score.base_log_p}) for score in section.scores)
    made = gate(tmp_path, canaries=section.model_copy(update={"scores": same}))
    assert "this is the base itself" in made.result(TRAINED_ON).reason


@pytest.mark.parametrize(
    ("later", "says"),
    [
        ([("CanaryCallback", "refused", {})], "refused the last training"),
        ([("GradientClippingCallback", "train-begin", {})], "later training without a proof"),
        ([("CanaryCallback", "proven", {"run": "s"})], "came to its end"),
        ([("CanaryCallback", "proven", {}), ("CanaryCallback", "trained", {"steps": 8})], "came to its end"),
        (
            [("CanaryCallback", "proven", {"run": "s"}), ("CanaryCallback", "trained", {"run": "s", "steps": 0})],
            "took no step",
        ),
        ([("CanaryCallback", "proven", {"run": "s", "step": 6})], "proven from step 6 on"),
        (
            [("CanaryCallback", "proven", {"run": "s"}), ("CanaryCallback", "trained", {"run": "s", "steps": 8})],
            "does not say which weights",
        ),
    ],
)
def test_what_came_later_is_asked(tmp_path: Path, later: list[tuple[str, str, Any]], says: str) -> None:
    """A refusal, a training of others, one that did not end, took no step or came from elsewhere: not proven."""
    made = released(tmp_path, END)
    book = book_of(made)
    for guard, event, detail in later:
        log(made, guard, event, **{"book": BOOK_ID, "sha256": book, **detail})
    assert says in not_proven(made)


def test_a_resumed_training_is_proven(tmp_path: Path) -> None:
    """Broken off after a save and resumed from it, with other guards before and behind: the second proof stands."""
    made = released(tmp_path, OTHER)
    book = book_of(made)
    of_this = {"book": BOOK_ID, "sha256": book, "run": "s"}
    log(made, "GradientClippingCallback", "train-begin", step=4)
    log(made, "CanaryCallback", "proven", step=4, **of_this)
    log(made, "ActivationGuardCallback", "train-begin", step=4)
    log(made, "CanaryCallback", "trained", step=9, **of_this, steps=9, weights=[mark(OTHER)])
    assert made.result(TRAINED_ON).state is State.PASS


def test_a_second_proof_is_of_its_own_book(tmp_path: Path) -> None:
    """After a training with another book, the first one's proof is of other weights."""
    made = released(tmp_path, END)
    prove(made.context.evidence_dir, "c" * 32, "0" * 64, run="s")
    assert "is not the book" in not_proven(made)


def test_a_log_that_can_not_be_read_is_no_proof(tmp_path: Path) -> None:
    """Bytes that are no text: not measured, with the line, and without where the folder lies."""
    made = released(tmp_path, END)
    with (made.context.evidence_dir / "run.jsonl").open("ab") as file:
        file.write(b'{"\xff": 1}\n')
    assert "run.jsonl:4: not UTF-8; bring the file" in not_proven(made)
    assert str(tmp_path) not in not_proven(made)
