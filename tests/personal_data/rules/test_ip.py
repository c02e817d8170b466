"""IP addresses: what is found beside spaces and beside ideographs, and what is left alone."""

from __future__ import annotations

import pytest

from tests.personal_data.rules.looking import numbered, seen

FOUND = [
    ("登录IP203.1.113.77异常", "203.1.113.77"),
    ("203.1.113.77:8080", "203.1.113.77"),
    ("IP：2408:8207:78cc:5ac1::1。", "2408:8207:78cc:5ac1::1"),
    ("https://203.1.113.77/x", "203.1.113.77"),
    ("from 8.8.8.9", "8.8.8.9"),
]
LEFT_ALONE = [
    "v1.2.3.4",
    "版本1.2.3.4",
    "Chrome/96.0.0.110",
    "第1.2.3.4节",
    "foo==1.2.3.4",
    "10.0.0.1",
    "192.168.1.1",
    "127.0.0.1",
    "0.0.0.0",
    "255.255.255.0",
    "192.0.2.1",
    "114.114.114.114",
    "192.168.1.256",
    "1.2.3.4.5",
    "std::vector<int>",
    "dead::beef",
    "12:30:45",
    "a[1::2]",
    "::1",
    "fe80::1",
    "2001:db8::1",
    "2001:4860:4860::8888",
    '"sections "8.2.4.44"',
    "01.02.03.04",
]


@pytest.mark.parametrize(("text", "value"), FOUND, ids=numbered(FOUND))
def test_what_is_found(text: str, value: str) -> None:
    """Each shape is found whole, and nothing else with it."""
    assert seen(text) == [("IP_ADDRESS", value)]


@pytest.mark.parametrize("text", LEFT_ALONE, ids=numbered(LEFT_ALONE))
def test_what_is_left_alone(text: str) -> None:
    """A check digit, a boundary or a context that does not hold, or a value that is nobody's: nothing counts."""
    assert seen(text) == []
