"""The LAC weights as files of the `jieba` package: found without importing it, verified, and read as arrays.

LAC (Jiao, Sun, Sun: Chinese Lexical Analysis with Deep Bi-GRU-CRF Network, arXiv:1807.01882) was published by Baidu
under Apache-2.0; `jieba` 0.42.1 carries a small one (`jieba/lac_small`) whose own loader needs a Paddle of 2020. The
files are plain: Paddle's serialized tensors (paddle/fluid/framework/lod_tensor.cc), read here byte by byte.
"""

from __future__ import annotations

import hashlib
import struct
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from finewarden.personal_data.finding import Missing

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["FILES", "WeightsFolder", "find_weights", "read_tensor", "read_weights"]

# SHA-256 of every file that is read, as in jieba 0.42.1. Another file is another model: nothing is measured for it.
FILES = {
    "word.dic": "0d21d1e11490c1f74b3dbb5d291213593dcf443dad742027551972f7ef0d9f25",
    "tag.dic": "ae35d28de6256118b80174526f03de95d3227f3219b4170e1dc8aa010908ea4a",
    "model_baseline/crfw": "1883c72d43449227dc301a56fd9d22dedcb3536ce5032700d5ea23be4f56587b",
    "model_baseline/fc_0.b_0": "815e0a25669ea66f6cf58a719fbe09eeb8007ad5cdc7c28b73fdf5640aea475e",
    "model_baseline/fc_0.w_0": "f07f01d3ff0a5e9b93b623a28fda050e16010640a5516cd83b0501add0b7b435",
    "model_baseline/fc_1.b_0": "c3f42160370292134e7ddb21dadb30b9320b324204e1038a437ea51b05d53312",
    "model_baseline/fc_1.w_0": "147454ee4c8e960e168347dd76bdc08c9bb865896c4bfbbb5a9d090693852f3a",
    "model_baseline/fc_2.b_0": "f83b10a5e1b53deef130c68df5d385ed0412351012af5415ee8cb4b055041696",
    "model_baseline/fc_2.w_0": "514f9904cda432864b5f1faa257be1f1d24c205e29eb97e968dd38b425297f1d",
    "model_baseline/fc_3.b_0": "9d7e41b09e929f3817148687fd03d17c239887bff18a5599b87cbd2b4290af8c",
    "model_baseline/fc_3.w_0": "a8fb02bf59bd971abc47872c11482fbee242343639a6bddd6e559c3c9c009492",
    "model_baseline/fc_4.b_0": "899a1aba22b4cb1f23cf703d0061c024a661ff33523bf4bb1cb3cafcf8444ecb",
    "model_baseline/fc_4.w_0": "9a5666f104851dddb51bedf267d7b829e71f26a257be4f67cdc08c7d861e3c30",
    "model_baseline/gru_0.b_0": "3940a09d14029870b442c55841cd2f4d4ea4ac7142221ebb50eeaea78aaae839",
    "model_baseline/gru_0.w_0": "b9822a37d80c79f77f28a7395e3d04f00c9834a9b21d37f535a38c4a5fd7b720",
    "model_baseline/gru_1.b_0": "ed17bdf16b928323d23b7652fca9003362908909360a874cc3cbe6f2a68eae12",
    "model_baseline/gru_1.w_0": "1d2e72eefdea8649929a9b625716643e18cad11530b270af412ea237e6778351",
    "model_baseline/gru_2.b_0": "cda019c833a1abf4986dec6dfa04e4115acdbf589c4ad5151277c4958338712e",
    "model_baseline/gru_2.w_0": "f38ae5d2a94eee65c41232ba834ad0b7ab63de739664c01a33dcec608932f664",
    "model_baseline/gru_3.b_0": "5dee386ee162fc417024886ac83d4d4659baa08bc75a3acb0940c4310c7cb5da",
    "model_baseline/gru_3.w_0": "91f837f6deaa75ba877f048bedd987198a1f635c061b85c39cd773ea6e69136b",
    "model_baseline/word_emb": "3b65cdc2d4ebd78f03bbfe8747162c1e63f5b1c821d08f0ec695248c40f8be38",
}
_UNSEEN = "names of people, places and organisations in Chinese text"
_FLOAT32 = 5  # VarType.FP32 of paddle/fluid/framework/framework.proto


