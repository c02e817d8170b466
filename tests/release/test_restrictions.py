"""Restrictions are passed on in words that bind, and found by the audit."""

from __future__ import annotations

import pytest

from finewarden.licensing.wording.flow_down import find_passages
from finewarden.release.restrictions import restrictions, restrictions_zh

from .licensed import owed_for

GEMMA, DEEPSEEK, LLAMA = "google/gemma-2-9b-it", "deepseek-ai/DeepSeek-V2-Lite-Chat", "meta-llama/Llama-3.1-8B"


@pytest.mark.parametrize(
    ("base", "refers_to"),
    [(GEMMA, "section 3.2 and the Gemma Prohibited Use Policy"), (DEEPSEEK, "Attachment A")],
)
def test_binding(base: str, refers_to: str) -> None:
    """One paragraph binds whoever gets the model to the license's own list, in English and in Chinese."""
    owed = owed_for(base)
    for made in (restrictions(owed), restrictions_zh(owed)):
        (paragraph,) = made
        (passage,) = find_passages(paragraph, refers_to)
        assert passage.binds
        assert refers_to in paragraph


def test_policy_that_is_part_of_the_contract() -> None:
    """Llama passes nothing on: its use policy is told with clause and address, and no term is made of it."""
    (paragraph,) = restrictions(owed_for(LLAMA))
    assert "Acceptable Use Policy (Llama 3.1 Community License Agreement, 1.b.iv, <https://llama.meta.com/" in paragraph
    assert "enforceable" not in paragraph


def test_each_license_of_a_merge() -> None:
    """A merge passes on what each of its bases asks for."""
    made = restrictions(owed_for(LLAMA, GEMMA))
    assert [text.partition(".")[0] for text in made] == ["**Use restrictions", "**Use policy"]


def test_not_of_a_teacher() -> None:
    """Whether Gemma's restrictions travel with outputs is arguable: nobody is bound to them by finewarden."""
    assert restrictions(owed_for("Qwen/Qwen2-7B", teacher=GEMMA)) == []
