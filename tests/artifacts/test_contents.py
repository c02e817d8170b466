"""One pass finds secrets, paths and names in every kind of file, and says what it could not search."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from finewarden.artifacts import contents as room
from finewarden.artifacts import texts
from finewarden.artifacts.contents import Contents, look_into
from finewarden.artifacts.identity import Identity
from tests.artifacts.conftest import Make
from tests.artifacts.test_pickle_machine import ARGUMENTS
from tests.artifacts.test_pickles import npy, tarred, zipped
from tests.artifacts.test_safetensors_header import GOOD, written

NOBODY = Identity(None, None)
TOKEN = "hf_" + "aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dE3fG5"
HOME = "/home/anna/base"
# A pickle of torch.save's protocol with the token as a text constant.
_PICKLED = ARGUMENTS.replace(b"X\x03\x00\x00\x00out", b"X" + len(TOKEN).to_bytes(4, "little") + TOKEN.encode())

PLACES = {
    "README.md": f"Hello\n{TOKEN}\n".encode(),
    "training_args.bin": zipped({"archive/data.pkl": _PICKLED}),
    "archive.zip": zipped({"notes/x.txt": TOKEN.encode()}),
    "old.tar": tarred({"x.txt": TOKEN.encode()}),
    "model.safetensors": written(GOOD | {"__metadata__": {"note": TOKEN}}),
    "tensor-name.safetensors": written({TOKEN: {"dtype": "U8", "shape": [1], "data_offsets": [0, 1]}}, 1),
    "events.out.tfevents.1.host.2.0": b"\x18\x00\x00\x00\x00\x00\x00\x00\xa3brain\x12\x05" + TOKEN.encode() + b"\x00",
    "notebook.ipynb": json.dumps({"cells": [{"source": [f"login('{TOKEN}')"]}]}).encode(),
    "data.csv": f"a,b\n1,{TOKEN}\n".encode(),
    "utf16.txt": f"token {TOKEN}".encode("utf-16"),
    "utf16-unmarked.txt": f"token {TOKEN} ".encode("utf-16-le"),
    "utf16-unmarked-be.txt": f"token {TOKEN} ".encode("utf-16-be"),
    "utf32.txt": f"token {TOKEN} ".encode("utf-32-le"),
    "not-utf16.txt": b"\xff\xfe " + TOKEN.encode(),
    "escaped.json": b'{"a": "\\u0068' + TOKEN[1:].encode() + b'"}',
    "escaped-before.json": b'{"url": "https://a.example/?b=c\\u0026' + TOKEN.encode() + b'"}',
    "not.rar": b"Rar! " + TOKEN.encode(),
    "behind-pickle.bin": b"\x80\x02N. " + TOKEN.encode(),
    "latin.txt": b"caf\xe9 " + TOKEN.encode(),
    "model.gguf": b"GGUF\x03\x00\x00\x00" + bytes(16) + TOKEN.encode() + bytes(50),
    "objects.npy": npy(_PICKLED),
    "tokenizer.json": json.dumps({"added_tokens": [{"content": TOKEN}]}).encode(),
    "half.pkl": b"\x80\x02X" + (len(TOKEN)).to_bytes(4, "little") + TOKEN.encode() + b"(",
}


def look(make: Make, files: dict[str, bytes]) -> Contents:
    """What a look into these files finds, by nobody."""
    return look_into(make(files), NOBODY)


@pytest.mark.parametrize("name", PLACES)
def test_a_token_is_found_in_every_kind_of_file(make: Make, name: str) -> None:
    """Text, archive members, pickle constants, metadata, logs, notebooks, other encodings: all are searched."""
    secrets = look(make, {name: PLACES[name]}).secrets
    assert [sighting.value for sighting in secrets] == [TOKEN]
    assert secrets[0].rel == name
    assert secrets[0].where.startswith(name)


@pytest.mark.parametrize(
    "files", [{f"a/{TOKEN}.txt": b"x"}, {f"{TOKEN}/x.txt": b"x"}, {"a.zip": zipped({TOKEN: b"x"})}]
)
def test_a_token_in_a_name_is_found(make: Make, files: dict[str, bytes]) -> None:
    """The name of a file, a folder or a member is published like what is in it."""
    assert {sighting.value for sighting in look(make, files).secrets} == {TOKEN}


def test_text_files_name_the_line(make: Make) -> None:
    """In a text the place is the line."""
    assert look(make, {"README.md": PLACES["README.md"]}).secrets[0].where == "README.md:2"


def test_a_vocabulary_is_nobodys_path(make: Make) -> None:
    """A merge of a vocabulary that looks like a path is none; the same text in a configuration is."""
    found = look(
        make, {"tokenizer.json": b'{"vocab": {"/home/anna/base": 1}}', "config.json": b'{"a": "/home/anna/base"}'}
    )
    assert [sighting.rel for sighting in found.paths] == ["config.json"]


def test_tensor_data_is_not_searched(make: Make) -> None:
    """Storages of a torch archive are gigabytes that no loader interprets: only their count is taken."""
    member = TOKEN.encode()
    assert look(make, {"a.pt": zipped({"a/data.pkl": ARGUMENTS, "a/data/0": member})}).secrets == []
    assert look(make, {"b.zip": zipped({"a/data/0": member})}).secrets != []


def test_names_of_person_and_machine_are_found(make: Make) -> None:
    """The auditor's host anywhere, the account where it can only be one; a word of the same spelling is not."""
    text = "trained on gpu-node-17 by grace@lab; user: grace\nthe grace of a model, huggingface.co/grace/model"
    found = look_into(make({"README.md": text}), Identity("grace", "gpu-node-17"))
    assert [(sighting.kind, sighting.value) for sighting in found.names] == [
        ("host name", "gpu-node-17"),
        ("user name", "grace"),
        ("user name", "grace"),
    ]


