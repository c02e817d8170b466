"""What is written because of licenses, and what is not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from finewarden.licensing.base.claims import BaseClaim, Contradiction
from finewarden.policy import Policy

from .licensed import owed_for

LLAMA, QWEN = "meta-llama/Llama-3.1-8B", "Qwen/Qwen2.5-72B-Instruct"


def test_marks_of_bases_and_teachers() -> None:
    """The mark comes with a base and with outputs alike, once for two models under one license."""
    assert owed_for(LLAMA).sentences("display_mark", name="x", near="") == ["Built with Llama"]
    assert owed_for(LLAMA, f"{LLAMA}-Instruct").sentences("display_mark", name="x", near="") == ["Built with Llama"]
    owed = owed_for("Qwen/Qwen2-7B", teacher=QWEN)
    assert owed.sentences("display_mark", name="x", near="") == ["Built with Qwen"]


def test_the_mark_that_was_chosen() -> None:
    """Where a license offers two marks, the one that the README shows already is kept to."""
    shown = owed_for(QWEN).sentences("display_mark", name="x", near="We are proud. *Improved using Qwen.*\n")
    assert shown == ["Improved using Qwen"]


def test_named_in_a_mark() -> None:
    """Falcon's sentence names the release."""
    (said,) = owed_for("tiiuae/falcon-11B").sentences("display_mark", name="Acme-11B", near="")
    assert said == "Acme-11B is built using Falcon LLM technology from the Technology Innovation Institute"


def test_encouraged_is_left_to_people() -> None:
    """What a text only asks for is not written in anybody's name."""
    owed = owed_for("tencent/Tencent-Hunyuan-Large")
    assert owed.duties
    assert owed.sentences("display_mark", name="x", near="") == []


def test_names_are_due_as_the_policy_says() -> None:
    """A name is nobody's to write: it is due to those who give the model away, or say nothing; not internally."""
    owed = owed_for(LLAMA)
    assert [duty.obligation.prefix for duty in owed.name_duties(Policy(audience="public"))] == ["Llama"]
    assert [duty.obligation.prefix for duty in owed.name_duties(Policy())] == ["Llama"]
    assert owed.name_duties(Policy(audience="internal")) == []


def test_whose_terms_travel() -> None:
    """A bound base is one whose license travels with it; a permissive one leaves the choice to people."""
    assert [[one.record.key for one in model] for model in owed_for(LLAMA, "Qwen/Qwen2-7B").bound] == [["llama3.1"]]


@pytest.mark.parametrize(
    ("kind", "strength", "disputed"),
    [
        ("name", "medium", True),
        ("shapes", "strong", True),
        ("license", "strong", False),
        ("tokenizer", "medium", False),
    ],
)
def test_a_disputed_base_states_nothing(kind: Any, strength: Any, disputed: bool) -> None:
    """Where name and shapes speak of two bases nothing is stated for either; a false license is what is to be mended,
    and a tokenizer may be anybody's."""
    owed = owed_for(LLAMA)
    (claim,) = owed.licensed.identity.claims
    other = BaseClaim("config.json", "Qwen2", kind, strength, (QWEN,))
    identity = replace(owed.licensed.identity, contradictions=(Contradiction(claim, other, "they differ"),))
    owed = replace(owed, licensed=replace(owed.licensed, identity=identity))
    assert owed.disputed is disputed
    assert bool(owed.bound) is not disputed
    assert owed.written_base == (None if disputed else LLAMA)
