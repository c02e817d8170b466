"""The door to a model folder follows, opens and writes nothing that it was not asked to, and reads within bounds."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest

from finewarden.artifacts.folder import Folder, UnreadableFile
from tests.artifacts.conftest import Make

posix = pytest.mark.skipif(os.name != "posix", reason="links, pipes and permissions as POSIX has them")


def kinds(folder: Folder) -> dict[str, str]:
    """Name and kind of each hazard."""
    return {hazard.rel: hazard.kind for hazard in folder.hazards}


def test_files_are_regular_sorted_and_relative(make: Make) -> None:
    """Files of all levels stand in one order, by posix path, with their size."""
    folder = make({"b.txt": "two", "a/c.txt": "x", "a.txt": ""})
    assert [(file.rel, file.size) for file in folder.files] == [("a.txt", 0), ("a/c.txt", 1), ("b.txt", 3)]
    assert folder.hazards == ()
    assert folder.get("a/c.txt") is folder.files[1]
    assert folder.get("nothing") is None
    assert folder.files[1].name == "c.txt"


@pytest.mark.parametrize("name", ["missing", "file"])
def test_what_is_no_folder_is_refused(tmp_path: Path, name: str) -> None:
    """A missing path or a file is no folder, and the error says so."""
    (tmp_path / "file").write_text("x")
    with pytest.raises(UnreadableFile, match="name the"):
        Folder.open(tmp_path / name)


@posix
def test_links_are_never_followed(make: Make, tmp_path: Path) -> None:
    """Links out, to nothing, to a file and to a folder are told apart, and none of them is a file."""
    (tmp_path / "outside.txt").write_text("private")
    out = make({"config.json": "{}", "real/x": "x"}).root
    (out / "leak").symlink_to(tmp_path / "outside.txt")
    (out / "up").symlink_to("../")
    (out / "gone").symlink_to("nothing")
    (out / "again.json").symlink_to("config.json")
    (out / "folder").symlink_to("real")
    (out / "self").symlink_to("self")
    folder = Folder.open(out)
    assert [file.rel for file in folder.files] == ["config.json", "real/x"]
    assert kinds(folder) == {
        "leak": "link-out",
        "up": "link-out",
        "gone": "link-broken",
        "self": "link-broken",
        "again.json": "link-file",
        "folder": "link-folder",
    }


@posix
def test_the_folder_itself_may_be_a_link(make: Make, tmp_path: Path) -> None:
    """`latest -> run-7` names a folder as good as any."""
    make({"config.json": "{}"})
    (tmp_path / "latest").symlink_to("out")
    assert [file.rel for file in Folder.open(tmp_path / "latest").files] == ["config.json"]


@posix
def test_pipes_and_sockets_are_not_opened(make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pipe without a writer would hang the one who opens it; a socket is no file."""
    out = make({"config.json": "{}"}).root
    os.mkfifo(out / "pipe")
    monkeypatch.chdir(out)  # a socket's path may not be long
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket")
        folder = Folder.open(out)
    assert kinds(folder) == {"pipe": "special", "socket": "special"}
    assert [file.rel for file in folder.files] == ["config.json"]


@posix
def test_odd_names_are_escaped_and_still_read(make: Make) -> None:
    """A name with a line break or a direction override is reported, printable, and its content is still looked at."""
    folder = make({"a\nb.txt": "one", "x\u202egpj.exe": "two"})
    assert set(kinds(folder).values()) == {"odd-name"}
    assert [file.rel for file in folder.files] == ["a\\nb.txt", "x\\u202egpj.exe"]
    assert folder.read("a\\nb.txt") == b"one"


def test_a_sparse_file_is_told_and_costs_nothing(make: Make) -> None:
    """10 GB that are not there are reported, and asking for them takes no memory."""
    out = make({"config.json": "{}"}).root
    with (out / "model.bin").open("wb") as file:
        file.truncate(10 * 2**30)
    tracemalloc.start()
    folder = Folder.open(out)
    with pytest.raises(UnreadableFile, match="too large"):
        folder.read("model.bin")
    assert folder.head("model.bin", 16) == bytes(16)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kinds(folder) == {"model.bin": "sparse"}
    assert peak < 4 * 2**20


