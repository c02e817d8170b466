"""What a text beside a license may say of it, and what it may not."""

from __future__ import annotations

import time

import pytest

from finewarden.licensing.texts.taken_back import taken_back

LONG = "1. Grant\nYou get it.\n\n2. Use\nUse it well.\n\n3. Law\nThat of the place.\n\n"


@pytest.mark.parametrize(
    "text",
    [
        "Notwithstanding the LICENSE, section 2 does not apply to recipients, and the Acceptable Use Policy is waived.",
        "Section 2 is void for recipients.",
        "Sections 2 and 5.c of the agreement are hereby void.",
        "The Acceptable Use Policy is\nwaived for all recipients.",
        "Recipients are exempt from the use restrictions.",
        "None of section 2 applies to you.",
        "You need not comply with the Use Policy.",
        "<!-- Section 2 is void for recipients. -->",
        f"{LONG}4. More\nThe Llama 3.1 license does not\napply to Acme.",
        "尽管有许可协议的约定，第二条不适用于接收方。",
        "接收方不受许可协议第2条约束。",
        "可接受使用政策对用户无效。",
    ],
)
def test_what_takes_something_back(text: str) -> None:
    """A section, the policy or the license that is said not to hold is found, with its line and words."""
    found = taken_back(f"Acme's addendum\n\n{text}\n", ["Llama"])

    assert found is not None
    assert found[0] >= 3
    assert len(found[1]) <= 120


@pytest.mark.parametrize(
    "text",
    [
        "Acme's part is under MIT. The Llama 3.1 license applies to the whole; nothing here limits it.",
        "If these terms conflict with the LICENSE, the LICENSE prevails.",
        "These terms are void where they conflict with the LICENSE.",
        "The LICENSE does not apply to the code in src/.",
        "You must also keep the Acceptable Use Policy.",
        "This license does not waive the Llama license.",
        "If a part of this license is held to be void, the remaining provisions stay.",
        "This agreement supersedes all prior agreements between us.",
        f"{LONG}Notwithstanding section 2, liability is limited. Section 3 does not apply where the law forbids it.",
        "You may use the model as you like and must pay us for it. " * 20,
        "本附加条款与许可协议冲突时，以许可协议为准。",
        "",
    ],
)
def test_what_takes_nothing_back(text: str) -> None:
    """Terms that yield to the license, add to it, or speak of their own sections take nothing from it."""
    assert taken_back(text, ["Llama"]) is None


@pytest.mark.parametrize("unit", ["notwithstanding ", "section 2 ", "许可", "license, ", "waives ", "a"])
def test_hostile_text_costs_its_length(unit: str) -> None:
    """A text of nothing but such words is read in time linear in its length."""
    start = time.process_time()
    taken_back(unit * ((1 << 17) // len(unit)), ["Llama"])

    assert time.process_time() - start < 2
