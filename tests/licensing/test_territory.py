"""Places of a policy, and those that a license leaves out."""

from __future__ import annotations

import pytest

from finewarden.licensing.territory import EU_MEMBERS, excluded_places, places


def test_members() -> None:
    """The EU has 27 members, and the United Kingdom is none of them."""
    assert len(EU_MEMBERS) == 27
    assert "GB" not in EU_MEMBERS


@pytest.mark.parametrize(
    ("named", "excluded", "out", "everywhere"),
    [
        (("EU",), ("EU",), sorted(EU_MEMBERS), True),
        (("de", "US"), ("EU",), ["DE"], False),
        (("DE", "FR"), ("EU",), ["DE", "FR"], True),
        (("UK",), ("GB",), ["GB"], True),
        (("gb",), ("UK",), ["GB"], True),
        (("EL",), ("EU",), ["GR"], True),
        (("EEA",), ("EU",), sorted(EU_MEMBERS), False),
        (("worldwide",), ("KR",), ["KR"], False),
        (("US", "CN"), ("EU", "GB", "KR"), [], False),
        (("CH", "NO"), ("EU",), [], False),
        ((), ("EU",), [], False),
    ],
)
def test_excluded(named: tuple[str, ...], excluded: tuple[str, ...], out: list[str], everywhere: bool) -> None:
    """A union covers its members, either way of writing a country means it, and "worldwide" leaves nothing out."""
    assert excluded_places(places(named), excluded) == (out, everywhere)


def test_no_place() -> None:
    """A word that is no code is told, not guessed."""
    assert places(["Europe", "U5", "DE"]).unknown == ("Europe", "U5")