def test_too_many_entries_end_the_walk(make: Make) -> None:
    """A folder of endless entries is left after a set number."""
    out = make({f"{i}.txt": "" for i in range(20)}).root
    folder = Folder.open(out, max_files=10)
    assert len(folder.files) == 10
    assert "too-many" in kinds(folder).values()


def test_deep_trees_end_the_walk(make: Make) -> None:
    """Folders nested beyond the limit are not entered."""
    out = make({"/".join(["d"] * 40) + "/x.txt": "x"}).root
    folder = Folder.open(out)
    assert folder.files == ()
    assert set(kinds(folder).values()) == {"too-deep"}


@posix
def test_unreadable_files_and_folders_are_told(make: Make) -> None:
    """What this user may not read is reported, not passed over; asked as an ordinary user."""
    out = make({"locked.txt": "x", "closed/y.txt": "y"}).root
    (out / "locked.txt").chmod(0)
    (out / "closed").chmod(0)
    script = (
        "import os\n"
        "from finewarden.artifacts.folder import Folder, UnreadableFile\n"
        "from pathlib import Path\n"
        "os.setuid(65534) if os.getuid() == 0 else None\n"
        f"folder = Folder.open(Path({str(out)!r}))\n"
        "print(sorted((h.kind, h.rel) for h in folder.hazards))\n"
        "try: folder.read('locked.txt')\n"
        "except UnreadableFile as error: print(error)\n"
    )
    for parent in (out, *out.parents):
        if parent.stat().st_uid == os.getuid() and parent != Path("/"):
            parent.chmod(parent.stat().st_mode | 0o055)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    (out / "closed").chmod(0o755)
    listed, reason = done.stdout.strip().split("\n")
    assert listed == "[('unreadable', 'closed'), ('unreadable', 'locked.txt')]"
    assert "permission" in reason


@posix
def test_a_file_swapped_after_the_walk_is_refused(make: Make, tmp_path: Path) -> None:
    """Between walk and opening nothing can be put in a file's place: no link, no pipe, no other file."""
    (tmp_path / "outside").write_text("private")
    out = make({"a": "1", "b": "2", "c": "3"}).root
    folder = Folder.open(out)
    for name in "abc":
        (out / name).unlink()
    (out / "a").symlink_to(tmp_path / "outside")
    os.mkfifo(out / "b")
    (out / "c").write_text("another")
    for name in "abc":
        with pytest.raises(UnreadableFile):
            folder.read(name)


def test_reading_is_bounded(make: Make) -> None:
    """A file larger than the limit is refused by its size, and a head takes no more than was asked for."""
    folder = make({"a.txt": "x" * 100})
    assert folder.read("a.txt", limit=100) == b"x" * 100
    with pytest.raises(UnreadableFile, match="at most 99"):
        folder.read("a.txt", limit=99)
    assert folder.head("a.txt", 7) == b"x" * 7


def test_text_names_the_byte_that_is_none(make: Make) -> None:
    """A file that is not UTF-8 is refused with the place."""
    folder = make({"README.md": b"caf\xe9"})
    with pytest.raises(UnreadableFile, match="byte 3"):
        folder.text("README.md")


def test_json_is_read_strictly(make: Make) -> None:
    """A configuration with a duplicate key is refused by its name."""
    folder = make({"config.json": '{"a": 1, "a": 2}', "good.json": '{"a": [1]}'})
    assert folder.json("good.json") == {"a": [1]}
    with pytest.raises(UnreadableFile, match=r"config\.json holds the key 'a' twice"):
        folder.json("config.json")


def test_a_file_that_is_not_there_says_so(make: Make) -> None:
    """Asking for a name that the walk did not see opens nothing, not even outside the folder."""
    with pytest.raises(UnreadableFile, match="not in the folder"):
        make({"a": ""}).read("../../etc/passwd")