def test_the_same_text_is_searched_once(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Checkpoints repeat the tokenizer; a repeated text is found everywhere and searched once."""
    calls = []
    search = room.find_secrets
    monkeypatch.setattr(room, "find_secrets", lambda text: calls.append(len(text)) or search(text))
    big = json.dumps({"vocab": ["x" * 50] * 6000, "token": TOKEN}).encode()
    found = look(make, {f"checkpoint-{i}/tokenizer.json": big for i in range(4)})
    assert len(found.secrets) == 4
    assert len([size for size in calls if size >= len(big)]) == 1


def test_what_is_not_searched_is_said(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """A format that can't be unpacked, or a text beyond the limit, is named and not called clean."""
    monkeypatch.setattr(texts, "TEXT_LIMIT", 1000)
    monkeypatch.setattr(texts, "BINARY_LIMIT", 500)
    files = {
        "a.zst": b"\x28\xb5\x2f\xfd" + bytes(20),
        "b.7z": b"7z\xbc\xaf\x27\x1c" + bytes(20),
        "long.txt": b"x" * 1001,
    }
    assert [part.where for part in look(make, files).unscanned] == ["a.zst", "b.7z", "long.txt"]


def test_a_flood_is_bounded(make: Make) -> None:
    """A file of thousands of paths is told in a bounded number of places."""
    found = look(make, {"log.txt": b"\n".join(f"/home/anna/{i}".encode() for i in range(5000))})
    assert len(found.paths) == 200


@pytest.mark.training
def test_parquet_is_searched_in_a_child_process(make: Make, tmp_path: Path) -> None:
    """Strings of parquet columns, nested ones too, are searched; a damaged file is said not to be."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = {"prompt": [[{"role": "user", "content": f"my key is {TOKEN}"}]] * 3, "step": [1, 2, 3]}
    pq.write_table(pa.table(rows), tmp_path / "x.parquet", compression="zstd")
    good = (tmp_path / "x.parquet").read_bytes()
    found = look(make, {"a.parquet": good, "b.parquet": good[:4] + bytes(200), "c.parquet": good})
    assert [sighting.where for sighting in found.secrets] == ["a.parquet"] * 3 + ["c.parquet"] * 3
    assert [part.where for part in found.unscanned] == ["b.parquet"]


def test_parquet_without_pyarrow_is_said(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where pyarrow is missing the file is named as not searched, with what to install."""
    monkeypatch.setattr(room, "can_read_parquet", lambda: False)
    found = look(make, {"a.parquet": b"PAR1" + bytes(20)})
    assert ["pip install pyarrow" in part.why for part in found.unscanned] == [True]
