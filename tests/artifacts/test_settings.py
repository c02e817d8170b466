"""Configurations: what they import, name, give out and keep; leftovers, missing parts, stray tensors."""

from __future__ import annotations

import json
from typing import Any

import pytest

from finewarden.artifacts.contents import look_into
from finewarden.artifacts.identity import Identity
from finewarden.artifacts.leftovers import find_leftovers, leftover_kind
from finewarden.artifacts.model_parts import configs_that_fail, missing_shards, what_is_missing
from finewarden.artifacts.named_paths import named_paths
from finewarden.artifacts.output_flags import output_flags, watermark_keys
from finewarden.artifacts.remote_code import code_files, code_references
from finewarden.artifacts.tokenizer_files import odd_tokenizer_values
from finewarden.artifacts.weights import model_sizes, stray_tensors
from tests.artifacts.conftest import Make
from tests.artifacts.test_pickle_machine import TENSOR
from tests.artifacts.test_pickles import npy, zipped
from tests.artifacts.test_safetensors_header import written

NOBODY = Identity(None, None)


@pytest.mark.parametrize(
    ("name", "content", "reference"),
    [
        ("config.json", {"auto_map": {"AutoModel": "modeling_x.Model"}}, ("auto_map", "modeling_x.Model")),
        ("tokenizer_config.json", {"auto_map": {"AutoTokenizer": ["t.Slow", None]}}, ("auto_map", "t.Slow")),
        ("config.json", {"text_config": {"auto_map": {"AutoConfig": "c.C"}}}, ("auto_map", "c.C")),
        ("config.json", {"custom_pipelines": {"x": {"impl": "p.Pipe"}}}, ("custom_pipelines", "p.Pipe")),
        ("generation_config.json", {"custom_generate": "org/repo"}, ("custom_generate", "org/repo")),
        (
            "adapter_config.json",
            {"auto_mapping": {"base_model_class": "M", "parent_library": "evil"}},
            ("auto_mapping.parent_library", "evil"),
        ),
        ("modules.json", [{"type": "evil.Module"}], ("type", "evil.Module")),
    ],
)
def test_code_named_in_a_configuration_is_found(
    make: Make, name: str, content: Any, reference: tuple[str, str]
) -> None:
    """Every key that makes a loader import is found, with what it names."""
    found = list(code_references(make({name: json.dumps(content)})))
    assert [(item.key, item.target) for item in found] == [reference]


def test_configurations_of_libraries_name_no_code(make: Make) -> None:
    """PEFT's note of the base class and sentence-transformers' own modules are no remote code."""
    files = {
        "adapter_config.json": json.dumps(
            {"auto_mapping": {"parent_library": "transformers.models.llama.modeling_llama"}}
        ),
        "modules.json": json.dumps([{"type": "sentence_transformers.models.Pooling"}]),
        "config.json": json.dumps({"auto_map": None}),
    }
    assert list(code_references(make(files))) == []


def test_code_files_are_found_by_name(make: Make) -> None:
    """Source, bytecode and libraries are code; generated code in its own folder is a leftover instead."""
    files = dict.fromkeys(["modeling.py", "a/b.pyc", "lib.so.1", "x.DLL", "run.sh", "config.json", "copy.python"], "")
    files |= {"unsloth_compiled_cache/UnslothSFTTrainer.py": "", "checkpoint-2/zero_to_fp32.py": ""}
    assert [file.rel for file in code_files(make(files))] == ["a/b.pyc", "lib.so.1", "modeling.py", "run.sh", "x.DLL"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ({"vocab_file": ".env"}, "path"),
        ({"vocab_file": "../../etc/passwd"}, "path"),
        ({"tokenizer_file": "/home/anna/tokenizer.json"}, "path"),
        ({"vocab_file": "sub\\x.txt"}, "path"),
        ({"init": {"merges_path": "~/merges.txt"}}, "path"),
        ({"my_api_key": "abc"}, "secret"),
        ({"extra": [{"db_password": "x"}]}, "secret"),
        ({"hub_token": "x"}, "secret"),
        ({"token": "x"}, "secret"),
    ],
)
def test_values_that_no_tokenizer_needs_are_found(make: Make, content: Any, why: str) -> None:
    """A file name that leads out of the folder, and keys that a script passed along, are told apart."""
    assert [value.why for value in odd_tokenizer_values(make({"tokenizer_config.json": json.dumps(content)}))] == [why]


def test_ordinary_tokenizer_values_pass(make: Make) -> None:
    """Bare names, special tokens and ids are what a tokenizer needs."""
    content = {
        "vocab_file": "vocab.json",
        "merges_file": None,
        "eos_token": "</s>",
        "pad_token": "[PAD]",
        "mask_token": "x/y",
        "name_or_path": "org/model",
        "added_tokens_decoder": {"1": {"content": "/home"}},
        "secret": "",
    }
    assert list(odd_tokenizer_values(make({"tokenizer_config.json": json.dumps(content)}))) == []


@pytest.mark.parametrize(
    ("content", "key"),
    [
        ({"output_hidden_states": True}, "output_hidden_states"),
        ({"output_hidden_states": 3}, "output_hidden_states"),
        ({"output_hidden_states": [1, 2]}, "output_hidden_states"),
        ({"text_config": {"output_attentions": True}}, "text_config.output_attentions"),
        ({"output_scores": True}, "output_scores"),
        ({"return_dict_in_generate": True}, "return_dict_in_generate"),
    ],
)
def test_flags_that_are_on_are_found(make: Make, content: Any, key: str) -> None:
    """True, a number and a list of layers are on, in sub-configurations too."""
    assert [flag.key for flag in output_flags(make({"config.json": json.dumps(content)}))] == [key]


