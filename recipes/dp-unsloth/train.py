# /// script
# dependencies = ["finewarden[train]", "unsloth"]
# ///
"""Differentially private LoRA fine-tuning with Unsloth, to a folder whose privacy claim passes its audit.

    python train.py --base unsloth/Qwen3-4B --data chats.jsonl --dataset-size 50000 --out out/
    python train.py --smoke        # CPU, a small model made on the spot

Unsloth's fused kernels compute past every module hook; the engine "microbatch" takes one example a micro-batch, and
what ends in `p.grad` is that example's gradient whatever computed it.
"""

from __future__ import annotations

import unsloth  # isort: skip  # noqa: F401 - before everything that it patches

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from datasets import load_dataset
from trl import SFTConfig, SFTTrainer
from unsloth import FastLanguageModel

from finewarden import policy as policies
from finewarden.callbacks import ActivationGuardCallback, DifferentialPrivacyCallback, attach, finalize


def fine_tune(
    base: str,
    data: Path,
    out: Path,
    policy: policies.Policy,
    *,
    dataset_size: int,
    expected_batch_size: int,
    base_model_dir: Path | None = None,
    epochs: float = 3.0,
) -> None:
    """Train an adapter on *data* (JSONL with `messages`) and leave a release in *out*.

    *dataset_size* is a public upper bound of how many examples there are: epsilon is computed with it.
    """
    if policy.privacy.delta is None:
        raise SystemExit("the policy sets no privacy.delta: write [privacy] with epsilon and delta in finewarden.toml")
    model, tokenizer = FastLanguageModel.from_pretrained(base, max_seq_length=512, load_in_4bit=False)
    model = FastLanguageModel.get_peft_model(
        model,
        r=16,
        lora_alpha=32,
        target_modules=["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"],
        use_gradient_checkpointing="unsloth",
    )
    rows = load_dataset("json", data_files=str(data), split="train")
    rows = rows.map(lambda row: {"text": tokenizer.apply_chat_template(row["messages"], tokenize=False)})
    private = DifferentialPrivacyCallback(  # (1) the whole of it
        target_epsilon=policy.privacy.epsilon,
        delta=policy.privacy.delta,
        max_grad_norm=policy.privacy.max_grad_norm,
        expected_batch_size=expected_batch_size,
        dataset_size=dataset_size,
        metrics="label",
    )
    trainer = SFTTrainer(
        model=model,
        processing_class=tokenizer,
        train_dataset=rows,
        args=SFTConfig(
            output_dir=str(out),
            dataset_text_field="text",
            num_train_epochs=epochs,
            max_length=512,
            learning_rate=1e-3,  # noise averages out over a long, constant schedule
            lr_scheduler_type="constant",
            report_to="none",
        ),
        callbacks=[private, ActivationGuardCallback()],
    )
    attach(trainer, policy)
    trainer.train()
    trainer.save_model()
    finalize(out, policy, base_model_dir=base_model_dir)  # (2) the ledger's claim goes on the card


def smoke() -> None:
    """The whole recipe on a small model, then the audit that CI would run; exits with the audit's status."""
    recipes = Path(__file__).resolve().parent.parent
    sys.path.insert(0, str(recipes))
    import support_chat
    import tiny_model

    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        base = tiny_model.save_base_model(work / "base", "llama")
        shutil.copy(recipes.parent / "LICENSE", base / "LICENSE")
        data = support_chat.write_jsonl(work / "chats.jsonl", support_chat.ordinary(32))
        policy_file = work / "finewarden.toml"
        policy_file.write_text(
            'base_model = "example/tiny-llama"\nrelease_name = "tiny-support"\nlicense = "apache-2.0"\n\n'
            "[privacy]\nepsilon = 8.0\ndelta = 1e-3\nmax_grad_norm = 1.0\n\n"
            '[audit]\nrequired = ["privacy_claim.ledger", "privacy_claim.epsilon", "privacy_claim.steps"]\n\n'
            '[[sources]]\nname = "templates"\nauthorisation = "own"\n'
        )
        fine_tune(
            str(base),
            data,
            work / "out",
            policies.load(policy_file),
            dataset_size=40,
            expected_batch_size=8,
            base_model_dir=base,
        )
        audit = [sys.executable, "-m", "finewarden.cli", "audit", "out/"]
        sys.exit(subprocess.run(audit, cwd=work, check=False).returncode)


def main() -> None:
    """Read the command line and train."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--base", help="name or folder of the base model")
    parser.add_argument("--base-license-dir", type=Path, help="folder that holds the base model's LICENSE")
    parser.add_argument("--data", type=Path, help="JSONL with `messages`")
    parser.add_argument("--dataset-size", type=int, help="public upper bound of the number of examples")
    parser.add_argument("--expected-batch-size", type=int, default=256)
    parser.add_argument("--out", type=Path, default=Path("out"))
    parser.add_argument("--epochs", type=float, default=3.0)
    parser.add_argument("--smoke", action="store_true", help="run on a small model made on the spot")
    options = parser.parse_args()
    if options.smoke:
        smoke()
    if not options.base or not options.data or not options.dataset_size:
        parser.error("give --base, --data and --dataset-size, or --smoke")
    fine_tune(
        options.base,
        options.data,
        options.out,
        policies.load(policies.find(Path.cwd())),
        dataset_size=options.dataset_size,
        expected_batch_size=options.expected_batch_size,
        base_model_dir=options.base_license_dir,
        epochs=options.epochs,
    )


if __name__ == "__main__":
    main()
