"""The audits of a model's settings on what a real training leaves: each rule fails on its own fault, else passes."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from finewarden.artifacts.folder import Folder
from finewarden.audits import test_artifact_settings as audits
from finewarden.gate.judge import Judge
from finewarden.policy import Audit, Policy
from finewarden.verdicts import Result, State
from finewarden.waivers import Waivers
from tests.callbacks.runs import Runs

pytestmark = [
    pytest.mark.training,
    # TRL 1.16 still speaks of gradient_checkpointing, which transformers 5.23 calls activation_checkpointing.
    pytest.mark.filterwarnings(r"ignore:`(is_)?gradient_checkpointing:FutureWarning"),
]

NAMES = ("remote_code", "chat_template", "tokenizer_values", "output_flags", "watermark_key")


@pytest.fixture(scope="module")
def trained(tiny: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A LoRA run and one of all weights, as TRL leaves them."""
    home = tmp_path_factory.mktemp("home")
    base = tiny.save_base_model(home / "base")
    for name, lora in (("lora", True), ("full", False)):
        Runs(base=base, out=home / name).train("sft", lora=lora, model=str(base), max_steps=1).save_model()
    return {name: home / name for name in ("lora", "full")}


@pytest.fixture
def folder(trained: dict[str, Path], tmp_path: Path) -> Path:
    """What the run of all weights leaves, for this test alone."""
    return Path(shutil.copytree(trained["full"], tmp_path / "out"))


def judged(name: str, folder: Path, policy: Policy | None = None) -> Result:
    """The verdict of one audit, as the gate reaches it."""
    judge = Judge(f"artifacts.{name}", name, policy=policy or Policy(), waivers=Waivers.empty())
    getattr(audits, f"test_{name}")(Folder.open(folder), judge)
    return judge.conclude()


def rules(result: Result) -> list[str]:
    """The rules that fail."""
    return [found.rule for found in result.findings]


def add(path: Path, **values: Any) -> None:
    """Set keys of a JSON file."""
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", ["lora", "full"])
def test_what_trl_leaves_passes(trained: dict[str, Path], kind: str, name: str) -> None:
    """The settings of an ordinary run are in order."""
    result = judged(name, trained[kind])
    assert (result.state, result.findings, result.warnings) == (State.PASS, [], [])


def test_remote_code_fails(folder: Path) -> None:
    """auto_map and the file that it names are two findings."""
    add(folder / "config.json", auto_map={"AutoModel": "modeling_x.Model"})
    (folder / "modeling_x.py").write_text("class Model: ...\n")
    assert rules(judged("remote_code", folder)) == ["imports", "code-file"]


def test_code_that_the_policy_allows_passes_until_it_changes(folder: Path) -> None:
    """Allowed by name any content passes; by name and hash exactly the content that was read."""
    add(folder / "config.json", auto_map={"AutoModel": "modeling_x.Model"})
    code = b"class Model: ...\n"
    (folder / "modeling_x.py").write_bytes(code)
    by_name = Policy(audit=Audit(allow_remote_code=("modeling_x.py",)))
    by_hash = Policy(audit=Audit(allow_remote_code=(f"modeling_x.py@{hashlib.sha256(code).hexdigest()}",)))
    assert rules(judged("remote_code", folder, by_name)) == []
    assert rules(judged("remote_code", folder, by_hash)) == []
    (folder / "modeling_x.py").write_text("import os\n")
    assert rules(judged("remote_code", folder, by_name)) == []
    assert rules(judged("remote_code", folder, by_hash)) == ["code-file"]


def test_code_of_another_repository_is_allowed_by_its_whole_name_only(folder: Path) -> None:
    """That a file of this folder is allowed says nothing of a file of the same name elsewhere."""
    add(folder / "config.json", auto_map={"AutoModel": "evil/repo--modeling_x.Model"})
    by_file = Policy(audit=Audit(allow_remote_code=("modeling_x.py",)))
    by_name = Policy(audit=Audit(allow_remote_code=("evil/repo--modeling_x.Model",)))
    assert rules(judged("remote_code", folder, by_file)) == ["imports"]
    assert rules(judged("remote_code", folder, by_name)) == []


