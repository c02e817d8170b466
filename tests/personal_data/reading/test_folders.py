"""Which files are meant: known kinds, each once, and everything else told."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from finewarden.personal_data.reading.folders import find_inputs
from finewarden.personal_data.reading.rows import InputError


def test_a_folder_is_walked_and_what_is_passed_over_is_told(tmp_path: Path) -> None:
    """Files of known kinds, sorted, below folders too; hidden, unknown and special ones are named with why."""
    top = tmp_path / "data"
    (top / "sub").mkdir(parents=True)
    for name in ("b.jsonl", "a.CSV", "sub/c.txt", ".hidden.jsonl", "picture.png", "README.md", "dataset_info.json"):
        (top / name).touch()
    os.mkfifo(top / "pipe.jsonl")
    (top / "gone.jsonl").symlink_to(top / "nothing")
    (top / "sub" / "again").symlink_to(top)
    (top / "twice.jsonl").symlink_to(top / "b.jsonl")
    found = find_inputs([top])
    assert [file.name for file in found.files] == ["data/a.CSV", "data/b.jsonl", "data/sub/c.txt"]
    assert {each.name: each.why for each in found.passed_over} == {
        "data/.hidden.jsonl": "hidden",
        "data/gone.jsonl": "a link to nothing",
        "data/picture.png": "of an unknown kind (.png)",
        "data/pipe.jsonl": "no file",
        "data/sub/again": "a link to a folder that is looked at",
    }


def test_what_can_not_be_read_is_broken_and_not_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that can't be listed, and an entry that can't be looked at, are told as broken; the rest is read."""
    for name in ("shut/a.jsonl", "blind/b.jsonl", "open/c.jsonl"):
        (tmp_path / "data" / name).parent.mkdir(parents=True)
        (tmp_path / "data" / name).touch()
    stands, lists = Path.is_dir, Path.iterdir

    def denied(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "iterdir", lambda p: denied(p) if p.name == "shut" else lists(p))
    monkeypatch.setattr(Path, "is_dir", lambda p: denied(p) if p.name == "b.jsonl" else stands(p))
    found = find_inputs([tmp_path / "data"])
    assert [file.name for file in found.files] == ["data/open/c.jsonl"]
    assert [name for name, _ in found.broken] == ["data/blind/b.jsonl", "data/shut"]
    assert {broken.why for _, broken in found.broken} == {
        "can't be read (Permission denied); allow it, or leave it out"
    }


def test_names_of_files_tell_them_apart(tmp_path: Path) -> None:
    """Two files of one name in two folders have two names in a report, without the folders above what was named."""
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "train.jsonl").touch()
    found = find_inputs(
        [tmp_path / "a" / "train.jsonl", tmp_path / "b" / "train.jsonl", tmp_path / "a" / "train.jsonl"]
    )
    assert [file.name for file in found.files] == ["train.jsonl", "train.jsonl#2"]


def test_of_a_saved_data_set_only_its_data_is_read(tmp_path: Path) -> None:
    """Arrow files that `save_to_disk` names are data; caches of earlier steps beside them are not."""
    split = tmp_path / "set" / "train"
    split.mkdir(parents=True)
    (split.parent / "dataset_dict.json").write_text('{"splits": ["train"]}')
    (split / "state.json").write_text(json.dumps({"_data_files": [{"filename": "data-00000-of-00001.arrow"}]}))
    (split / "dataset_info.json").write_text("{}")
    for name in ("data-00000-of-00001.arrow", "cache-1234.arrow"):
        (split / name).touch()
    found = find_inputs([split.parent])
    assert [file.name for file in found.files] == ["set/train/data-00000-of-00001.arrow"]
    assert [each.name for each in found.passed_over] == ["set/train/cache-1234.arrow"]


@pytest.mark.parametrize("name", ["none.jsonl", "a.exe", "plain", "a.parquet.gz", "pipe.jsonl", "nul\0.jsonl"])
def test_what_cannot_be_scanned_is_refused(tmp_path: Path, name: str) -> None:
    """A path that is not there, of no known kind, or no file: the error says what to name instead."""
    if name == "pipe.jsonl":
        os.mkfifo(tmp_path / name)
    elif name != "none.jsonl" and "\0" not in name:
        (tmp_path / name).touch()
    with pytest.raises(InputError, match=r"name a file|allowed: \.jsonl|pipe it in"):
        find_inputs([tmp_path / name])
