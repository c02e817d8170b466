"""License names: which of the Hub's identifiers they mean, and how they stand in front matter."""

from __future__ import annotations

import pytest

from finewarden.licensing.hub_licenses import HUB_LICENSES, as_front_matter, hub_id, same_license


@pytest.mark.parametrize("name", sorted(HUB_LICENSES - {"unknown", "other"}))
def test_each_id_is_itself(name: str) -> None:
    """No two identifiers are mistaken for one another."""
    assert hub_id(name) == name


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Apache License 2.0", "apache-2.0"),
        ("Apache-2.0", "apache-2.0"),
        ("Apache License, Version 2.0", "apache-2.0"),
        ("the MIT License", "mit"),
        ("Llama 3.1 Community License Agreement", "llama3.1"),
        ("Meta Llama 3 Community License", "llama3"),
        ("Gemma Terms of Use", "gemma"),
        ("Tongyi Qianwen License Agreement", None),
        ("proprietary", None),
    ],
)
def test_full_names(name: str, expected: str | None) -> None:
    """Full names mean their identifier; a license that the Hub does not list has none."""
    assert hub_id(name) == expected


def test_same_license() -> None:
    """Equal under other spelling, different among known ones, and undecided where a name is not known."""
    assert same_license("Apache License 2.0", "apache-2.0") is True
    assert same_license("llama3.1", "apache-2.0") is False
    assert same_license("llama3.1", "llama3") is False
    assert same_license("ACME terms", "apache-2.0") is None
    assert same_license("ACME terms", "acme-terms") is True


def test_front_matter() -> None:
    """A listed license stands alone; any other is `other` with its name and the file of its text."""
    assert as_front_matter("Llama 3.1 Community License") == {
        "license": "llama3.1",
        "license_name": None,
        "license_link": None,
    }
    assert as_front_matter("Tongyi Qianwen", link="LICENSE.txt") == {
        "license": "other",
        "license_name": "tongyi-qianwen",
        "license_link": "LICENSE.txt",
    }
    assert as_front_matter("专有")["license_name"] == "see-license-file"
    assert as_front_matter("other") == {"license": "other"}
