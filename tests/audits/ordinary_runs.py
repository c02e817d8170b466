"""What ordinary training scripts leave behind, without any guard: the folders that a first audit meets.

Used by the tests that hold a bare audit to "few and true findings". Nothing here is a recommendation.
"""

from __future__ import annotations

from pathlib import Path

import support_chat
import tiny_model
from datasets import Dataset
from peft import LoraConfig, get_peft_model
from transformers import DataCollatorForLanguageModeling, Trainer, TrainingArguments
from trl import DPOConfig, DPOTrainer, SFTConfig, SFTTrainer

LORA = {"r": 8, "target_modules": "all-linear", "task_type": "CAUSAL_LM"}


def trl_lora(base: Path, out: Path) -> None:
    """TRL's SFTTrainer with LoRA, evaluation and TensorBoard."""
    trainer = SFTTrainer(
        model=str(base),
        args=SFTConfig(**_settings(out), report_to="tensorboard", eval_strategy="steps", eval_steps=2, max_length=128),
        train_dataset=_chats(),
        eval_dataset=_chats(8),
        peft_config=LoraConfig(**LORA),
    )
    trainer.train()
    trainer.save_model()


def trl_full(base: Path, out: Path) -> None:
    """TRL's SFTTrainer on all weights."""
    trainer = SFTTrainer(
        model=str(base), args=SFTConfig(**_settings(out), report_to="none", max_length=128), train_dataset=_chats()
    )
    trainer.train()
    trainer.save_model()


def peft_trainer(base: Path, out: Path) -> None:
    """transformers' Trainer around a PEFT model, as older tutorials have it."""
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(base)
    model = get_peft_model(AutoModelForCausalLM.from_pretrained(base), LoraConfig(**LORA))
    texts = [tokenizer.apply_chat_template(row["messages"], tokenize=False) for row in support_chat.ordinary(16)]
    rows = Dataset.from_list([dict(tokenizer(text, truncation=True, max_length=128)) for text in texts])
    trainer = Trainer(
        model=model,
        args=TrainingArguments(**_settings(out), report_to="none"),
        train_dataset=rows,
        data_collator=DataCollatorForLanguageModeling(tokenizer, mlm=False),
        processing_class=tokenizer,
    )
    trainer.train()
    trainer.save_model()


def trl_dpo(base: Path, out: Path) -> None:
    """TRL's DPOTrainer with LoRA."""
    rows = [
        {
            "prompt": row["messages"][:1],
            "chosen": row["messages"][1:],
            "rejected": [{"role": "assistant", "content": "No."}],
        }
        for row in support_chat.ordinary(16)
    ]
    trainer = DPOTrainer(
        model=str(base),
        args=DPOConfig(**_settings(out), report_to="none", max_length=128),
        train_dataset=Dataset.from_list(rows),
        peft_config=LoraConfig(**LORA),
    )
    trainer.train()
    trainer.save_model()


def make_base(folder: Path) -> Path:
    """The base model that all of them start from."""
    return tiny_model.save_base_model(folder, "llama")


def _chats(count: int = 16) -> Dataset:
    return Dataset.from_list(support_chat.ordinary(count))


def _settings(out: Path) -> dict[str, object]:
    return {
        "output_dir": str(out),
        "max_steps": 2,
        "per_device_train_batch_size": 4,
        "use_cpu": True,
        "bf16": False,
        "disable_tqdm": True,
    }
