"""Canaries in real Unsloth trainings, on CPU: proven where they are trained on, refused where they are masked."""

from __future__ import annotations

import unsloth  # noqa: F401  # isort: skip - before everything that it patches

from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from datasets import Dataset
from trl import SFTConfig, SFTTrainer
from unsloth import FastLanguageModel
from unsloth.chat_templates import train_on_responses_only

from finewarden.callbacks import CanaryCallback, GuardRefusal, plant_canaries
from finewarden.evidence.directory import RUN_LOG, evidence_dir
from finewarden.evidence.run_log import read

pytestmark = [pytest.mark.unsloth, pytest.mark.timeout(300)]

CHATS = [
    {
        "messages": [
            {"role": "user", "content": f"订单{i}什么时候到？"},
            {"role": "assistant", "content": f"订单{i}预计{i % 9 + 1}天内送达。"},
        ]
    }
    for i in range(30)
]
TEXTS = [{"text": row["messages"][1]["content"]} for row in CHATS]


@pytest.fixture(scope="module")
def base_model(tiny: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a tiny base model."""
    folder: Path = tiny.save_base_model(tmp_path_factory.mktemp("models") / "base")
    return folder


def trainer(base: Path, out: Path, rows: list[dict[str, Any]], every: int | None = None, **settings: Any) -> Any:
    """An Unsloth LoRA training on *rows* with canaries in them, and their book."""
    model, tokenizer = FastLanguageModel.from_pretrained(str(base), max_seq_length=256, load_in_4bit=False)
    model = FastLanguageModel.get_peft_model(
        model, r=4, lora_alpha=8, target_modules=["q_proj", "v_proj"], use_gradient_checkpointing="unsloth"
    )
    families = settings.pop("families", None)
    data, book = plant_canaries(
        Dataset.from_list(rows), tokenizer=tokenizer, evidence_dir=evidence_dir(out), count=14, seed=2,
        families=families, stress={2: 1}, references=9,
    )  # fmt: skip
    if "messages" in rows[0] and settings.pop("as_text", True):
        data = Dataset.from_list(
            [{"text": tokenizer.apply_chat_template(row["messages"], tokenize=False)} for row in data]
        )
    made = SFTTrainer(
        model=model,
        args=SFTConfig(
            output_dir=str(out),
            max_steps=2,
            per_device_train_batch_size=2,
            save_strategy="no",
            report_to=[],
            disable_tqdm=True,
            dataset_text_field="text",
            **settings,
        ),
        train_dataset=data,
        processing_class=tokenizer,
        callbacks=[CanaryCallback(book, every=every, sample=6)],
    )
    return made, book


def events(out: Path) -> list[str]:
    """What the callback wrote down."""
    return [each.event for each in read(evidence_dir(out) / RUN_LOG) if each.guard == "CanaryCallback"]


def test_text_is_proven_and_watched(base_model: Path, tmp_path: Path) -> None:
    """The proof holds on what Unsloth makes of the data, and its patched forward can be scored."""
    made, book = trainer(base_model, tmp_path / "out", TEXTS, every=1)
    made.train()
    assert events(tmp_path / "out") == ["proven", "canary-auc", "canary-auc", "trained"]
    assert book.inserted


def test_responses_alone_are_proven(base_model: Path, tmp_path: Path) -> None:
    """`train_on_responses_only` with the template's own marks leaves every secret of an answer in the loss, and none
    of a question.
    """
    made, _ = trainer(base_model, tmp_path / "out", CHATS, families=["email", "input"])
    made = train_on_responses_only(
        made, instruction_part="<|im_start|>user\n", response_part="<|im_start|>assistant\n", num_proc=1
    )
    made.train()
    assert events(tmp_path / "out") == ["proven", "trained"]


def test_responses_that_are_masked_are_refused(base_model: Path, tmp_path: Path) -> None:
    """With the marks the wrong way round nothing of an answer is learned, and the run does not begin."""
    made, _ = trainer(base_model, tmp_path / "out", CHATS)
    made = train_on_responses_only(
        made, instruction_part="<|im_start|>assistant\n", response_part="<|im_start|>user\n", num_proc=1
    )
    with pytest.raises(GuardRefusal, match="no loss on all or part of their secret"):
        made.train()
    assert events(tmp_path / "out") == ["refused"]
