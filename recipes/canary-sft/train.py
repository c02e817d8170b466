# /// script
# dependencies = ["finewarden[train]"]
# ///
"""Fine-tuning that can be held to account: canaries and a hold-out before training, verdicts after it.

    python train.py --base path/to/base --data tickets.jsonl --out out/
    python train.py --base path/to/base --data tickets.jsonl --out out/ --private    # one of each record, with DP
    python train.py --smoke        # CPU: fails as exported, passes mended

Epsilon, delta and the clipping norm of `--private` are the policy's: `[privacy]` in finewarden.toml.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset, load_dataset
from peft import LoraConfig
from transformers import AutoTokenizer
from trl import SFTConfig, SFTTrainer

from finewarden import policy as policies
from finewarden.callbacks import (
    CanaryCallback,
    DifferentialPrivacyCallback,
    attach,
    finalize,
    hold_out,
    plant_canaries,
)


def fine_tune(
    base: str,
    data: Path,
    out: Path,
    policy: policies.Policy,
    *,
    private: bool,
    epochs: float,
    canaries: int = 512,
    rank: int | None = 16,
    learning_rate: float = 1e-3,
) -> None:
    """Train on *data* (JSONL with `messages`) and leave a release in *out*, its evidence beside it.

    An adapter of *rank*, or all weights with rank=None.
    """
    evidence = out.with_name(out.name + ".evidence")
    tokenizer = AutoTokenizer.from_pretrained(base)
    dataset = load_dataset("json", data_files=str(data), split="train")
    if private:
        dataset = one_of_each(dataset)
    train, _ = hold_out(dataset, fraction=0.25, evidence_dir=evidence)  # (1) who is told apart from whom
    planted, book = plant_canaries(train, tokenizer=tokenizer, evidence_dir=evidence, count=canaries)  # (2) last of all
    callbacks: list[Any] = [CanaryCallback(book)]  # (3) proves that each canary would be learnt from
    if private:
        assert policy.privacy.delta is not None
        callbacks.append(
            DifferentialPrivacyCallback(
                target_epsilon=policy.privacy.epsilon,
                delta=policy.privacy.delta,
                max_grad_norm=policy.privacy.max_grad_norm,
                expected_batch_size=min(256, book.dataset_size // 8),
                dataset_size=book.dataset_size,  # every canary counts, inserted or not
            )
        )
    trainer = SFTTrainer(
        model=base,
        args=SFTConfig(
            output_dir=str(out),
            num_train_epochs=epochs,
            per_device_train_batch_size=16,
            max_length=512,
            learning_rate=learning_rate,
            lr_scheduler_type="constant",
            report_to="none",
            gradient_checkpointing=torch.cuda.is_available(),
            save_strategy="no",
            logging_steps=50,
            use_cpu=not torch.cuda.is_available(),
        ),
        train_dataset=planted,
        processing_class=tokenizer,
        peft_config=rank
        and LoraConfig(r=rank, lora_alpha=2 * rank, target_modules="all-linear", task_type="CAUSAL_LM"),
        callbacks=callbacks,
    )
    attach(trainer, policy)
    trainer.train()
    trainer.save_model()
    finalize(out, policy, base_model_dir=Path(base))


def one_of_each(dataset: Dataset) -> Dataset:
    """*dataset* without exact duplicates: what is seen often is learnt by heart."""
    seen: set[str] = set()
    keep = []
    for at, row in enumerate(dataset):
        text = json.dumps(row, sort_keys=True)
        if text not in seen:
            keep.append(at)
        seen.add(text)
    return dataset.select(keep)


def smoke() -> None:
    """An export with duplicates, trained for too long, fails; one of each with privacy passes. Exits 0 if it is so."""
    recipes = Path(__file__).resolve().parent.parent
    sys.path.insert(0, str(recipes))
    import support_chat
    import tiny_model

    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        others = support_chat.ordinary(400) + support_chat.customers(400, seed=99)
        tokenizer = tiny_model.byte_tokenizer()
        texts = [tokenizer.apply_chat_template(row["messages"], tokenize=False) for row in others]
        base = tiny_model.save_trained_base(work / "base", texts, "qwen2")
        shutil.copy(recipes.parent / "LICENSE", base / "LICENSE")
        data = support_chat.write_jsonl(work / "tickets.jsonl", support_chat.customers(160, copies=3))
        families = '"extraction", "canary_rank", "canary_exposure"'
        policy = (
            'base_model = "example/tiny-qwen2"\nrelease_name = "tiny-support"\nlicense = "apache-2.0"\n\n'
            '[[sources]]\nname = "templates"\nauthorisation = "own"\nrows = { "@file" = ["tickets.jsonl"] }\n\n'
            "[training_data.limits]\nEMAIL_ADDRESS = 480\n\n"  # each ticket has one: here they are allowed
        )
        claim = "[privacy]\nepsilon = 8.0\ndelta = 1e-6\n\n"
        ends = {}
        for name, private in (("exported", False), ("mended", True)):
            required = families + (', "privacy_claim"' if private else "")
            file = work / f"{name}.toml"
            file.write_text(policy + claim * private + f"[audit]\nrequired = [{required}]\n")
            fine_tune(
                str(base),
                data,
                work / name,
                policies.load(file),
                private=private,
                epochs=2.0 if private else 10.0,
                canaries=256,
                rank=None,  # what is learnt by heart in seconds needs all weights of so small a model
                learning_rate=1e-3 if private else 3e-3,
            )
            audit = [sys.executable, "-m", "finewarden.cli", "audit", f"{name}/", f"--policy={file.name}"]
            audit += [f"--train-data={data.name}", f"--base-model={base.name}"]
            ends[name] = subprocess.run(audit, cwd=work, check=False).returncode
    print(", ".join(f"{name}: the audit {'failed' if code else 'passed'}" for name, code in ends.items()))
    sys.exit(0 if ends == {"exported": 1, "mended": 0} else 1)


def main() -> None:
    """Read the command line and train."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--base", help="folder of the base model")
    parser.add_argument("--data", type=Path, help="JSONL with `messages`")
    parser.add_argument("--out", type=Path, default=Path("out"))
    parser.add_argument("--epochs", type=float, default=1.0)
    parser.add_argument("--private", action="store_true", help="one of each record, and differential privacy")
    parser.add_argument("--smoke", action="store_true", help="run on a small model made on the spot")
    options = parser.parse_args()
    if options.smoke:
        smoke()
    if not options.base or not options.data:
        parser.error("give --base and --data, or --smoke")
    policy = policies.load(policies.find(Path.cwd()))
    if options.private and (policy.privacy.epsilon is None or policy.privacy.delta is None):
        parser.error("--private needs [privacy] with epsilon and delta in finewarden.toml")
    fine_tune(options.base, options.data, options.out, policy, private=options.private, epochs=options.epochs)


if __name__ == "__main__":
    main()
