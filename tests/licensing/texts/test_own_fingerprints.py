"""A user's own license texts, named in the policy."""

from __future__ import annotations

from pathlib import Path

import pytest

from finewarden.licensing.library import RecordError
from finewarden.licensing.texts.match import identify_text
from finewarden.licensing.texts.own_fingerprints import own_fingerprints
from finewarden.policy import Policy, load
from tests.licensing.stand_ins import own_texts, text_of

RECORD = """[[licenses]]
key = "house"
name = "House License"
family = "house"
commercial = "yes"
verified = 2026-01-01
confidence = "text"
text_file = "house.txt"
"""


def policy(folder: Path, text: str = RECORD) -> Policy:
    (folder / "finewarden.toml").write_text(text, encoding="utf-8")
    return load(folder / "finewarden.toml")


def test_read_beside_the_policy(tmp_path: Path) -> None:
    """The file that a record names makes its text known under the record's key."""
    text = text_of("llama3.1").replace("LLAMA", "HOUSE")
    (tmp_path / "house.txt").write_text(text, encoding="utf-8")
    own = own_fingerprints(policy(tmp_path))

    assert [one.key for one in own] == ["house"]
    assert identify_text(text, own=own).key == "house"
    assert own_fingerprints(Policy()) == ()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "can't be read.*name a file beside the policy"),
        (b"\xff\xfe\x00", "not UTF-8: save it as UTF-8"),
        (b" ... \n", "holds no text: name the file"),
        (b"a " * 1_100_000, "over 2 MiB: name a file"),
    ],
)
def test_what_is_no_license_text(tmp_path: Path, content: bytes | None, says: str) -> None:
    """A file that is not there or can't be a license text is told with record, name and what to do."""
    if content is not None:
        (tmp_path / "house.txt").write_bytes(content)

    with pytest.raises(RecordError, match=rf"finewarden\.toml: licenses 'house': text_file 'house\.txt'.*{says}"):
        own_fingerprints(policy(tmp_path))


def test_stand_ins_come_through_this_door(tmp_path: Path) -> None:
    """The stand-ins that other tests use are texts of their records, by what a user would write."""
    known = own_fingerprints(policy(tmp_path, own_texts(tmp_path, "llama3.1", "mit")))

    for one in ("llama3.1", "mit"):
        match = identify_text(text_of(one), own=known)
        assert (match.key, match.intact) == (one, True)
