"""Pickles are found by what they are, whatever the file is called and whatever it is packed in."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import tarfile
import tracemalloc
import zipfile
import zlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finewarden.artifacts import parts
from finewarden.artifacts.contents import Contents, look_into
from finewarden.artifacts.identity import Identity
from finewarden.artifacts.pickles import PICKLE_LIMIT
from tests.artifacts.conftest import Make
from tests.artifacts.test_pickle_machine import ARGUMENTS, MALICIOUS, TENSOR

EVIL = MALICIOUS["GLOBAL"]
NOBODY = Identity(None, None)


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    """A zip archive of *members*."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return stream.getvalue()


def tarred(members: dict[str, bytes]) -> bytes:
    """A tar archive of *members*."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return stream.getvalue()


def npy(objects: bytes | None = None) -> bytes:
    """A numpy array of float32, or of pickled *objects*."""
    descr = "|O" if objects is not None else "<f4"
    header = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': (2, 3), }}".ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode() + (objects or bytes(24))


def found(make: Make, name: str, data: bytes) -> Contents:
    """What a look into a folder with that one file finds."""
    return look_into(make({name: data}), NOBODY)


HIDDEN = {
    "model.safetensors": EVIL,
    "README.md": MALICIOUS["protocol 0"],
    "vocab.txt": MALICIOUS["protocol 0 INST"],
    "a.bin": MALICIOUS["protocol 1 OBJ"],
    "no-proto.dat": MALICIOUS["STACK_GLOBAL"][2:],
    "training_args.bin": zipped({"archive/data.pkl": EVIL, "archive/version": b"3"}),
    "oddly-named.bin": zipped({"archive/config.json": EVIL}),
    "nested.zip": zipped({"a.zip": zipped({"b.npz": zipped({"c.npy": npy(EVIL)})})}),
    "deflated.pt": zipped({"archive/data.pkl": EVIL}, zipfile.ZIP_DEFLATED),
    "two-entries.pt": zipped({"archive/data.pkl": TENSOR, "archive/extra.pkl": EVIL}),
    "legacy.pth": tarred({"pickle": EVIL, "storages": b"x" * 700}),
    "legacy-stream.pt": b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M\xe9\x03.\x80\x02}q\x00." + EVIL,
    "array.npy": npy(EVIL),
    "joblib.z": zlib.compress(EVIL),
    "frame.pkl.gz": gzip.compress(EVIL),
    "two-streams.gz": gzip.compress(EVIL[:9]) + gzip.compress(EVIL[9:]),
    "frame.bz2": bz2.compress(EVIL),
    "frame.xz": lzma.compress(EVIL),
    "polyglot.bin": EVIL + zipped({"archive/data.pkl": TENSOR}),
    "late-zip.txt": b"nothing to see\n" + zipped({"archive/data.pkl": EVIL}),
    "after-data.pkl": b"\x80\x04K\x01." + EVIL,
    # torch.load unpickles one after the other, and none but the first has to begin with PROTO
    "second.bin": b"\x80\x02K\x01." + b"I1001\n0" + MALICIOUS["protocol 0"],
    "third.bin": b"\x80\x02K\x01." + b"I1001\n." + b"N0" + MALICIOUS["protocol 0"],
    "padded.pkl.gz": gzip.compress(b"N0" * 6000 + MALICIOUS["protocol 0"]),
    "padded.joblib": zlib.compress(b"N0" * 6000 + MALICIOUS["protocol 0"]),
}


@pytest.mark.parametrize("name", HIDDEN)
def test_a_hidden_pickle_is_found(make: Make, name: str) -> None:
    """Under any name, in any container and after other data, what would run is found."""
    assert any(pickle.outside for pickle in found(make, name, HIDDEN[name]).pickles)


def test_the_place_names_file_and_member(make: Make) -> None:
    """A finding in a nested archive can be found again by its place."""
    pickles = found(make, "nested.zip", HIDDEN["nested.zip"]).pickles
    assert [pickle.where for pickle in pickles] == ["nested.zip:a.zip!b.npz!c.npy"]


CLEAN = {
    "model.bin": zipped(
        {"archive/data.pkl": TENSOR, "archive/data/0": b"\x80\x02c" + bytes(500), "archive/version": b"3"}
    ),
    "training_args.bin": zipped({"training_args/data.pkl": ARGUMENTS}),
    "array.npy": npy(),
    "arrays.npz": zipped({"a.npy": npy(), "b.npy": npy()}),
    "README.md": "# Model\n\ncollections\nOrderedDict\n",
    "words.txt": "cats\ndogs\n.gitignore\n",
    "lines.txt": "checkpoint\nwandb\n.cache\n(a)\n",
    "config.json": json.dumps({"a": ["b"]}),
    "weights.dat": b"\x80\x02" + bytes(range(256)) * 4,
    "legacy.bin": b"\x80\x02K\x01." * 5 + bytes(range(255, -1, -1)) * 40,
    "legacy-c.bin": b"\x80\x02K\x01." * 5 + b"c\xff\x01\n\x02 \nR" * 40,
    "empty.pkl": b"",
}


@pytest.mark.parametrize("name", CLEAN)
def test_what_only_looks_like_one_is_left_alone(make: Make, name: str) -> None:
    """Trainer's own archives, arrays, texts and tensor data that starts like a pickle are no finding."""
    data = CLEAN[name]
    contents = found(make, name, data.encode() if isinstance(data, str) else data)
    assert [(p.where, p.outside, p.broken) for p in contents.pickles if p.outside or p.broken] == []
    assert contents.troubles == []


