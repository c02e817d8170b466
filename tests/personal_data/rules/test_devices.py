"""Identifiers of devices: what is found beside spaces and beside ideographs, and what is left alone."""

from __future__ import annotations

import pytest

from tests.personal_data.rules.looking import numbered, seen

FOUND = [
    ("IMEI：356938035643809", "IMEI", "356938035643809"),
    ("串号86-012304-567890-0", "IMEI", "86-012304-567890-0"),
    ("MAC地址00-1B-44-11-3A-B7", "MAC_ADDRESS", "00-1B-44-11-3A-B7"),
    ("001b.4411.3ab7", "MAC_ADDRESS", "001b.4411.3ab7"),
    ("mac 001B44113AB7", "MAC_ADDRESS", "001B44113AB7"),
    ("IDFA：6D92078A-8246-4BA4-AE5B-76104861E7DC", "DEVICE_ID", "6D92078A-8246-4BA4-AE5B-76104861E7DC"),
    ("android_id=9774d56d682e549c", "DEVICE_ID", "9774d56d682e549c"),
    ("设备ID: 9774d56d682e549c", "DEVICE_ID", "9774d56d682e549c"),
    ("oaid：1fe9a970-efbb-29e0-0bdd-f5dbbf751ab5", "DEVICE_ID", "1fe9a970-efbb-29e0-0bdd-f5dbbf751ab5"),
]
LEFT_ALONE = [
    "356938035643809",
    "IMEI 356938035643808",
    "00:00:00:00:00:00",
    "ff:ff:ff:ff:ff:ff",
    "01-05-12-23-28-33",
    "12:30:45:00:11:22",
    "001B44113AB7",
    "commit 9774d56d682e549c",
    "UUID: 6D92078A-8246-4BA4-AE5B-76104861E7DC",
    "macOS 10.15.7",
    "d41d8cd98f00b204e9800998ecf8427e",
    "IDFA: 00000000-0000-0000-0000-000000000000",
]


@pytest.mark.parametrize(("text", "entity", "value"), FOUND, ids=numbered(FOUND))
def test_what_is_found(text: str, entity: str, value: str) -> None:
    """Each shape is found whole, and nothing else with it."""
    assert seen(text) == [(entity, value)]


@pytest.mark.parametrize("text", LEFT_ALONE, ids=numbered(LEFT_ALONE))
def test_what_is_left_alone(text: str) -> None:
    """A check digit, a boundary or a context that does not hold, or a value that is nobody's: nothing counts."""
    assert seen(text) == []
