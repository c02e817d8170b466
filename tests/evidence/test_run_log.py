"""A log is read whole or not at all, but for a line that a crash tore; nobody else reads it."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from finewarden.evidence import canary_book, holdout_book, run_log
from finewarden.evidence.canary_book import CanaryBook
from finewarden.evidence.holdout_book import HoldoutBook
from finewarden.evidence.run_log import RunLogError


def test_torn_lines_are_passed_over(tmp_path: Path) -> None:
    """A line that ends early, also within a character, is closed by the next record and left out."""
    path = tmp_path / "run.jsonl"
    run_log.append(path, "guard", "one")
    whole = path.read_bytes()
    for torn in (whole[:40], '{"guard": "é'.encode()[:-1]):
        path.write_bytes(whole + torn)
        run_log.append(path, "guard", "two")
        assert [record.event for record in run_log.read(path)] == ["one", "two"]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (b'{"guard": "\xff\xfe"}', "not UTF-8"),
        (b'{"guard": "x"}', "not a run record"),
        (b"[" * 200_000 + b"]" * 200_000, "nested too deep"),
        (b'{"step": ' + b"1" * 5000 + b"}", "number too long"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: bytes, says: str) -> None:
    """File and line without the folder, and what to do; never another error."""
    path = tmp_path / "run.jsonl"
    run_log.append(path, "guard", "one")
    path.write_bytes(path.read_bytes() + line + b"\n")
    with pytest.raises(RunLogError, match=rf"^run\.jsonl:2: .*{says}.*; bring the file") as caught:
        list(run_log.read(path))
    assert str(tmp_path) not in str(caught.value)


def test_log_and_books_are_their_owners_alone(tmp_path: Path) -> None:
    """Files 0600, and a folder that had to be made 0700, whatever the umask lets through."""
    head = {"id": "0" * 32, "seed": "0" * 32, "written_by": "x", "format": "text", "tokenizer": "", "rows": 1}
    canaries = CanaryBook(canary_book.Head.model_validate({**head, "data": "", "token_share": 0.0}), ())
    split = HoldoutBook(holdout_book.Head(key="0" * 64, written_by="x", fraction=0.5, group_by=None, rows=1), ())
    before = os.umask(0)
    try:
        run_log.append(tmp_path / "a.evidence" / "run.jsonl", "guard", "one")
        canary_book.write(tmp_path / "b.evidence" / "canaries.jsonl", canaries)
        holdout_book.write(tmp_path / "c.evidence" / "holdout.jsonl", split)
    finally:
        os.umask(before)
    if os.name == "nt":  # which knows no modes
        return
    for folder in tmp_path.iterdir():
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert [stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()] == [0o600]
