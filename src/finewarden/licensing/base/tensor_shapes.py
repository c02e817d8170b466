"""The dimensions of a model as its tensors have them: whole weights, or the matrices of an adapter. Headers alone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from finewarden.artifacts.folder import File, Folder
from finewarden.artifacts.safetensors_header import TensorInfo, read_safetensors_header
from finewarden.artifacts.unreadable import UnreadableFile
from finewarden.licensing.base.dimensions import Dimensions

__all__ = ["adapter_dimensions", "weight_dimensions"]

# A sharded file of this size in all: what is beyond is not read, and then the number of layers is not known.
_HEADERS = 4 * 2**20
_WEIGHTS = re.compile(r"(?:model|consolidated)(?:[.\-]\d[\w.\-]*)?\.safetensors")
_ADAPTER = "adapter_model.safetensors"
_PLAIN = frozenset({"F16", "BF16", "F32", "F64", "F8_E4M3", "F8_E5M2"})  # packed weights have other shapes
_LAYER = re.compile(r"(?:^|\.)(?:layers|h|blocks|layer)\.(\d{1,5})\.")
_OTHER = re.compile(r"vision|visual|audio|image|patch|siglip|whisper|encoder\.|shared_expert|draft|mtp")
_PREDICTS = re.compile(r"\.(?:eh_proj|enorm|shared_head)\b")  # DeepSeek's layer that guesses one token further
_LORA = re.compile(r"\.(?P<module>\w+)\.lora_(?P<side>[AB])(?:\.\w+)?\.weight$")
_EMBEDDING = re.compile(r"(?:^|\.)(?:embed_tokens|tok_embeddings|word_embeddings|wte|embedding|embed)\.weight$")
_NORM = re.compile(r"(?:^|\.)(?:norm|final_layernorm|ln_f)\.weight$")

_QUERY = frozenset({"q_proj", "wq"})
_KEY = frozenset({"k_proj", "v_proj", "wk", "wv"})
_FUSED = frozenset({"qkv_proj", "query_key_value", "W_pack", "Wqkv", "wqkv", "c_attn"})
_LATENT = frozenset({"kv_a_proj_with_mqa"})
_UP = frozenset({"gate_proj", "up_proj", "w1", "w3", "fc1"})
_DOWN = frozenset({"down_proj", "w2", "dense_4h_to_h", "fc2"})
_OUT = {
    **dict.fromkeys(_QUERY, "query"),
    **dict.fromkeys(_KEY, "key"),
    **dict.fromkeys(_FUSED, "fused"),
    **dict.fromkeys(_LATENT, "latent"),
    **dict.fromkeys(_UP, "intermediate"),
}
_IN = {
    **dict.fromkeys(_QUERY | _KEY | _FUSED | _LATENT | _UP | {"q_a_proj"}, "hidden"),
    **dict.fromkeys(_DOWN, "intermediate"),
}
_QWEN_1 = re.compile(r"^transformer\.h\.\d+\.mlp\.w1\.weight$")  # whose configuration counts both halves of its gate


def weight_dimensions(folder: Folder) -> Dimensions | None:
    """Those of `model*.safetensors` at the top of *folder*; None when there are none to be read."""
    files = [file for file in folder.files if _WEIGHTS.fullmatch(file.rel)]
    tensors, whole = _headers(folder, files)
    if not tensors:
        return None
    count = _Count()
    gated_twice = False
    for tensor in tensors:
        if tensor.dtype not in _PLAIN or _OTHER.search(tensor.name):
            continue
        if len(tensor.shape) == 1 and _NORM.search(tensor.name):
            count.add("norm", tensor.shape[0])
        elif len(tensor.shape) == 2:
            if _EMBEDDING.search(tensor.name):
                count.add("vocab", tensor.shape[0])
                count.add("hidden", tensor.shape[1])
            elif _LAYER.search(tensor.name):
                gated_twice = gated_twice or _QWEN_1.match(tensor.name) is not None
                count.linear(tensor.name, tensor.name.split(".")[-2], *tensor.shape)
    made = count.dimensions(layers=_depth(tensors) if whole else None)
    if made.hidden is None:
        return None
    if gated_twice and made.intermediate is not None:
        return replace(made, intermediate=2 * made.intermediate)
    return made


def adapter_dimensions(folder: Folder, config: Any) -> Dimensions | None:
    """Those that the LoRA matrices of *folder* fit; *config* is its `adapter_config.json`."""
    file = folder.get(_ADAPTER)
    if file is None:
        return None
    tensors, whole = _headers(folder, [file])
    count = _Count()
    for tensor in tensors:
        if tensor.dtype not in _PLAIN or _OTHER.search(tensor.name):
            continue
        found = _LORA.search(tensor.name)
        if found is not None and len(tensor.shape) == 2:
            out, into = (tensor.shape[0], None) if found["side"] == "B" else (None, tensor.shape[1])
            count.linear(tensor.name, found["module"], out, into)
        elif len(tensor.shape) == 2 and _EMBEDDING.search(tensor.name):  # trained in full beside the adapter
            count.add("vocab", tensor.shape[0])
    some = isinstance(config, dict) and (config.get("layers_to_transform") or config.get("layer_replication"))
    made = count.dimensions(layers=_depth(tensors) if whole and not some else None)
    return made if made.hidden is not None else None


class _Count:
    """How often each size was met for each dimension: the commonest counts, a few layers may differ."""

    def __init__(self) -> None:
        self.seen: dict[str, Counter[int]] = {}

    def add(self, dimension: str, size: int) -> None:
        self.seen.setdefault(dimension, Counter())[size] += 1

    def linear(self, name: str, module: str, out: int | None, into: int | None) -> None:
        expert = ".experts." in name
        for sizes, size in ((_OUT, out), (_IN, into)):
            dimension = sizes.get(module)
            if dimension is None and module == "c_proj" and ".mlp." in name and sizes is _IN:
                dimension = "intermediate"
            if dimension is not None and size is not None and size > 1:
                self.add("moe" if expert and dimension == "intermediate" else dimension, size)

    def dimensions(self, *, layers: int | None) -> Dimensions:
        most = {name: found.most_common(1)[0][0] for name, found in self.seen.items()}
        return Dimensions(
            hidden=most.get("hidden", most.get("norm")),
            layers=layers,
            query=None if "latent" in most else most.get("query"),
            key=most.get("key"),
            fused=most.get("fused"),
            latent=most.get("latent"),
            intermediate=most.get("intermediate"),
            moe=most.get("moe"),
            vocab=most.get("vocab"),
        )


def _headers(folder: Folder, files: Iterable[File]) -> tuple[list[TensorInfo], bool]:
    """The tensors of *files*, and whether these are all."""
    found: list[TensorInfo] = []
    left = _HEADERS
    for file in files:
        try:
            left -= int.from_bytes(folder.head(file.rel, 8), "little")
            if left < 0:
                return found, False
            found += read_safetensors_header(folder, file).tensors
        except UnreadableFile:  # told by the artifact audits
            return found, False
    return found, True


def _depth(tensors: Iterable[TensorInfo]) -> int | None:
    layers: set[int] = set()
    beyond: set[int] = set()
    for name, layer in _layers(tensors):
        layers.add(layer)
        if _PREDICTS.search(name):
            beyond.add(layer)
    left = layers - beyond
    return max(left) + 1 if left else None


def _layers(tensors: Iterable[TensorInfo]) -> Iterator[tuple[str, int]]:
    for tensor in tensors:
        if not _OTHER.search(tensor.name) and (found := _LAYER.search(tensor.name)):
            yield tensor.name, int(found[1])
