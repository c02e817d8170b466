"""Code that comes with a model is found where loaders look for it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from finewarden.artifacts.remote_code import code_files, code_references
from tests.artifacts.conftest import Make


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
