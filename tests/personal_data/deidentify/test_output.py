"""An output is there whole or not at all, and never in the place of something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from finewarden.personal_data.deidentify.output import check_places, output_beside
from finewarden.personal_data.reading.rows import InputError


def make(path: Path, *, fail: bool = False, folder: bool = False) -> None:
    """Write *path*, or begin to."""
    with output_beside(path, folder=folder, force=path.exists()) as made:
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
            check_places(source, tmp_path / out, force=False)
    with pytest.raises(InputError, match="one in the other"):
        check_places(tmp_path, tmp_path / "out", force=False)
    check_places(source, tmp_path / "out.jsonl", force=False)
    check_places(source, tmp_path / "there.jsonl", force=True)


def test_reports_that_would_hurt_are_refused(tmp_path: Path) -> None:
    """Not in the place of the input, the output, a key or a policy, nor in one of them, by whatever name; what exists
    is replaced only when asked for, and only a file.
    """
    source, key = tmp_path / "in.jsonl", tmp_path / "key.jsonl"
    for path in (source, key, tmp_path / "there"):
        path.write_text("{}")
    (tmp_path / "link").symlink_to(key)
    (tmp_path / "hard").hardlink_to(source)
    (tmp_path / "folder").mkdir()
    out = tmp_path / "out.jsonl"
    for report in ("in.jsonl", "hard", "key.jsonl", "link", "out.jsonl", "folder", "none/report"):
        with pytest.raises(InputError):
            check_places(source, out, tmp_path / report, force=True, read=[key])
    with pytest.raises(InputError, match="lies in it"):
        check_places(tmp_path / "folder", tmp_path / "out", tmp_path / "out" / "report", force=True)
    with pytest.raises(InputError, match="exists"):
        check_places(source, out, tmp_path / "there", force=False)
    check_places(source, out, tmp_path / "there", force=True)


def test_links_in_the_input_are_input(tmp_path: Path) -> None:
    """What a link in the input's folder leads to is not written over, by the output or by the report."""
    source, data, out = tmp_path / "in", tmp_path / "a.jsonl", tmp_path / "out"
    source.mkdir()
    out.mkdir()
    for path in (data, out / "b.jsonl"):
        path.write_text("{}")
    (source / "a.jsonl").symlink_to(data)
    with pytest.raises(InputError, match="lies in it"):
        check_places(source, tmp_path / "new", data, force=True)
    (source / "b.jsonl").symlink_to(out / "b.jsonl")
    with pytest.raises(InputError, match="which this run reads"):
        check_places(source, out, force=True)


def test_force_takes_away_nothing_but_data(tmp_path: Path) -> None:
    """A key is not replaced by an output, alone or with its folder; nor a folder that holds other things than data."""
    source, home = tmp_path / "in", tmp_path / "home"
    source.mkdir()
    home.mkdir()
    (home / "a.jsonl").write_text("{}")
    check_places(source, home, force=True)
    with pytest.raises(InputError, match="which this run reads"):
        check_places(source, home, force=True, read=[home / "a.jsonl"])
    (home / "thesis.tex").write_text("")
    with pytest.raises(InputError, match=r"thesis\.tex.*does not remove"):
        check_places(source, home, force=True)


def test_what_another_run_made_meanwhile_stays(tmp_path: Path) -> None:
    """Of two runs into one place the second to end replaces nothing unless it was told to."""
    out = tmp_path / "out"

    def second() -> None:
        with output_beside(out, folder=False, force=False) as made:
            made.write_text("second")
            out.write_text("first")

    with pytest.raises(InputError, match="meanwhile"):
        second()
    assert out.read_text() == "first"
    assert list(tmp_path.iterdir()) == [out]


def test_a_folder_that_can_not_be_replaced_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the new folder can't be put in place, the old one is where it was."""
    out = tmp_path / "out"
    out.mkdir()
    (out / "old").write_text("old")
    rename = Path.rename
    monkeypatch.setattr(
        Path,
        "rename",
        lambda here, there: rename(here, there if here.name != "out" or here == out else tmp_path / "none" / "out"),
    )
    with pytest.raises(FileNotFoundError), output_beside(out, folder=True, force=True):
        pass
    assert (out / "old").read_text() == "old"
