"""The key comes from a file or the environment, is strong and private, and is never shown."""

from __future__ import annotations

import base64
import os
from pathlib import Path

import pytest

from finewarden.personal_data.deidentify.key import Key, KeyProblem, key_of_environment, key_of_file, new_key_file

SECRET = bytes(range(32))


def test_new_key_is_its_owners_alone(tmp_path: Path) -> None:
    """A new key file has mode 0600 and reads as the key that was made."""
    made = new_key_file(tmp_path / "key")
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    assert key_of_file(tmp_path / "key").id == made.id


def test_new_key_replaces_none(tmp_path: Path) -> None:
    """A key that exists is not written over."""
    new_key_file(tmp_path / "key")
    with pytest.raises(KeyProblem, match="exists"):
        new_key_file(tmp_path / "key")


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
@pytest.mark.parametrize("mode", [0o604, 0o602, 0o644])
def test_key_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    """A file that every user can read or write is refused, with the command that mends it."""
    new_key_file(tmp_path / "key")
    (tmp_path / "key").chmod(mode)
    with pytest.raises(KeyProblem, match="chmod 600"):
        key_of_file(tmp_path / "key")


@pytest.mark.parametrize("text", [SECRET.hex(), SECRET.hex().upper() + "\n", base64.b64encode(SECRET).decode()])
def test_hexadecimal_and_base64_are_one_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Both spellings, from both places, give the same key."""
    monkeypatch.setenv("KEY", text)
    (tmp_path / "key").write_text(text)
    (tmp_path / "key").chmod(0o600)
    assert key_of_environment("KEY").id == key_of_file(tmp_path / "key").id == Key(SECRET).id


@pytest.mark.parametrize("text", ["", "hunter2", "00" * 32, SECRET.hex()[:60], "no key at all " * 4, "a" * 5000])
def test_weak_keys_are_refused_and_not_repeated(tmp_path: Path, text: str) -> None:
    """Fewer than 32 bytes, repeated bytes and no bytes at all are refused, and the error holds nothing of them."""
    (tmp_path / "key").write_text(text)
    (tmp_path / "key").chmod(0o600)
    with pytest.raises(KeyProblem) as caught:
        key_of_file(tmp_path / "key")
    assert "--new-key" in str(caught.value)
    assert not text or text not in str(caught.value)


def test_missing_keys_say_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable that is not set, and a file that is not there, are told by name."""
    monkeypatch.delenv("NO_KEY", raising=False)
    with pytest.raises(KeyProblem, match="NO_KEY is not set"):
        key_of_environment("NO_KEY")
    with pytest.raises(KeyProblem, match="can't be read"):
        key_of_file(tmp_path / "none")


def test_the_key_is_not_shown() -> None:
    """Neither repr nor str of a key holds the secret; the id is no part of it."""
    key = Key(SECRET)
    assert SECRET.hex() not in repr(key) + str(key)
    assert key.id not in SECRET.hex()


def test_parts_are_told_apart() -> None:
    """Two lists of parts that read alike when joined give different numbers."""
    key = Key(SECRET)
    assert key.number("p", "ab", "c") != key.number("p", "a", "bc")
    assert key.number("p", "\ud800") != key.number("p", "\ud801")
