"""Which license is stated: people's word, else what follows from the base; never against it."""

from __future__ import annotations

from typing import Any

import pytest

from finewarden.release.stated_license import follows, front_matter, refused

from .licensed import owed_for

LLAMA, QWEN, GEMMA = "meta-llama/Llama-3.1-8B", "Qwen/Qwen2.5-72B", "google/gemma-2-9b-it"
APACHE = "Qwen/Qwen2-7B"


@pytest.mark.parametrize("stated", ["llama3.1", "Llama 3.1 Community License", "ACME Model License", "other", None])
def test_not_refused(stated: str | None) -> None:
    """The base's own license by any of its names stands, and so does a name that nobody knows."""
    assert refused(stated, owed_for(LLAMA)) is None


@pytest.mark.parametrize("stated", ["mit", "Apache License 2.0", "llama3", "llama3.2", "gpl-3.0", "gemma"])
def test_refused(stated: str) -> None:
    """Another known license is refused, with what to set instead."""
    found = refused(stated, owed_for(LLAMA))
    assert found is not None
    assert stated in found.what
    assert "Llama 3.1 Community License Agreement (2024-07-23)" in found.what
    assert 'set license = "llama3.1"' in found.mend


def test_permissive_base_allows_any() -> None:
    """Whoever builds on Apache-2.0 may choose, also Llama's license; nothing is stated for them."""
    assert refused("mit", owed_for(APACHE)) is None
    assert follows({}, owed_for(APACHE)) is None


def test_one_of_a_merge_is_not_enough() -> None:
    """A merge is under the licenses of all its bases, and is called by all their names."""
    owed = owed_for(LLAMA, GEMMA)
    found = refused("gemma", owed)
    assert found is not None
    assert LLAMA in found.what
    assert follows({}, owed) == "llama3.1-and-gemma"
    assert follows({"license": "other", "license_name": "llama3.1-and-gemma"}, owed) == "llama3.1-and-gemma"


@pytest.mark.parametrize(
    ("front", "expected"),
    [
        ({}, "llama3.1"),
        ({"license": "apache-2.0"}, "llama3.1"),
        ({"license": "other"}, "llama3.1"),
        ({"license": "other", "license_name": "acme-terms"}, None),
        ({"license": "acme-terms"}, None),
    ],
)
def test_follows(front: dict[str, Any], expected: str | None) -> None:
    """A license that is known and false gives way to the base's own; terms of a person's own stay."""
    assert follows(front, owed_for(LLAMA)) == expected


def test_uncertain_base_states_nothing() -> None:
    """A license that is only believed to be a model's is neither stated nor held against anybody."""
    owed = owed_for("somebody/Llama-3.1-8B-tune")
    assert owed.licensed.terms
    assert follows({}, owed) is None
    assert refused("mit", owed) is None


def test_front_matter_by_the_record() -> None:
    """A license that the Hub does not list has the name by which the Hub's people know it; its key means the same."""
    wanted = {"license": "other", "license_name": "qwen", "license_link": "LICENSE"}
    for stated in ("qwen-2024", "qwen", "Qwen LICENSE AGREEMENT"):
        made = front_matter(stated, {}, link="LICENSE", owed=owed_for(QWEN))
        assert made | {"license_link": "LICENSE"} == wanted
    made = front_matter("qwen", {}, link=None, owed=owed_for(QWEN))
    assert made["license_link"] == "https://huggingface.co/Qwen/Qwen2.5-72B/blob/main/LICENSE"


def test_a_persons_name_for_it_stays() -> None:
    """Name and link that a person gave stay while they mean this license; the name of another one goes."""
    mine = {"license": "other", "license_name": "tongyi-qwen", "license_link": "https://example.org/license"}
    assert front_matter("tongyi-qianwen", mine, link=None, owed=owed_for("Qwen/Qwen2-72B")) == {}
    assert front_matter("qwen", mine, link=None, owed=owed_for(QWEN))["license_name"] == "qwen"
