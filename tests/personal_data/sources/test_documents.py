"""Stored documents: the same bytes as were looked at, and where their words ask for a reader."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from finewarden.personal_data.sources import evidence
from finewarden.personal_data.sources.evidence import hash_problem, stored_text
from finewarden.personal_data.sources.terms import Passage, passages


def test_hash(tmp_path: Path) -> None:
    """One byte makes it another document; a file that is not there shows nothing."""
    path = tmp_path / "deal.pdf"
    path.write_bytes(b"granted")
    assert hash_problem(path, hashlib.sha256(b"granted").hexdigest()) is None
    assert "SHA-256" in (hash_problem(path, "0" * 64) or "")
    assert "can't be read" in (hash_problem(tmp_path / "none", "0" * 64) or "")


def test_stored_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Broken UTF-8 is read around; what is longer than any such document is refused."""
    path = tmp_path / "robots.txt"
    path.write_bytes(b"\xef\xbb\xbfUser-agent: \xff*")
    assert stored_text(path) == "User-agent: \ufffd*"
    monkeypatch.setattr(evidence, "MOST", 4)
    with pytest.raises(ValueError, match="longer"):
        stored_text(path)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("You may not train models\nor use data mining.", [(1, "train"), (2, "data mining")]),
        ("Machine  Learning and text and data mining", [(1, "machine learning"), (1, "text and data mining")]),
        ("未经许可不得爬取，\n或用于训练。", [(1, "爬取"), (2, "用于训练")]),
        ("The trainer constrains our trains", [(1, "trains")]),
        ("Be nice.", []),
    ],
)
def test_passages(text: str, words: list[tuple[int, str]]) -> None:
    """Words of training, mining and crawling are found with their lines, in English and Chinese, and no others."""
    assert passages(text) == [Passage(*each) for each in words]
