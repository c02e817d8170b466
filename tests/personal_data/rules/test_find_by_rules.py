"""All rules together: right places in any text, one finding an entity a place, and no text that takes long."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finewarden.personal_data.entities import ENTITIES
from finewarden.personal_data.rules import find_by_rules
from finewarden.personal_data.rules.every import RULES
from tests.personal_data.rules.looking import seen

VALUES = [
    ("CN_RESIDENT_ID", "310104198812240510"),
    ("CN_BANK_CARD", "6222021001123456789"),
    ("PHONE_NUMBER", "13912345678"),
    ("EMAIL_ADDRESS", "zhang.wei@mail.cn"),
    ("CN_PLATE", "京A12345"),
    ("WECHAT_ID", "wxid_a1b2c3d4e5f622"),
    ("IP_ADDRESS", "203.1.113.77"),
    ("CN_USCC", "91350100M000100Y43"),
]
_AROUND = st.text(st.sampled_from("，。：（）的是了加我 \n\t\u3000\u200b\u202e\x00\ud800和或、"), max_size=12)


@settings(deadline=None)  # the first text waits until hyperscan has compiled the rules
@given(before=_AROUND, after=_AROUND, which=st.sampled_from(VALUES), wide=st.booleans(), unseen=st.booleans())
def test_a_value_is_found_in_its_place(
    before: str, after: str, which: tuple[str, str], wide: bool, unseen: bool
) -> None:
    """Whatever Chinese stands around it, in full width or with characters of no width inside."""
    entity, value = which
    if wide:
        value = value.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)})
    if unseen:
        value = value[:3] + "\u200b\u0301" + value[3:]
    assert (entity, value) in seen(before + value + after)


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters() | st.sampled_from("0123456789@.-: 微信QQ身份证号a京\ud800"), max_size=80))
def test_any_text_has_findings_in_order_and_apart(text: str) -> None:
    """Spans lie in the text, are sorted, and overlap none of their entity; scores lie between 0 and 1."""
    found = find_by_rules(text)
    assert found == sorted(found, key=lambda each: (each.start, each.end, each.entity))
    reach: dict[str, int] = {}
    for each in found:
        assert 0 <= each.start < each.end <= len(text)
        assert 0 < each.score <= 1
        assert each.start >= reach.get(each.entity, 0)
        reach[each.entity] = each.end


def test_every_rule_finds_an_entity_that_is_known() -> None:
    """Each rule has a name of its own, and finds what the table of entities explains."""
    assert {rule.entity for rule in RULES} <= ENTITIES.keys()
    assert len({(rule.entity, rule.name) for rule in RULES}) == len(RULES)


def test_several_in_one_row_are_all_found() -> None:
    """A message with everything: each once, the mobile that is a WeChat ID too as a phone number."""
    text = (
        "张伟，身份证310104198812240510，电话13912345678（微信同号），邮箱zhang.wei@mail.cn，"
        "卡号6222 0210 0112 3456 789，QQ：12345678"
    )
    assert [entity for entity, _ in seen(text)] == [
        "CN_RESIDENT_ID", "PHONE_NUMBER", "EMAIL_ADDRESS", "CN_BANK_CARD", "QQ_ID",
    ]  # fmt: skip


def test_a_refused_number_hides_none_behind_it() -> None:
    """Where a longer run of groups fails its check, the value inside is found."""
    assert ("PHONE_NUMBER", "13912345678") in seen("2024 13912345678")
    assert ("CREDIT_CARD", "4055 1200 2345 6785") in seen("2024 4055 1200 2345 6785")


def test_both_numbers_beside_a_slash_are_found() -> None:
    """A slash parts numbers, and is a path's only after a letter."""
    assert [value for _, value in seen("13912345678/13812345678")] == ["13912345678", "13812345678"]


@pytest.mark.parametrize(
    "piece",
    [
        "1",
        "@",
        "1.1.1.1.",
        "6222 ",
        "1-",
        "a@",
        "微信",
        "QQ ",
        "sessionid=",
        "cookie: a=b; ",
        "1\u200b",
        "eyJ",
        "(010)",
        "::",
        "138 0013 ",
        "://a/u/",
        "路1号",
    ],
)
def test_no_text_takes_long(piece: str) -> None:
    """A row of 300,000 characters of nearly a value is looked through in a second or two."""
    text = piece * (300_000 // len(piece))
    began = time.process_time()
    find_by_rules(text)
    assert time.process_time() - began < 5
