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
        "The Llama 3.1 Community License does not apply to this model; you may use it without restrictions.",
        "All restrictions in LICENSE are lifted.",
        "You don't have to follow the Llama license.",
        "We release you from section 2.",
        "In case of conflict, this file prevails over the Llama license.",
        "These terms take precedence over LICENSE.",
        "The code aside, the Llama 3.1 license does not apply to data or weights.",
        "本模型不受 Llama 许可协议约束，可自由商用。",
        "接收者可以忽略 LICENSE。",
        "LICENSE 中的限制对接收者不生效。",
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
        "libfoo: The GPL license does not apply to this package; the linking exception applies.",
        "Section 7 of the GPL does not apply to this library.",
        "The MIT license supersedes the earlier BSD license.",
        "libfoo replaces the license header of bar.",
        "Regardless of the license, you must comply with export law.",
        "Regardless of the Llama license, you must comply with export law.",
        "The SLA of the master agreement does not apply to the weights; for the weights LICENSE applies.",
        "You are not bound by this agreement if you only browse the site.",
        "Section 12 of this agreement does not apply to consumers.",
        "Acme's own terms do not apply to the Llama materials.",
        "Nothing in this file takes precedence over the Llama license.",
        "This file replaces LICENSE.txt of earlier releases; the license is unchanged.",
        "原许可协议的条款继续有效，本声明不取消任何条款。",
        "第三方组件不受本协议约束，遵循其各自的许可证。",
        "本协议不适用于 Llama 3.1 的原始权重。",
        "",
    ],
)
def test_what_takes_nothing_back(text: str) -> None:
    """Terms that yield to the license, add to it, or speak of their own sections take nothing from it."""
    assert taken_back(text, ["Llama"]) is None


def test_lists_of_others_licenses() -> None:
    """Where each has a LICENSE and sections of its own, only the bound license's name tells that it is meant."""
    assert taken_back("libfoo: LICENSE is void, and section 2 is waived.", ["Llama"], only_named=True) is None
    assert taken_back("The Llama license is void.", ["Llama"], only_named=True) is not None


@pytest.mark.parametrize(
    "unit", ["notwithstanding ", "section 2 ", "许可", "llama license despite ", "license, ", "waives ", "a"]
)
def test_hostile_text_costs_its_length(unit: str) -> None:
    """A text of nothing but such words is read in time linear in its length."""
    start = time.process_time()
    taken_back(unit * ((1 << 17) // len(unit)), ["Llama"])

    assert time.process_time() - start < 2