def test_flags_that_are_off_pass(make: Make) -> None:
    """False, none and empty lists are off; router logits belong to the training of experts."""
    content = {
        "output_hidden_states": False,
        "output_attentions": None,
        "output_scores": [],
        "output_router_logits": True,
    }
    assert list(output_flags(make({"config.json": json.dumps(content)}))) == []


def test_watermark_keys_are_found(make: Make) -> None:
    """A watermark's keys are found in generation_config.json; a bias alone is none."""
    content = {"watermarking_config": {"bias": 2.5, "hashing_key": 42, "keys": [1, 2]}}
    assert [key.key for key in watermark_keys(make({"generation_config.json": json.dumps(content)}))] == [
        "watermarking_config.hashing_key",
        "watermarking_config.keys",
    ]
    assert list(watermark_keys(make({"generation_config.json": '{"watermarking_config": {"bias": 1}}'}))) == []


@pytest.mark.parametrize(
    ("rel", "kind"),
    [
        ("checkpoint-100/model.safetensors", "checkpoints"),
        ("runs/Nov22_host/events.out.tfevents.1.host.2.0", "tracker logs"),
        ("wandb/run-1/files/config.yaml", "tracker logs"),
        ("mlruns/0/meta.yaml", "tracker logs"),
        ("completions/completions_00001.parquet", "completions"),
        (".ipynb_checkpoints/x.ipynb", "notebooks"),
        ("train.ipynb", "notebooks"),
        ("unsloth_compiled_cache/x.py", "generated code"),
        ("__pycache__/x.pyc", "generated code"),
        ("training_args.bin", "training arguments"),
        ("optimizer.pt", "training state"),
        ("rng_state_0.pth", "training state"),
        ("trainer_state.json", "training state"),
        ("eval_results.json", "metrics"),
        ("generated_predictions.jsonl", "predictions"),
        ("predictions.npy", "predictions"),
        ("ref_log_probs.npy", "log-probabilities"),
        ("cache-0123abcd.arrow", "training data"),
        ("data/train.jsonl", "training data"),
        ("trace.pt.trace.json", "traces"),
        (".git/config", "version control"),
        (".env", "private settings"),
        (".DS_Store", "system files"),
        ("config.json", None),
        ("model-00001-of-00002.safetensors", None),
        ("README.md", None),
        ("tokenizer.model", None),
        ("additional_chat_templates/tool.jinja", None),
        ("model_card.json", None),
        ("LICENSE", None),
    ],
)
def test_leftovers_are_told_by_name(rel: str, kind: str | None) -> None:
    """Each writer's leftovers have a kind; what a release holds has none."""
    assert leftover_kind(rel) == kind


def test_leftovers_are_counted_by_kind(make: Make) -> None:
    """A folder of leftovers is a few lines: kind, count, bytes, the first names."""
    found = list(
        find_leftovers(make({"checkpoint-1/a": "12", "checkpoint-2/b": "3", "training_args.bin": "x", "m": ""}))
    )
    assert [(one.kind, one.count, one.size) for one in found] == [("checkpoints", 2, 3), ("training arguments", 1, 1)]


@pytest.mark.parametrize(
    ("files", "rule"),
    [
        ({}, "empty"),
        ({"README.md": "x"}, "no-model"),
        ({"checkpoint-3/config.json": "{}"}, "no-model"),
        ({"config.json": "{}"}, "no-weights"),
        ({"adapter_config.json": "{}", "model.safetensors": ""}, "no-weights"),
        ({"model.safetensors": ""}, "no-config"),
        ({"config.json": "{}", "model.safetensors": ""}, None),
        ({"adapter_config.json": "{}", "adapter_model.safetensors": ""}, None),
        ({"model-Q4_K_M.gguf": ""}, None),
    ],
)
def test_what_makes_a_folder_no_model_is_told(make: Make, files: dict[str, bytes | str], rule: str | None) -> None:
    """Empty, without a model, without weights, without a configuration: each case by its own name."""
    assert [missing.rule for missing in what_is_missing(make(files))] == ([rule] if rule else [])


def test_broken_configurations_and_missing_shards_are_told(make: Make) -> None:
    """A configuration that is no object and an index that names a file elsewhere are reasons."""
    index = {"weight_map": {"a": "model-1.safetensors", "b": "../x.safetensors", "c": "gone.safetensors"}}
    files = {
        "config.json": "[]",
        "tokenizer_config.json": '{"a": 1, "a": 2}',
        "model.safetensors.index.json": json.dumps(index),
        "model-1.safetensors": "",
    }
    folder = make(files)
    assert [error.rel for error in configs_that_fail(folder)] == ["config.json", "tokenizer_config.json"]
    assert ["../x.safetensors and 1 more" in error.reason for error in missing_shards(folder)] == [True]


@pytest.mark.parametrize(
    "value", ["/opt/models/llama", "./base", "../base", "~/base", "C:\\models\\x", "/home/anna/base"]
)
def test_a_base_model_that_is_a_path_is_found(make: Make, value: str) -> None:
    """A base model named by a path, wherever it leads, helps nobody who has the adapter only."""
    found = named_paths(make({"adapter_config.json": json.dumps({"base_model_name_or_path": value})}))
    assert [(sighting.where, sighting.value) for sighting in found] == [
        ("adapter_config.json:base_model_name_or_path", value)
    ]


def test_a_base_model_by_its_id_passes(make: Make) -> None:
    """A Hub id is no path."""
    assert list(named_paths(make({"adapter_config.json": '{"base_model_name_or_path": "Qwen/Qwen3-8B"}'}))) == []


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
