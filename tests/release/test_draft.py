"""A draft reads what will be there, and writes only over what it was made from."""

from __future__ import annotations

from pathlib import Path

import pytest

from finewarden.release.draft import Draft
from finewarden.release.own_folder import FolderError

from .folders import snapshot


@pytest.fixture
def draft(tmp_path: Path) -> Draft:
    (tmp_path / "README.md").write_text("old\n")
    (tmp_path / "training_args.bin").write_bytes(b"PK")
    return Draft(tmp_path)


def test_put_is_read_and_not_written(draft: Draft) -> None:
    """What was put is read in the place of what lies there, and no file changes."""
    before = snapshot(draft.folder)
    draft.put("README.md", "new\n")
    draft.put("NOTICE", "n\n")
    assert draft.read_text("README.md") == "new\n"
    assert draft.names() == {"README.md", "NOTICE"}
    assert [(change.name, change.before) for change in draft.changes()] == [("README.md", b"old\n"), ("NOTICE", None)]
    assert snapshot(draft.folder) == before


def test_what_was_put_back_is_no_change(draft: Draft) -> None:
    """A file that is put twice is compared with what lies there, not with what was put first."""
    draft.put("README.md", "new\n")
    draft.put("README.md", "old\n")
    assert draft.changes() == []


def test_folder_as_it_will_be(draft: Draft) -> None:
    """Seen as a folder, it has what was put, in order, and none of the leftovers that move away."""
    draft.put("LICENSE", "text")
    draft.put("README.md", "new\n")
    folder = draft.as_folder()
    assert [file.rel for file in folder.files] == ["LICENSE", "README.md"]
    assert folder.text("README.md") == "new\n"
    assert folder.get("LICENSE") is not None


def test_a_copy_goes_its_own_way(draft: Draft) -> None:
    """What is put into a copy is not in the draft."""
    draft.copy().put("README.md", "new\n")
    assert draft.changes() == []


def test_a_person_was_faster(draft: Draft) -> None:
    """A file that somebody wrote after the draft was made is not overwritten."""
    draft.put("README.md", "new\n")
    (draft.folder / "README.md").write_text("mine\n")
    (change,) = draft.changes()
    with pytest.raises(FolderError, match="in the meantime: run it again"):
        draft.write(change)
    assert (draft.folder / "README.md").read_text() == "mine\n"


def test_folder_in_the_way(draft: Draft) -> None:
    """A folder of the file's name is named before anything is written."""
    (draft.folder / "NOTICE").mkdir()
    with pytest.raises(FolderError, match="NOTICE is a folder: rename it"):
        draft.put("NOTICE", "n")
