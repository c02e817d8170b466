"""Reservations of text and data mining, in the shape of the W3C report."""

from __future__ import annotations

import json
import time

import pytest

from finewarden.personal_data.sources.tdmrep import is_reserved


@pytest.mark.parametrize(
    ("rules", "reserved"),
    [
        ([{"location": "/", "tdm-reservation": 1}], True),
        ([{"location": "/", "tdm-reservation": 0}], False),
        ([{"location": "/b/", "tdm-reservation": 1}], False),
        ([{"location": "/a/", "tdm-reservation": 0}, {"location": "/", "tdm-reservation": 1}], False),
        ([{"location": "/*/b.html", "tdm-reservation": 1}], True),
        ([{"location": "/a$", "tdm-reservation": 1}], False),
        ([{"location": "/a/*.html$", "tdm-reservation": 1, "tdm-policy": "https://a.test/p"}], True),
        ([{"location": "/a/*.htm$", "tdm-reservation": 1}], False),
        ([], False),
    ],
)
def test_the_first_location_that_matches_decides(rules: object, reserved: bool) -> None:
    """Locations are read as those of robots.txt, in order."""
    assert is_reserved(json.dumps(rules), "https://a.test/a/b.html") is reserved


@pytest.mark.parametrize(
    "text",
    ["", "x", "[" * 100_000, '{"tdm-reservation": 1}', '[{"tdm-reservation": 1}]', '[{"location": "/"}]',
     '[{"location": "/", "tdm-reservation": true}]', '[{"location": "/", "tdm-reservation": "1"}]'],
    ids=range(8),
)  # fmt: skip
def test_other_shapes_are_not_read(text: str) -> None:
    """What is not of the report's shape is told, not guessed."""
    with pytest.raises(ValueError, match=r"JSON|shape"):
        is_reserved(text, "https://a.test/")


def test_many_stars_take_no_time() -> None:
    """A location of many stars is matched in one pass."""
    started = time.process_time()
    rule = {"location": "/" + "a*" * 50_000 + "b$", "tdm-reservation": 1}
    assert not is_reserved(json.dumps([rule]), "https://a.test/" + "a" * 60_000)
    assert time.process_time() - started < 2