@pytest.mark.parametrize(
    "pad", [b"N0" * 500_001, b"T" + (PICKLE_LIMIT + 1).to_bytes(4, "little") + bytes(PICKLE_LIMIT + 1)]
)
@pytest.mark.parametrize("start", [b"\x80\x02", b""], ids=["PROTO", "no PROTO"])
def test_a_later_pickle_too_long_to_follow_is_told(make: Make, start: bytes, pad: bytes) -> None:
    """What is put behind more than the scan can follow does not pass for tensor data."""
    pickles = found(make, "weights.bin", b"\x80\x02K\x01." + start + pad + EVIL).pickles
    assert [pickle.broken is not None for pickle in pickles] == [False, True]


@pytest.mark.parametrize("name", ["data.pkl", "x.bin", "weights.pt"])
def test_a_broken_file_that_is_called_a_pickle_is_told(make: Make, name: str) -> None:
    """A file that loaders would unpickle and that can't be followed is a finding even without an import."""
    assert [pickle.broken is not None for pickle in found(make, name, b"\x80\x02(K\x01").pickles] == [True]


def test_a_pickle_too_large_to_follow_is_told(make: Make) -> None:
    """Beyond the limit a pickle is not called clean."""
    pickles = found(make, "x.pkl", b"\x80\x04" + b"K\x010" * (PICKLE_LIMIT // 3 + 10) + b"N.").pickles
    assert [pickle.broken is not None for pickle in pickles] == [True]


TROUBLE = {
    "bomb.bin": (zipped({"archive/data.pkl": bytes(80 * 2**20)}, zipfile.ZIP_DEFLATED), "bomb"),
    "bomb.gz": (gzip.compress(bytes(80 * 2**20)), "bomb"),
    "short.pt": (zipped({"archive/data.pkl": EVIL})[:-30], "none"),
    "checksum.pt": (zipped({"archive/data.pkl": EVIL}).replace(EVIL, EVIL[:-2] + b"0."), "unpacked"),
    "encrypted.pt": (
        zipped({"archive/data.pkl": EVIL})
        .replace(b"PK\x03\x04\x14\x00\x00\x00", b"PK\x03\x04\x14\x00\x01\x00")
        .replace(b"PK\x01\x02\x14\x03\x14\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01\x00"),
        "unpacked",
    ),
    "deep.zip": (zipped({"a": zipped({"b": zipped({"c": zipped({"d": EVIL})})})}), "nested"),
    "damaged.bz2": (bz2.compress(EVIL * 50)[:20] + b"\xff" * 60, "damaged"),
    "damaged.tar": (tarred({"a": b"x" * 600, "b": EVIL})[:1536] + b"x" * 512, "damaged"),
    "liar.tar": (tarred({"a": b"x" * 600})[:1024], "does not fit"),
    "liar.npy": (b"\x93NUMPY\x01\x00\xff\xff{", "header"),
}


@pytest.mark.parametrize("name", TROUBLE)
def test_what_cannot_be_looked_into_is_told(make: Make, name: str) -> None:
    """A bomb, a damaged or a locked archive is a reason of its own and never a pass."""
    data, reason = TROUBLE[name]
    troubles = found(make, name, data).troubles
    assert troubles
    assert reason in troubles[0].why


def test_a_directory_that_claims_gigabytes_is_not_read(make: Make) -> None:
    """The size of a zip directory is a claim: it is not allocated."""
    archive = zipped({"a": b"x"})
    lie = archive[:-10] + (2**31).to_bytes(4, "little") + archive[-6:]
    with_room = make({"a.zip": lie}).root / "a.zip"
    with with_room.open("r+b") as file:
        file.truncate(3 * 2**31)
        file.seek(0)
        file.write(archive[:40])
        file.seek(-len(lie), io.SEEK_END)
        file.write(lie)
    folder = make({})
    tracemalloc.start()
    contents = look_into(folder, NOBODY)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [trouble.where for trouble in contents.troubles] == ["a.zip"]
    assert peak < 200 * 2**20


def test_what_unpacks_beyond_the_budget_is_told(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many members, none of them large, may together be a bomb: what is unpacked of one file is counted."""
    monkeypatch.setattr(parts, "MAX_UNPACKED", 2000)
    members = {f"{i}.txt": bytes(range(33, 123)) * 10 for i in range(5)}
    troubles = found(make, "many.zip", zipped(members, zipfile.ZIP_DEFLATED)).troubles
    assert troubles
    assert all("bomb" in trouble.why for trouble in troubles)
    assert found(make, "many.zip", zipped(members)).troubles == []


_SMALL = [data for data in (*HIDDEN.values(), *(data for data, _ in TROUBLE.values())) if len(data) < 5000]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(_SMALL), st.data())
def test_damaged_containers_can_be_looked_into(make: Make, data: bytes, draw: st.DataObject) -> None:
    """Containers with bytes changed, added or cut out bring findings or reasons, and nothing else."""
    for _ in range(draw.draw(st.integers(1, 4))):
        at = draw.draw(st.integers(0, len(data)))
        data = data[:at] + draw.draw(st.binary(max_size=4)) + data[at + draw.draw(st.integers(0, 4)) :]
    found(make, "x.bin", data)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from([b"", b"PK\x03\x04", b"\x1f\x8b\x08", b"\x93NUMPY\x01\x00", b"\x80\x04", b"BZh9"]), st.binary())
def test_any_file_can_be_looked_into(make: Make, start: bytes, rest: bytes) -> None:
    """No bytes behind any format's first ones make the look fail."""
    found(make, "x", start + rest)
