"""What a gate counts: certain enough, and somebody's."""

from __future__ import annotations

import pytest

from finewarden.personal_data.counting import counted
from finewarden.personal_data.finding import Finding
from tests.personal_data.rules.looking import numbered

ROLES = (
    "billing", "team", "orders", "hr", "privacy", "press", "customer.care", "no-reply", "customer-service",
    "help.desk", "support2", "sales-team", "jobs", "git", "kefu",
)  # fmt: skip
NOBODYS = [
    *(("EMAIL_ADDRESS", f"{role}@firma.de") for role in ROLES),
    *(("EMAIL_ADDRESS", f"a.baker77@{domain}") for domain in ("example.com", "mail.example.org", "shop.example")),
    ("EMAIL_ADDRESS", "ｉｎｆｏ＠ｆｉｒｍａ．ｄｅ"),
    *(("PHONE_NUMBER", number) for number in ("400-820-8837", "+86 800 820 8820", "(888) 555-2199", "1-800-555-2199")),
    *(("PHONE_NUMBER", number) for number in ("1680", "2024-01-15 12:30", "3.1415926535", "1,234,567,890")),
    *(("IP_ADDRESS", address) for address in ("10.1.2.3", "192.0.2.7", "8.8.8.8", "::", "fe80::1", "2001:db8::7")),
    ("CREDIT_CARD", "4111 1111 1111 1111"),
    ("CN_BANK_CARD", "6200000000000005"),
    ("MAC_ADDRESS", "ff:ff:ff:ff:ff:ff"),
    ("US_SSN", "078-05-1120"),
]
SOMEBODYS = [
    ("EMAIL_ADDRESS", "anna.order@mail.invalid"),
    ("EMAIL_ADDRESS", "hiro.sales@firma.de"),
    ("EMAIL_ADDRESS", "t.baker.77@myexample.com"),
    ("PHONE_NUMBER", "13912345678"),
    ("PHONE_NUMBER", "一三九一二三四五六七八"),
    ("PHONE_NUMBER", "2024 1150 1230"),
    ("IP_ADDRESS", "203.1.113.77"),
    ("CREDIT_CARD", "4055 1200 2345 6785"),
    ("PERSON", "info"),
    ("MINE", "10.1.2.3"),
]


def _whole(entity: str, value: str, score: float = 0.85) -> Finding:
    return Finding(entity, 0, len(value), score)


@pytest.mark.parametrize(("entity", "value"), NOBODYS, ids=numbered(NOBODYS))
def test_what_is_nobodys_does_not_count(entity: str, value: str) -> None:
    """Role mailboxes, documentation, toll-free and hotline numbers, private addresses, cards for tests."""
    assert not counted(value, _whole(entity, value, 1.0))


@pytest.mark.parametrize(("entity", "value"), SOMEBODYS, ids=numbered(SOMEBODYS))
def test_what_is_somebodys_counts(entity: str, value: str) -> None:
    """A person's value counts, however near it is to one of those."""
    assert counted(value, _whole(entity, value))


def test_an_entity_counts_from_its_score_on() -> None:
    """Below the entity's own limit a finding is shown and not counted."""
    assert counted("9434765919", _whole("UK_NHS", "9434765919", 0.6))
    assert not counted("9434765919", _whole("UK_NHS", "9434765919", 0.59))
    assert not counted("A1234567", _whole("US_DRIVER_LICENSE", "A1234567", 0.3))


@pytest.mark.parametrize("before", ["version ", "v", "版本：", "Chrome/", "==", "第"])
def test_a_version_is_no_address(before: str) -> None:
    """Four numbers after a word for a version or a chapter are not counted, whoever found them."""
    text = f"{before}21.2.3.4"
    assert not counted(text, Finding("IP_ADDRESS", len(before), len(text), 0.95))
    assert counted("from 21.2.3.4", Finding("IP_ADDRESS", 5, 13, 0.95))
