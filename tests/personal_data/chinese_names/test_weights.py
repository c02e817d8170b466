"""The weights' files: read as Paddle wrote them, and no other file taken for one."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

from finewarden.personal_data.chinese_names import weights
from finewarden.personal_data.chinese_names.weights import FILES, WeightsFolder, find_weights, read_tensor, read_weights
from finewarden.personal_data.finding import Missing


def _tensor(description: bytes, numbers: bytes, levels: bytes = struct.pack("<Q", 0), version: int = 0) -> bytes:
    return struct.pack("<I", version) + levels + struct.pack("<Ii", 0, len(description)) + description + numbers


_SIX = np.arange(6, dtype="<f4").tobytes()


def test_a_tensor_is_read_with_its_shape() -> None:
    """Data type 5 and dimensions one by one: two rows of three numbers."""
    read = read_tensor(_tensor(b"\x08\x05\x10\x02\x10\x03", _SIX))
    assert read.dtype == np.float32
    assert read.tolist() == [[0, 1, 2], [3, 4, 5]]


def test_packed_dimensions_and_levels_are_read() -> None:
    """Dimensions in one field, one of two bytes, behind a level of detail that is passed over."""
    levels = struct.pack("<QQ", 1, 16) + bytes(16)
    numbers = np.arange(300, dtype="<f4").tobytes()
    read = read_tensor(_tensor(b"\x08\x05\x12\x03\x01\xac\x02", numbers, levels))
    assert read.shape == (1, 300)
    assert read[0, 299] == 299


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00" * 11,
        _tensor(b"\x08\x05\x10\x02\x10\x03", _SIX[:-4]),
        _tensor(b"\x08\x05\x10\x02\x10\x03", _SIX + b"\x00"),
        _tensor(b"\x08\x06\x10\x06", _SIX),
        _tensor(b"\x08\x05\x18\x06", _SIX),
        _tensor(b"\x08\x05\x10", _SIX),
        _tensor(b"\x08\x05\x10\x06", _SIX, version=1),
        _tensor(b"\x08\x05\x10\x06", _SIX, levels=struct.pack("<QQ", 1, 1 << 60)),
    ],
    ids=["empty", "short", "cut", "too long", "doubles", "unknown field", "cut field", "version", "endless level"],
)
def test_anything_else_is_refused(content: bytes) -> None:
    """What is no float32 tensor, whole and nothing more, raises ValueError and no other error."""
    with pytest.raises(ValueError, match="no serialized Paddle tensor of float32"):
        read_tensor(content)


def test_a_changed_file_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file with another content is named, with the package to install; the right one is read."""
    monkeypatch.setattr(weights, "FILES", {"tag.dic": FILES["tag.dic"]})
    tags = [f"{number}\t{tag}" for number, tag in enumerate(_TAGS)]
    (tmp_path / "tag.dic").write_bytes(("\n".join(tags) + "\n").encode())
    found = read_weights(tmp_path)
    assert isinstance(found, WeightsFolder)
    assert found.numbered("tag.dic")["PER-I"] == 49
    (tmp_path / "tag.dic").write_bytes("\n".join(tags[::-1]).encode())
    missing = read_weights(tmp_path)
    assert isinstance(missing, Missing)
    assert "tag.dic is not the one of jieba 0.42.1" in missing.what
    assert "jieba==0.42.1" in missing.mend


def test_an_absent_file_is_missing(tmp_path: Path) -> None:
    """A package without the weights is reported, not raised."""
    missing = read_weights(tmp_path)
    assert isinstance(missing, Missing)
    assert "word.dic could not be read" in missing.what


def test_no_package_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without jieba, what is not seen and how to mend it is said."""
    monkeypatch.setattr(weights, "find_spec", lambda name: None)
    missing = find_weights()
    assert isinstance(missing, Missing)
    assert missing.mend == "pip install jieba==0.42.1"
    assert "Chinese" in missing.unseen


_KINDS = "a ad an c d f m n nr ns nt nw nz p q r s t u v vd vn w xc PER LOC ORG TIME".split()  # noqa: SIM905  # LAC's
_TAGS = [*(f"{kind}-{place}" for kind in _KINDS for place in "BI"), "O"]
