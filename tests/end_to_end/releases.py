"""Real fine-tuning of a tiny base model with everything that is meant to be used together, and the gate over it."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from finewarden.evidence import canary_book
from finewarden.evidence.canary_book import CANARY_BOOK
from finewarden.evidence.measurements import Measurements
from finewarden.gate.context import Context
from finewarden.policy import Policy, Source
from finewarden.waivers import Waivers
from tests.audits.measured import Gate

AUDITS = {
    "canary_rank.auc": ("test_canary_rank", "test_auc"),
    "canary_exposure.rank": ("test_canary_exposure", "test_rank"),
    "extraction.canaries": ("test_extraction", "test_canaries"),
    "extraction.training_data": ("test_extraction", "test_training_data"),
    "real_pii.values": ("test_real_pii", "test_values"),
    "real_pii.association": ("test_real_pii", "test_association"),
    "membership.loss": ("test_membership", "test_loss"),
    "generations.samples": ("test_generations", "test_samples"),
    "instrument.trained_on": ("test_instrument", "test_trained_on"),
    "instrument.scorer": ("test_instrument", "test_scorer"),
    "instrument.repeatable": ("test_instrument", "test_repeatable"),
    "instrument.coins": ("test_instrument", "test_coins"),
    "privacy_claim.one_run": ("test_privacy_claim", "test_one_run"),
}
POLICY = Policy(
    base_model="example/tiny-llama",
    release_name="tiny-tickets",
    license="apache-2.0",
    sources=(Source(name="tickets", authorisation="own", personal_data=True),),
)
Rows = list[dict[str, Any]]


def audit(name: str) -> Callable[..., None]:
    """The audit function of id *name*; found by name, for pytest would collect what is imported."""
    module, function = AUDITS[name]
    found: Callable[..., None] = getattr(importlib.import_module(f"finewarden.audits.{module}"), function)
    return found


@dataclass
class Release:
    """A model that was trained from *base* into *out*; *data* is what there was before the split."""

    out: Path
    base: Path
    data: Path

    @property
    def evidence(self) -> Path:
        """The private folder beside it."""
        return self.out.with_name(self.out.name + ".evidence")

    def finalize(self) -> None:
        """Make it ready for publishing; before it is measured, for that is bound to every file."""
        from finewarden.callbacks import finalize

        finalize(self.out, POLICY, base_model_dir=self.base)

    @cached_property
    def measured(self) -> Measurements:
        """Everything that can be measured of it."""
        from finewarden.memorization.measure import measure

        return measure(self.out, train_data=(self.data,), base_model=str(self.base), device="cpu")

    @cached_property
    def planted(self) -> canary_book.CanaryBook:
        """Its canaries."""
        return canary_book.read(self.evidence / CANARY_BOOK)

    def gate(self, policy: Policy | None = None) -> Gate:
        """Its audits, of what was measured."""
        assert self.measured
        return Gate(
            Context(
                model_dir=self.out,
                evidence_dir=self.evidence,
                policy=policy or Policy(),
                waivers=Waivers.empty(),
                secrets_file=None,
                train_data=(self.data,),
                base_model=str(self.base),
                report_file=None,
                figures_dir=None,
                hashing=True,
            )
        )


def train(
    base: Path,
    out: Path,
    rows: Any,
    *,
    lora: int = 0,
    head: list[str] | None = None,
    callbacks: Sequence[Any] = (),
    **settings: Any,
) -> Path:
    """Train *base* on *rows* and save it to *out*. *lora*: the adapter's rank, 0 for all weights; *head*: trained whole
    beside it. *settings*: of SFTConfig.
    """
    from datasets import Dataset
    from peft import LoraConfig
    from transformers import AutoTokenizer
    from trl import SFTConfig, SFTTrainer

    from finewarden.callbacks import attach

    adapter = LoraConfig(
        r=lora, lora_alpha=2 * lora, target_modules="all-linear", modules_to_save=head, task_type="CAUSAL_LM"
    )
    arguments: dict[str, Any] = {
        "output_dir": str(out),
        "per_device_train_batch_size": 16,
        "lr_scheduler_type": "constant",
        "max_length": 512,
        "save_strategy": "no",
        "logging_strategy": "no",
        "report_to": [],
        "use_cpu": True,
        "bf16": False,
        "disable_tqdm": True,
        "dataloader_pin_memory": False,
        "gradient_checkpointing": False,
    }
    trainer = SFTTrainer(
        model=str(base),
        args=SFTConfig(**{**arguments, **settings}),
        train_dataset=Dataset.from_list(rows) if isinstance(rows, list) else rows,
        processing_class=AutoTokenizer.from_pretrained(base),
        peft_config=adapter if lora else None,
        callbacks=list(callbacks),
    )
    attach(trainer, POLICY)
    trainer.train()
    trainer.save_model()
    return out


@dataclass(frozen=True)
class Workshop:
    """Trains *base* further, each time into a folder of its own below *room*."""

    room: Path
    base: Path

    def release(
        self,
        name: str,
        rows: Rows,
        *,
        canaries: int = 128,
        families: Sequence[str] | None = None,
        stress: dict[int, int] | None = None,
        references: int = 300,
        held_out: float = 0.2,
        lora: int = 0,
        head: list[str] | None = None,
        private: dict[str, Any] | None = None,
        **settings: Any,
    ) -> Release:
        """Split *rows*, plant canaries, train for as long as *settings* (of SFTConfig) say, save.

        *lora*: the adapter's rank; 0 trains all weights. *private*: arguments of DifferentialPrivacyCallback, which
        gets the number of units from the book of canaries.
        """
        from datasets import Dataset
        from transformers import AutoTokenizer

        from finewarden.callbacks import CanaryCallback, DifferentialPrivacyCallback, plant_canaries

        made = Release(self.room / name, self.base, self.room / f"{name}.jsonl")
        tokenizer = AutoTokenizer.from_pretrained(self.base)
        made.data.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
        data: Any = Dataset.from_list(rows)
        if held_out:
            data = self._split(data, held_out, made.evidence)
        planted, book = plant_canaries(
            data,
            tokenizer=tokenizer,
            evidence_dir=made.evidence,
            count=canaries,
            families=families,
            stress={1: 2} if stress is None else stress,
            references=references,
            seed=1,
        )
        callbacks: list[Any] = [CanaryCallback(book)]
        if private is not None:
            callbacks.append(DifferentialPrivacyCallback(dataset_size=book.dataset_size, **private))
        train(self.base, made.out, planted, lora=lora, head=head, callbacks=callbacks, **settings)
        return made

    @staticmethod
    def _split(rows: Any, fraction: float, evidence: Path) -> Any:
        """What `hold_out` leaves, under a fixed key: by chance, one split in a hundred is found unfair."""
        module = importlib.import_module("finewarden.callbacks.hold_out")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(module, "secrets", SimpleNamespace(token_hex=lambda _: "5f" * 32))
            return module.hold_out(rows, fraction=fraction, evidence_dir=evidence)[0]
