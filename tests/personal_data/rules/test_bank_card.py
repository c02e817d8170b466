"""Bank cards and accounts: what is found beside spaces and beside ideographs, and what is left alone."""

from __future__ import annotations

import pytest

from tests.personal_data.rules.looking import numbered, seen

FOUND = [
    ("卡号6222021001123456789，户名", "CN_BANK_CARD", "6222021001123456789"),
    ("打到6222 0210 0112 3456 789这张卡", "CN_BANK_CARD", "6222 0210 0112 3456 789"),
    ("信用卡6222021001123459有效期", "CN_BANK_CARD", "6222021001123459"),
    ("银行卡9558802001123456788转账", "CN_BANK_CARD", "9558802001123456788"),
    ("储蓄卡621700 1234567890122", "CN_BANK_CARD", "621700 1234567890122"),
    ("对公账号：1100 1018 3000 5300 1234", "CN_BANK_CARD", "1100 1018 3000 5300 1234"),
    ("卡4055120023456785刷", "CREDIT_CARD", "4055120023456785"),
    ("visa 5105 1000 2345 6784", "CREDIT_CARD", "5105 1000 2345 6784"),
    ("工行卡 6222-0210-0112-3459 谢谢", "CN_BANK_CARD", "6222-0210-0112-3459"),
    ("visa 5105 1000 2345 6784, order 12", "CREDIT_CARD", "5105 1000 2345 6784"),
    ("card 5500-0000-0000-0004.", "CREDIT_CARD", "5500-0000-0000-0004"),
]
LEFT_ALONE = [
    "4532015112830367",
    "6222021001123456788",
    "订单号：6222021001123459",
    "运单 4055120023456785",
    "推文 1747654321098765432",
    "621234567890123457",
    "pi 3.1415926535897932",
    "0.4055120023456785",
    "1234567890123456",
    "卡号 4055 1200 2345 678",
    "4444444444444448",
    "卡号：4242424242424242",
]


@pytest.mark.parametrize(("text", "entity", "value"), FOUND, ids=numbered(FOUND))
def test_what_is_found(text: str, entity: str, value: str) -> None:
    """Each shape is found whole, and nothing else with it."""
    assert seen(text) == [(entity, value)]


@pytest.mark.parametrize("text", LEFT_ALONE, ids=numbered(LEFT_ALONE))
def test_what_is_left_alone(text: str) -> None:
    """A check digit, a boundary or a context that does not hold, or a value that is nobody's: nothing counts."""
    assert seen(text) == []
