"""Shapes of the model, and tensors in the folder that are none of its weights: hidden states and logits left behind."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from finewarden.artifacts.folder import File, Folder
from finewarden.artifacts.names import printable
from finewarden.artifacts.npy_header import NPY_MAGIC, read_npy_header
from finewarden.artifacts.parts import Part, Trouble, parts_of
from finewarden.artifacts.pickles import Pickle
from finewarden.artifacts.safetensors_header import read_safetensors_header
from finewarden.artifacts.unreadable import UnreadableFile

__all__ = ["Sizes", "StrayTensor", "model_sizes", "stray_tensors"]

_HIDDEN_KEYS = ("hidden_size", "n_embd", "d_model", "dim")
_PARTS_OF_CONFIG = ("text_config", "llm_config", "language_config", "vision_config", "audio_config")
# Files that savers of whole models and of adapters write.
_WEIGHT_FILES = re.compile(
    r"(?:^|/)(?:(?:model|adapter_model|pytorch_model|tf_model|consolidated|embeddings?|new_embeddings|mtp|value_head"
    r"|diffusion_pytorch_model)(?:[.\-_][\w.\-]*)?)\.(?:safetensors|bin|pt|pth)$"
)
# Training state: leftovers, judged as such.
_STATE_FILES = re.compile(
    r"(?:^|/)(?:optimizer|scheduler|scaler|rng_state[\w\-]*|random_states[\w\-]*|training_args|[\w\-]*optim_states)\.\w+$"
)
_WEIGHT_NAMES = re.compile(
    r"(?:^|[._])(?:weight|bias|scale|scales|zeros|qweight|qzeros|g_idx|lora_[ABa-z]\w*|lora_magnitude_vector|embedding"
    r"|embeddings|prompt_embeddings|inv_freq|norm|proj|gate|kernel|gamma|beta|sinks|blocks|A_log|D|dt_bias|token"
    r"|vera_lambda_[bd]|ia3_l|ln_\w+|position_ids|absmax|quant_map)(?:$|\.|_|\d)"
)
_ACTIVATIONS = re.compile(
    r"(?i)(?:\w+_)?(?:last_)?(?:hidden_?states?|logits|activations?|attentions|past_key_values|log_?probs?|logps"
    r"|encoder_outputs?|decoder_outputs?|labels|input_ids|inputs?_embeds)[\d_]*"
)


@dataclass(frozen=True, slots=True)
class Sizes:
    """Hidden sizes and vocabulary sizes of the model and its parts, as far as the folder tells them."""

    hidden: frozenset[int]
    vocabulary: frozenset[int]


@dataclass(frozen=True, slots=True)
class StrayTensor:
    """A tensor whose last dimension is a hidden or the vocabulary size, and that no saver of weights writes."""

    where: str
    name: str
    shape: tuple[int, ...]
    like: str


def model_sizes(folder: Folder) -> Sizes:
    """From `config.json`; of an adapter alone, from the input sizes of its LoRA matrices (the commonest is hidden)."""
    hidden: set[int] = set()
    vocabulary: set[int] = set()
    if folder.get("config.json") is not None:
        try:
            config = folder.json("config.json")
        except UnreadableFile:  # said by the audit that checks readability
            config = None
        for part in _config_parts(config):
            hidden.update(_size_values(part, _HIDDEN_KEYS))
            vocabulary.update(_size_values(part, ("vocab_size",)))
    adapter = folder.get("adapter_model.safetensors")
    if not hidden and adapter is not None:
        try:
            tensors = read_safetensors_header(folder, adapter).tensors
        except UnreadableFile:
            tensors = ()
        inputs = Counter(t.shape[-1] for t in tensors if ".lora_A." in t.name and len(t.shape) == 2)
        hidden.update(size for size, _ in inputs.most_common(1))
    return Sizes(frozenset(hidden), frozenset(vocabulary))


def stray_tensors(folder: Folder, pickles: list[Pickle]) -> Iterator[StrayTensor]:
    """Look at headers alone: safetensors, npy and npz, and the shapes that the *pickles* of torch files name."""
    sizes = model_sizes(folder)
    for file in folder.files:
        if _STATE_FILES.search(file.rel):
            continue
        try:
            for where, name, shape in _tensors(folder, file):
                yield from _judge(sizes, file.rel, where, name, shape)
        except UnreadableFile:
            continue
    for found in pickles:
        rel = found.where.partition(":")[0]
        if not _STATE_FILES.search(rel):
            for name, shape in found.tensors:
                yield from _judge(sizes, rel, found.where, name, shape)


def _judge(sizes: Sizes, rel: str, where: str, name: str, shape: tuple[int, ...]) -> Iterator[StrayTensor]:
    if len(shape) < 2:
        return
    like = "hidden" if shape[-1] in sizes.hidden else "vocabulary" if shape[-1] in sizes.vocabulary else None
    if like is None:
        return
    activation = _ACTIVATIONS.fullmatch(name.rpartition(".")[2]) is not None
    if activation or not (_WEIGHT_FILES.search(rel) or _WEIGHT_NAMES.search(name)):
        yield StrayTensor(where, printable(name), shape, like)


def _tensors(folder: Folder, file: File) -> Iterator[tuple[str, str, tuple[int, ...]]]:
    if file.rel.endswith(".safetensors"):
        for tensor in read_safetensors_header(folder, file).tensors:
            yield file.rel, tensor.name, tensor.shape
    elif file.rel.endswith((".npy", ".npz")) or folder.head(file.rel, 6) == NPY_MAGIC:
        for part in parts_of(folder, file):
            if isinstance(part, Part) and part.head(6) == NPY_MAGIC:
                yield part.where, part.name.removesuffix(".npy"), read_npy_header(part).shape
            elif isinstance(part, Trouble):
                return


def _config_parts(config: Any) -> Iterator[dict[str, Any]]:
    if isinstance(config, dict):
        yield config
        for key in _PARTS_OF_CONFIG:
            if isinstance(config.get(key), dict):
                yield config[key]


def _size_values(part: dict[str, Any], keys: tuple[str, ...]) -> Iterator[int]:
    for key in keys:
        value = part.get(key)
        if type(value) is int and value > 1:
            yield value
