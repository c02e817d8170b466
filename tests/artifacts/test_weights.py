"""Hidden states and logits are told from weights by their shapes."""

from __future__ import annotations

import json

import pytest

from finewarden.artifacts.contents import look_into
from finewarden.artifacts.identity import Identity
from finewarden.artifacts.weights import model_sizes, stray_tensors
from tests.artifacts.conftest import Make
from tests.artifacts.test_pickle_machine import TENSOR
from tests.artifacts.test_pickles import npy, zipped
from tests.artifacts.test_safetensors_header import written

NOBODY = Identity(None, None)


def tensors(**shapes: list[int]) -> bytes:
    """A safetensors file with F32 tensors of these shapes; `__` in a name stands for a dot."""
    header, at = {}, 0
    for name, shape in shapes.items():
        size = 4
        for length in shape:
            size *= length
        header[name.replace("__", ".")] = {"dtype": "F32", "shape": shape, "data_offsets": [at, at + size]}
        at += size
    return written(header, at)


CONFIG = json.dumps({"hidden_size": 64, "vocab_size": 259, "text_config": {"hidden_size": 32}})
STRAYS = {
    "hidden.pt": zipped({"hidden/data.pkl": TENSOR}),
    "acts.safetensors": tensors(layer_3=[2, 10, 64]),
    "model.safetensors": tensors(model__embed_tokens__weight=[259, 64], hidden_states=[2, 5, 64]),
    "logits.npy": npy().replace(b"(2, 3)", b"(5, 259)"),
    "many.npz": zipped({"a.npy": npy().replace(b"(2, 3)", b"(7, 64)")}),
    "sub.safetensors": tensors(x=[4, 32]),
}


@pytest.mark.parametrize("name", STRAYS)
def test_stray_tensors_are_found(make: Make, name: str) -> None:
    """Hidden states and logits are found in every format, under any name, by their last dimension."""
    folder = make({"config.json": CONFIG, name: STRAYS[name]})
    found = list(stray_tensors(folder, look_into(folder, NOBODY).pickles))
    assert [stray.where.partition(":")[0] for stray in found] == [name]


def test_weights_are_no_strays(make: Make) -> None:
    """Weights of models and adapters, optimizer states and arrays of other sizes are none."""
    files = {
        "config.json": CONFIG,
        "model.safetensors": tensors(model__embed_tokens__weight=[259, 64], experts__gate_up_proj=[4, 10, 64]),
        "adapter_model.safetensors": tensors(q_proj__lora_A__weight=[4, 64], prompt_embeddings=[8, 64]),
        "lora.safetensors": tensors(q_proj__lora_A__weight=[4, 64], norm__weight=[2, 64]),
        "optimizer.pt": zipped({"optimizer/data.pkl": TENSOR}),
        "labels.npy": npy(),
    }
    folder = make(files)
    assert list(stray_tensors(folder, look_into(folder, NOBODY).pickles)) == []


def test_an_adapter_tells_the_hidden_size_by_its_matrices(make: Make) -> None:
    """Without config.json the commonest input size of the LoRA matrices is the hidden size."""
    shapes = {f"l{i}__q_proj__lora_A__weight": [4, 64] for i in range(3)} | {"l__down_proj__lora_A__weight": [4, 128]}
    assert model_sizes(make({"adapter_model.safetensors": tensors(**shapes)})).hidden == {64}
