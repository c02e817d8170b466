"""An output is there whole or not at all, and never in the place of something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from finewarden.personal_data.deidentify.output import check_output, output_beside
from finewarden.personal_data.reading.rows import InputError


def make(path: Path, *, fail: bool = False, folder: bool = False) -> None:
    """Write *path*, or begin to."""
    with output_beside(path, folder=folder) as made:
        (made / "x" if folder else made).write_text("new")
        assert not path.exists() or path.is_dir() or path.read_text() == "old"
        if fail:
            raise KeyboardInterrupt


@pytest.mark.parametrize("folder", [False, True])
def test_failed_runs_leave_nothing(tmp_path: Path, folder: bool) -> None:
    """What is interrupted leaves neither the output nor anything beside it."""
    with pytest.raises(KeyboardInterrupt):
        make(tmp_path / "out", fail=True, folder=folder)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("folder", [False, True])
def test_whole_runs_leave_the_output(tmp_path: Path, folder: bool) -> None:
    """What ends well leaves the output alone, in the place of one that was there."""
    out = tmp_path / "out"
    if folder:
        out.mkdir()
        (out / "old").write_text("old")
    else:
        out.write_text("old")
    make(out, folder=folder)
    assert list(tmp_path.iterdir()) == [out]
    assert [path.name for path in out.iterdir()] == ["x"] if folder else out.read_text() == "new"


def test_outputs_that_would_hurt_are_refused(tmp_path: Path) -> None:
    """The input itself, also by a link; a place in it; what exists; another kind; a folder that is not there."""
    source = tmp_path / "in.jsonl"
    source.write_text("{}")
    (tmp_path / "link.jsonl").symlink_to(source)
    (tmp_path / "there.jsonl").write_text("{}")
    for out, told in [
        ("in.jsonl", "is the input"),
        ("link.jsonl", "is the input"),
        ("there.jsonl", "exists"),
        ("out.csv", "of the input's kind"),
        ("none/out.jsonl", "no such folder"),
    ]:
        with pytest.raises(InputError, match=told):
            check_output(source, tmp_path / out, force=False)
    with pytest.raises(InputError, match="one in the other"):
        check_output(tmp_path, tmp_path / "out", force=False)
    check_output(source, tmp_path / "out.jsonl", force=False)
    check_output(source, tmp_path / "there.jsonl", force=True)