class WeightsFolder:
    """The verified content of every file of `FILES`, held until it is read once."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self._files = files

    def tensor(self, name: str) -> NDArray[np.float32]:
        """The tensor of one weight file, for instance ``fc_0.w_0``."""
        return read_tensor(self._files[f"model_baseline/{name}"])

    def numbered(self, name: str) -> dict[str, int]:
        """The entries of a dictionary file (lines of number, tab, entry) with their numbers."""
        pairs = (line.split("\t") for line in self._files[name].decode("utf-8").split("\n"))
        return {pair[1]: int(pair[0]) for pair in pairs if len(pair) == 2}


def find_weights() -> WeightsFolder | Missing:
    """The weights of the installed `jieba`; what is missing where there is none, or a file of it is another."""
    spec = find_spec("jieba")
    if spec is None or not spec.submodule_search_locations:
        return Missing("the Chinese model (LAC, carried by the package jieba)", _UNSEEN, "pip install jieba==0.42.1")
    return read_weights(Path(next(iter(spec.submodule_search_locations))) / "lac_small")


def read_weights(folder: Path) -> WeightsFolder | Missing:
    """The weights in *folder*, each file against its hash; the first that differs or can't be read is Missing."""
    files: dict[str, bytes] = {}
    for name, digest in FILES.items():
        try:
            content = (folder / name).read_bytes()
        except OSError:
            content = b""
        if hashlib.sha256(content).hexdigest() != digest:
            wrong = "is not the one of jieba 0.42.1" if content else "could not be read"
            what = f"the Chinese model (LAC, carried by the package jieba): jieba/lac_small/{name} {wrong}"
            return Missing(what, _UNSEEN, "pip install --force-reinstall jieba==0.42.1")
        files[name] = content
    return WeightsFolder(files)


def read_tensor(content: bytes) -> NDArray[np.float32]:
    """A serialized Paddle `LoDTensor` of float32. Raises ValueError for anything else, or where bytes are missing.

    Layout, little-endian: u32 version 0; u64 levels, each u64 size and as many bytes; u32 version 0; i32 size of a
    protobuf `TensorDesc` (1: data type, 2: dimensions, packed or not); the numbers in row-major order.
    """
    try:
        return _tensor(content)
    except (struct.error, IndexError, ValueError) as error:
        raise ValueError(f"no serialized Paddle tensor of float32: {error}") from None


def _tensor(content: bytes) -> NDArray[np.float32]:
    import numpy as np

    (version, levels), at = struct.unpack_from("<IQ", content), 12
    for _ in range(levels):
        at += 8 + int(struct.unpack_from("<Q", content, at)[0])
    (inner, size), at = struct.unpack_from("<Ii", content, at), at + 8
    if version or inner or size < 0:
        raise ValueError(f"version {version}.{inner}, description of {size} bytes")
    kind, shape = _description(content[at : at + size])
    if kind != _FLOAT32:
        raise ValueError(f"data type {kind}, not float32")
    return np.frombuffer(content, "<f4", offset=at + size).reshape(shape).astype(np.float32)


def _description(proto: bytes) -> tuple[int, list[int]]:
    kind, shape, at = -1, [], 0
    while at < len(proto):
        tag, at = _varint(proto, at)
        value, at = _varint(proto, at)
        if tag == 0x08:
            kind = value
        elif tag == 0x10:
            shape.append(value)
        elif tag == 0x12:
            end = at + value
            while at < end:
                value, at = _varint(proto, at)
                shape.append(value)
        else:
            raise ValueError(f"tag {tag:#x} in the description")
    return kind, shape


def _varint(proto: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = proto[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at
