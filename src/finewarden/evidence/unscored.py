"""Weights that lie in a model folder and that measuring it does not read: nothing measured speaks for them."""

from __future__ import annotations

import json
import re
from pathlib import Path

from finewarden.leftovers import leftover_kind

__all__ = ["unscored_exports"]

_WEIGHTS = re.compile(
    r"\.(?:safetensors|gguf|ggml|onnx|onnx_data|bin|pt|pt2|pth|pte|ptl|ckpt|h5|keras|msgpack|npz|tflite|litertlm|task"
    r"|mlmodel|mlpackage|engine|plan|mnn|rkllm|llamafile)$",
    re.IGNORECASE,
)
_INDEX_LIMIT = 64 * 2**20


def unscored_exports(model_dir: Path) -> list[str]:
    """Names, relative to *model_dir*, of each export that the scores are not of, sorted: a GGUF, an ONNX graph, a
    pickle, weights in a folder below, merged weights beside an adapter, or an adapter's beside whole weights.

    What training leaves over (optimizer state, checkpoints) is no export and is told elsewhere. Links are not followed.
    """
    scored = _scored(model_dir)
    found = []
    for path in model_dir.rglob("*"):
        name = path.relative_to(model_dir).as_posix()
        if _WEIGHTS.search(name) and name not in scored and leftover_kind(name) is None:
            found.append(name)
    # A package that is a folder is named once.
    return sorted(name for name in found if not any(name.startswith(f"{other}/") for other in found))


def _scored(model_dir: Path) -> frozenset[str]:
    """The weights that loading *model_dir* reads: the adapter's, or one file, or the shards of its index."""
    if (model_dir / "adapter_config.json").is_file():
        return frozenset({"adapter_model.safetensors"})
    # In transformers' own order: the single file goes before the index.
    if (model_dir / "model.safetensors").is_file():
        return frozenset({"model.safetensors"})
    index = model_dir / "model.safetensors.index.json"
    try:
        if index.stat().st_size > _INDEX_LIMIT:
            return frozenset()
        table = json.loads(index.read_text(encoding="utf-8"))["weight_map"]
        return frozenset(str(name) for name in table.values())
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return frozenset()
