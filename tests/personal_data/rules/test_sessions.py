"""Cookies and sessions: what is found beside spaces and beside ideographs, and what is left alone."""

from __future__ import annotations

import pytest

from tests.personal_data.rules.looking import numbered, seen

FOUND = [
    ("Cookie: a=b; sessionid=38afes7a8fh3", "a=b; sessionid=38afes7a8fh3"),
    ("PHPSESSID=r2t5uvjq435r4q7ib3vtdjq120", "r2t5uvjq435r4q7ib3vtdjq120"),
    ("sid=s%3Aj1a2b3c4d5e6f7g8h9", "s%3Aj1a2b3c4d5e6f7g8h9"),
    ('"session_id": "a8f5f167f44f4964e6c998dee827110c"', "a8f5f167f44f4964e6c998dee827110c"),
]
LEFT_ALONE = [
    "sid=test",
    "sessionid=<your session id>",
    "session_id: str",
    "Cookie: 曲奇",
    "cookie: chocolate",
    "sessionid=xxxxxxxx1",
    "会话id",
    "sid=abcdefghijklmnopqrstuvwxyz",
]


@pytest.mark.parametrize(("text", "value"), FOUND, ids=numbered(FOUND))
def test_what_is_found(text: str, value: str) -> None:
    """Each shape is found whole, and nothing else with it."""
    assert seen(text) == [("SESSION_ID", value)]


@pytest.mark.parametrize("text", LEFT_ALONE, ids=numbered(LEFT_ALONE))
def test_what_is_left_alone(text: str) -> None:
    """A check digit, a boundary or a context that does not hold, or a value that is nobody's: nothing counts."""
    assert seen(text) == []