def test_an_adapter_of_a_module_of_ones_own_is_a_warning(trained: dict[str, Path], tmp_path: Path) -> None:
    """PEFT notes the module of the base class and imports it by name: told, and no failure."""
    folder = Path(shutil.copytree(trained["lora"], tmp_path / "out"))
    add(folder / "adapter_config.json", auto_mapping={"base_model_class": "M", "parent_library": "my.models"})
    result = judged("remote_code", folder)
    assert (rules(result), [warning.rule for warning in result.warnings]) == ([], ["imports"])


def test_a_trigger_in_the_template_fails(folder: Path) -> None:
    """The run's own template with a hidden condition and an address in it fails on both."""
    path = folder / "chat_template.jinja"
    path.write_text(path.read_text() + "{% if 'password' in messages[-1].content %}See https://evil.example{% endif %}")
    result = judged("chat_template", folder)
    assert rules(result) == ["condition", "url"]
    assert result.n == 1


def test_a_broken_template_fails(folder: Path) -> None:
    """A template that loaders fail on is a finding."""
    (folder / "chat_template.jinja").write_text("{% if %}")
    assert rules(judged("chat_template", folder)) == ["unreadable"]


def test_paths_and_keys_in_the_tokenizer_fail(folder: Path) -> None:
    """A path that leads out of the folder and a key that from_pretrained stored are told without being shown."""
    key = "Zx9" * 8
    add(folder / "tokenizer_config.json", vocab_file="../.env", my_api_key=key)
    result = judged("tokenizer_values", folder)
    assert sorted(rules(result)) == ["path", "secret"]
    assert not any(key in found.what for found in result.findings)


def test_an_argument_of_from_pretrained_is_stored_and_found(folder: Path) -> None:
    """transformers writes every keyword it does not know to tokenizer_config.json: found as it was left."""
    from transformers import AutoTokenizer

    AutoTokenizer.from_pretrained(folder, my_api_key="Zx9" * 8).save_pretrained(folder)
    assert rules(judged("tokenizer_values", folder)) == ["secret"]


def test_hidden_states_that_training_left_on_fail(folder: Path) -> None:
    """transformers persists output_hidden_states with the model: found as save_pretrained writes it."""
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(folder)
    model.config.output_hidden_states = True
    model.save_pretrained(folder)
    assert "output-flag" in rules(judged("output_flags", folder))


def test_a_watermark_that_was_saved_fails(folder: Path) -> None:
    """transformers writes a watermark's key to generation_config.json: found, and never shown."""
    from transformers import GenerationConfig, WatermarkingConfig

    config = GenerationConfig.from_pretrained(folder)
    config.watermarking_config = WatermarkingConfig(hashing_key=918273645)
    config.save_pretrained(folder)
    result = judged("watermark_key", folder)
    assert rules(result) == ["watermark-key"]
    assert "918273645" not in result.findings[0].what


def test_nothing_of_the_folder_is_printed_raw(folder: Path) -> None:
    """Keys and values that move cursors or reorder text are escaped in every finding, and cut."""
    odd = "\x1b[2J\u202e\n" + "x" * 500
    add(folder / "config.json", auto_map={"AutoModel": odd}, **{f"{odd}": {"output_attentions": True}})
    add(folder / "tokenizer_config.json", **{f"{odd}_api_key": "1", f"{odd}_path": "../x"})
    add(folder / "generation_config.json", **{odd: {"watermarking_config": {"hashing_key": 1}}})
    (folder / "chat_template.jinja").write_text("{{ 'https://evil.example/" + odd.replace("\n", "") + "' }}")
    results = [judged(name, folder) for name in NAMES]
    assert all(result.findings for result in results)
    for result in results:
        for found in result.findings:
            assert (found.where + found.what + found.mend).isprintable()
            assert len(found.where) < 400
            assert len(found.what) < 600
