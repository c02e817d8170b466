"""Tensor values are read by their bits: NaN, infinity and zero, in every float format."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy
import pytest
from safetensors.numpy import save_file

from finewarden.artifacts.folder import Folder
from finewarden.artifacts.tensor_values import TensorValues, tensor_values
from finewarden.artifacts.unreadable import UnreadableFile
from finewarden.evidence.weight_marks import SAMPLE, weight_mark


def values(folder: Path) -> dict[str, tuple[bool, bool]]:
    """Finite and zero, by tensor."""
    opened = Folder.open(folder)
    found: list[TensorValues] = list(tensor_values(opened, opened.files[0]))
    return {tensor.name: (tensor.finite, tensor.zero) for tensor in found}


def raw(folder: Path, tensors: dict[str, tuple[str, bytes, int]]) -> None:
    """A file of flat tensors: dtype, bytes, number of elements."""
    header: dict[str, Any] = {}
    body = b""
    for name, (dtype, data, count) in tensors.items():
        header[name] = {"dtype": dtype, "shape": [count], "data_offsets": [len(body), len(body) + len(data)]}
        body += data
    text = json.dumps(header).encode()
    (folder / "m.safetensors").write_bytes(len(text).to_bytes(8, "little") + text + body)


@pytest.mark.parametrize("kind", [numpy.float16, numpy.float32, numpy.float64])
def test_as_numpy_says(tmp_path: Path, kind: type[numpy.floating[Any]]) -> None:
    """For numpy's own formats: what numpy calls finite and zero, subnormal and negative zero too."""
    tiny = numpy.finfo(kind).smallest_subnormal
    cases = {"ones": 1.0, "zero": 0.0, "minus": -0.0, "nan": numpy.nan, "inf": -numpy.inf, "tiny": tiny}
    tensors = {name: numpy.array([0, 0, value, 0], dtype=kind) for name, value in cases.items()}
    tensors["largest"] = numpy.array([numpy.finfo(kind).max], dtype=kind)
    save_file(tensors, tmp_path / "m.safetensors")
    assert values(tmp_path) == {
        name: (bool(numpy.isfinite(tensor).all()), not tensor.any()) for name, tensor in tensors.items()
    }


def test_formats_that_numpy_lacks(tmp_path: Path) -> None:
    """bfloat16 and the 8-bit floats by their published bit patterns; integers are always finite."""
    bits = {
        "bf16 one": ("BF16", b"\x80\x3f", (True, False)),
        "bf16 nan": ("BF16", b"\xc0\x7f", (False, False)),
        "bf16 inf": ("BF16", b"\x80\xff", (False, False)),
        "bf16 minus zero": ("BF16", b"\x00\x80", (True, True)),
        "e5m2 inf": ("F8_E5M2", b"\x7c", (False, False)),
        "e5m2 max": ("F8_E5M2", b"\x7b", (True, False)),
        "e4m3 nan": ("F8_E4M3", b"\xff", (False, False)),
        "e4m3 max": ("F8_E4M3", b"\x7e", (True, False)),
        "fnuz nan": ("F8_E4M3FNUZ", b"\x80", (False, False)),
        "fnuz max": ("F8_E4M3FNUZ", b"\x7f", (True, False)),
        "int": ("U8", b"\xff", (True, False)),
        "int zero": ("I64", bytes(8), (True, True)),
    }
    raw(tmp_path, {name: (dtype, data, 1) for name, (dtype, data, _) in bits.items()})
    assert values(tmp_path) == {name: expected for name, (_, _, expected) in bits.items()}


def test_beyond_one_piece(tmp_path: Path) -> None:
    """A NaN is found wherever it stands, the last number behind the first piece too; progress is told every byte."""
    tensor = numpy.zeros(3 * 2**20, dtype=numpy.float16)
    tensor[-1] = numpy.nan
    save_file({"big": tensor, "after": numpy.zeros(3, dtype=numpy.float32)}, tmp_path / "m.safetensors")
    opened, told = Folder.open(tmp_path), []
    found = {t.name: (t.finite, t.zero) for t in tensor_values(opened, opened.files[0], progress=told.append)}
    assert found == {"big": (False, False), "after": (True, True)}
    assert sum(told) == tensor.nbytes + 12


def mark(folder: Path) -> dict[str, str | None]:
    """The mark of each tensor."""
    opened = Folder.open(folder)
    return {tensor.name: tensor.mark for tensor in tensor_values(opened, opened.files[0])}


def test_marks(tmp_path: Path) -> None:
    """A mark is that of the same numbers in float32, whatever format keeps them, and of the first ones only."""
    numbers = numpy.linspace(-3, 3, 6_000, dtype=numpy.float32).astype(numpy.float16).reshape(60, 100)
    expected = weight_mark((60, 100), numbers.reshape(-1)[:SAMPLE].astype(numpy.float32))
    kinds = {"f2": numpy.float16, "f4": numpy.float32, "f8": numpy.float64}
    other = numbers.astype(numpy.float32)
    other[59, 99], other[0] = 7, other[0] * 1.02
    tail = numbers.copy()
    tail[59, 99] = 7
    tensors = {name: numbers.astype(kind) for name, kind in kinds.items()} | {"tail": tail, "other": other}
    save_file(tensors | {"none": numpy.zeros((0, 3), dtype=numpy.float32)}, tmp_path / "m.safetensors")
    found = mark(tmp_path)
    assert {found[name] for name in (*kinds, "tail")} == {expected}
    assert found["other"] != expected
    assert found["none"] == weight_mark((0, 3), numpy.zeros(0, dtype=numpy.float32))


@pytest.mark.training
def test_marks_of_formats_that_numpy_lacks(tmp_path: Path) -> None:
    """bfloat16 and the 8-bit floats have the mark of the float32 numbers that torch makes of them; integers none."""
    import torch

    kinds = {
        "BF16": torch.bfloat16,
        "F8_E5M2": torch.float8_e5m2,
        "F8_E4M3": torch.float8_e4m3fn,
        "F8_E5M2FNUZ": torch.float8_e5m2fnuz,
        "F8_E4M3FNUZ": torch.float8_e4m3fnuz,
    }
    made, wanted = {}, {}
    for name, kind in kinds.items():
        codes = torch.arange(2**16 if name == "BF16" else 256).to(torch.int32)
        bits = codes.to(torch.uint16).view(kind) if name == "BF16" else codes.to(torch.uint8).view(kind)
        finite = bits[torch.isfinite(bits.float())][:SAMPLE]
        whole = finite.view(torch.uint8).numpy().tobytes()
        made[name], wanted[name] = (name, whole, len(finite)), weight_mark((len(finite),), finite.float().numpy())
    raw(tmp_path, made | {"int": ("I8", b"abc", 3)})
    assert mark(tmp_path) == wanted | {"int": None}


def test_lies(tmp_path: Path) -> None:
    """A file whose header lies is refused, not read."""
    raw(tmp_path, {"a": ("F32", bytes(8), 2)})
    path = tmp_path / "m.safetensors"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(UnreadableFile):
        values(tmp_path)
