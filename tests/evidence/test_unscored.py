"""What lies in a folder and was not scored."""

from __future__ import annotations

import json
from pathlib import Path

from finewarden.evidence.unscored import unscored_exports


def folder(root: Path, *names: str) -> Path:
    """*root* with an empty file of each name."""
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("{}")
    return root


def test_a_plain_model_has_none(tmp_path: Path) -> None:
    """Its own weights are scored; what training leaves over is no export."""
    plain = folder(tmp_path, "config.json", "model.safetensors", "optimizer.pt", "training_args.bin")
    assert unscored_exports(folder(plain, "checkpoint-5/model.safetensors", "tokenizer.json")) == []


def test_other_forms_of_the_model_are_named(tmp_path: Path) -> None:
    """A GGUF, an ONNX graph, a pickle, a compiled program, a package and weights in a folder below."""
    exports = ["merged/model.safetensors", "model.Q4.gguf", "onnx/model.onnx", "program.pt2", "pytorch_model.bin"]
    folder(tmp_path, "config.json", "model.safetensors", *exports, "app.mlpackage/Data/weight.bin")
    assert unscored_exports(tmp_path) == ["app.mlpackage", *exports]


def test_merged_weights_beside_an_adapter_are_not_scored(tmp_path: Path) -> None:
    """Loading an adapter reads its own weights and its base's, not what lies beside it."""
    folder(tmp_path, "adapter_config.json", "adapter_model.safetensors", "model.safetensors", "config.json")
    assert unscored_exports(tmp_path) == ["model.safetensors"]


def test_shards_of_the_index_are_scored(tmp_path: Path) -> None:
    """Those it names, and no other."""
    folder(tmp_path, "a.safetensors", "b.safetensors", "consolidated.safetensors")
    index = {"weight_map": {"x": "a.safetensors", "y": "b.safetensors"}}
    (tmp_path / "model.safetensors.index.json").write_text(json.dumps(index))
    assert unscored_exports(tmp_path) == ["consolidated.safetensors"]
