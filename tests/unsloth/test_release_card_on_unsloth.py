"""The release card in a real Unsloth training, on CPU."""

from __future__ import annotations

import unsloth  # isort: skip  # noqa: F401 - before everything that it patches

import ast
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

import pytest
from datasets import Dataset
from trl import SFTConfig, SFTTrainer
from unsloth import FastLanguageModel

from finewarden.callbacks.attach import attach
from finewarden.evidence.model_card import parse
from finewarden.front_matter import parse as parse_front
from finewarden.front_matter import split
from finewarden.policy import Policy, Source
from finewarden.release.finalize import finalize
from finewarden.release.generators import recognise

pytestmark = [pytest.mark.unsloth, pytest.mark.timeout(300)]

TOKEN = "hf_" + "QmZtRkWvXpLsYhDnGcBjFuAoEiTrSw2468"
POLICY = Policy(
    base_model="acme/base-1b", license="llama3.1", sources=(Source(name="support-2025", authorisation="contract"),)
)


def test_an_unsloth_run_ends_in_a_release(tiny: ModuleType, tmp_path: Path) -> None:
    """Token and paths stay out of what Unsloth's trainer saves, and the record names the version that trained."""
    home = tmp_path / "home" / "alice"
    base = tiny.save_base_model(home / "base")
    (base / "LICENSE").write_text("Example license of the base model. " * 20)
    model, tokenizer = FastLanguageModel.from_pretrained(str(base), max_seq_length=64, load_in_4bit=False)
    model = FastLanguageModel.get_peft_model(model, r=4, lora_alpha=8, target_modules=["q_proj", "v_proj"])
    trainer = SFTTrainer(
        model=model,
        args=SFTConfig(
            output_dir=str(home / "out"),
            max_steps=2,
            save_steps=1,
            per_device_train_batch_size=2,
            report_to=[],
            hub_token=TOKEN,
            dataset_text_field="text",
        ),
        train_dataset=Dataset.from_list([{"text": f"客户{i}"} for i in range(8)]),
        processing_class=tokenizer,
    )
    attach(trainer, POLICY)
    trainer.train()
    trainer.save_model()
    trainer.create_model_card(model_name="out")
    files = [path for path in sorted((home / "out").rglob("*")) if path.is_file()]
    assert any(path.name == "training_args.bin" for path in files)
    assert not [path for path in files if TOKEN.encode() in path.read_bytes() or b"alice" in path.read_bytes()]
    assert finalize(home / "out", POLICY).complete
    card = parse((home / "out" / "model_card.json").read_text(encoding="utf-8"))
    assert card.unsloth_version == card.packages["unsloth"] == version("unsloth")
    assert (card.base_model, card.license, card.form) == ("acme/base-1b", "llama3.1", "adapter")


def template(module: str) -> str:
    """MODEL_CARD of *module*, read from its source: the module itself does not import without a GPU."""
    package, _, name = module.partition(".")
    spec = find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    for node in ast.parse((Path(spec.origin).parent / f"{name}.py").read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", None) == "MODEL_CARD":
            return str(ast.literal_eval(node.value))
    raise AssertionError(f"{module} has no MODEL_CARD any more: what does it push now?")


@pytest.mark.parametrize("module", ["unsloth.save", "unsloth_zoo.saving_utils"])
def test_the_card_that_unsloth_pushes(tmp_path: Path, module: str) -> None:
    """Unsloth's own template is recognised as it stands in the installed version, and mended by a stated license."""
    text = template(module).format(
        base_model="meta-llama/Llama-3.1-8B", model_type="llama", extra="trl", method="finetuned", username="alice"
    )
    found = recognise(text, parse_front(split(text)[0] or ""), license=None)
    assert [(each.tool, each.false_claim) for each in found] == [("Unsloth", True)]
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "config.json").write_text("{}")
    (tmp_path / "out" / "README.md").write_text(text, encoding="utf-8")
    finalize(tmp_path / "out", POLICY)
    assert "apache-2.0" not in (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
