"""A safetensors header is believed only where it agrees with the file."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finewarden.artifacts.folder import Folder
from finewarden.artifacts.safetensors_header import (
    MAX_HEADER,
    SafetensorsHeader,
    TensorInfo,
    parse_safetensors_header,
    read_safetensors_header,
)
from finewarden.artifacts.unreadable import UnreadableFile
from tests.artifacts.conftest import Make

GOOD: dict[str, Any] = {
    "__metadata__": {"format": "pt"},
    "a.weight": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]},
    "b": {"dtype": "F4", "shape": [4], "data_offsets": [24, 26]},
    "empty": {"dtype": "BF16", "shape": [0, 5], "data_offsets": [26, 26]},
}


def written(header: Any, body: int = 26, *, length: int | None = None) -> bytes:
    """A file with that header and as many bytes of tensors."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return (len(text) if length is None else length).to_bytes(8, "little") + text + bytes(body)


def parse(data: bytes) -> SafetensorsHeader:
    """The header of *data*."""
    return parse_safetensors_header("m.safetensors", len(data), lambda count: data[:count])


def test_a_sound_header_is_read(make: Make) -> None:
    """Names, types, shapes and metadata come out as they stand; packed and empty tensors too."""
    folder: Folder = make({"m.safetensors": written(GOOD)})
    header = read_safetensors_header(folder, folder.files[0])
    assert header.metadata == {"format": "pt"}
    assert header.tensors == (
        TensorInfo("a.weight", "F32", (2, 3)),
        TensorInfo("b", "F4", (4,)),
        TensorInfo("empty", "BF16", (0, 5)),
    )


def changed(**entry: Any) -> dict[str, Any]:
    """The good header with something else said of the first tensor."""
    return GOOD | {"a.weight": GOOD["a.weight"] | entry}


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "cut short"),
        (b"\x10\x00\x00", "cut short"),
        (written(GOOD)[:-1], "cut short"),
        (written(GOOD)[:40], "cut short"),
        (written(GOOD, 27), "bytes after its last tensor"),
        (written(GOOD, length=2**40), "cut short"),
        ((MAX_HEADER + 1).to_bytes(8, "little") + b"{" + bytes(MAX_HEADER + 1), "claims a header"),
        (written(b"[1, 2]"), "not JSON"),
        (written(b'{"a": '), "not JSON"),
        (written(b'{"\xff": 1}'), "not UTF-8"),
        (written(b'{"a": {}, "a": {}}'), "twice"),
        (written(b'{"a":' * 200 + b"1" + b"}" * 200), "too deep"),
        (written(changed(shape=[2, 4])), "lies about tensor"),
        (written(changed(dtype="F33")), "lies about tensor"),
        (written(changed(shape=[-2, -3])), "lies about tensor"),
        (written(changed(shape=[True, 6])), "lies about tensor"),
        (written(changed(shape=[2.0, 3])), "lies about tensor"),
        (written(changed(data_offsets=[0])), "lies about tensor"),
        (written(changed(data_offsets=[24, 0])), "lies about tensor"),
        (written(changed(more=1)), "lies about tensor"),
        (written({"a": 3}), "lies about tensor"),
        (written({"a": {"dtype": "U8", "shape": [2**62, 8], "data_offsets": [0, 26]}}), "lies about tensor"),
        (written(GOOD | {"c": GOOD["a.weight"]}), "overlaps"),
        (written(changed(shape=[1, 3], data_offsets=[0, 12])), "belong to no tensor"),
        (written(GOOD | {"__metadata__": {"a": 1}}), "metadata"),
        (written(GOOD | {"__metadata__": []}), "metadata"),
    ],
)
def test_a_header_that_lies_is_refused(data: bytes, reason: str) -> None:
    """Cut short, oversized, ambiguous, overlapping or with holes: each is refused by its reason."""
    with pytest.raises(UnreadableFile, match=reason):
        parse(data)


@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_damaged_headers_are_refused_or_read(draw: st.DataObject) -> None:
    """Any damage brings a reason, or a header that still agrees with the file."""
    data = written(GOOD)
    at = draw.draw(st.integers(0, len(data)))
    data = data[:at] + draw.draw(st.binary(max_size=8)) + data[at + draw.draw(st.integers(0, 8)) :]
    try:
        header = parse(data)
    except UnreadableFile:
        return
    assert all(isinstance(length, int) and length >= 0 for tensor in header.tensors for length in tensor.shape)


@settings(max_examples=500, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_refused_or_read(data: bytes) -> None:
    """No bytes bring anything but a header or a reason."""
    try:
        parse(data)
    except UnreadableFile as error:
        assert str(error).startswith("m.safetensors ")
