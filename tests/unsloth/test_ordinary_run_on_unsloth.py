"""A bare audit of what an ordinary Unsloth script leaves: few findings, each of which its owner would agree with."""

from __future__ import annotations

import unsloth  # isort: skip  # noqa: F401 - before everything that it patches

import json
from types import ModuleType

import pytest
from datasets import Dataset
from trl import SFTConfig, SFTTrainer
from unsloth import FastLanguageModel

pytestmark = [pytest.mark.unsloth, pytest.mark.timeout(300)]

EXPECTED = {
    "artifacts.local_paths",  # the base is named by the folder it was loaded from
    "release.front_matter",
    "release.generator_defaults",  # `licence: license`
    "release.license_file",
    "release.model_card",
    "release.statement",
}


def test_few_and_true_findings(tiny: ModuleType, pytester: pytest.Pytester) -> None:
    """The bare audit fails on what is missing or false, warns once of leftovers, and no more."""
    base = tiny.save_base_model(pytester.path / "home" / "lin" / "base")
    model, tokenizer = FastLanguageModel.from_pretrained(str(base), max_seq_length=64, load_in_4bit=False)
    model = FastLanguageModel.get_peft_model(model, r=4, lora_alpha=8, target_modules=["q_proj", "v_proj"])
    trainer = SFTTrainer(
        model=model,
        processing_class=tokenizer,
        train_dataset=Dataset.from_list([{"text": f"客户{i}"} for i in range(8)]),
        args=SFTConfig(
            output_dir=str(pytester.path / "out"),
            max_steps=2,
            per_device_train_batch_size=2,
            report_to=[],
            dataset_text_field="text",
        ),
    )
    trainer.train()
    trainer.save_model()
    pytester.runpytest_subprocess("--model-dir=out", "--audit-report=report.json")
    audits = json.loads((pytester.path / "report.json").read_text())["audits"]

    assert {audit["audit"] for audit in audits if audit["state"] == "fail"} == EXPECTED
    assert sum(len(audit["findings"]) for audit in audits) <= 6
    assert [len(audit["warnings"]) for audit in audits if audit["audit"] == "artifacts.leftovers"] == [1]
