# /// script
# dependencies = ["finewarden[train]"]
# ///
"""LoRA fine-tuning with TRL, under guard, to a folder that passes its audit.

    python train.py --base path/to/base --data chats.jsonl --out out/
    python train.py --smoke        # a small model and data made on the spot, under a minute on CPU

What finewarden adds to an ordinary script is marked (1), (2) and (3).
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import torch
from datasets import load_dataset
from peft import LoraConfig
from trl import SFTConfig, SFTTrainer

from finewarden import policy as policies
from finewarden.callbacks import ActivationGuardCallback, GradientClippingCallback, attach, finalize


def fine_tune(base: str, data: Path, out: Path, policy: policies.Policy, *, epochs: float = 1.0) -> None:
    """Train an adapter on *data* (JSONL with `messages`) and leave a release in *out*."""
    trainer = SFTTrainer(
        model=base,
        args=SFTConfig(
            output_dir=str(out),
            num_train_epochs=epochs,
            max_length=512,
            report_to="none",
            use_cpu=not torch.cuda.is_available(),  # TRL's default of bf16 is refused where there is no GPU
        ),
        train_dataset=load_dataset("json", data_files=str(data), split="train"),
        peft_config=LoraConfig(r=16, lora_alpha=32, target_modules="all-linear", task_type="CAUSAL_LM"),
        callbacks=[GradientClippingCallback(max_norm=1.0), ActivationGuardCallback()],  # (1) guard the run
    )
    attach(trainer, policy)  # (2) write down what was trained from what, and keep tokens and paths out of the files
    trainer.train()
    trainer.save_model()
    finalize(out, policy, base_model_dir=Path(base))  # (3) LICENSE, statement and card; leftovers move out


def smoke() -> None:
    """The whole recipe on a small model, then the audit that CI would run; exits with the audit's status."""
    recipes = Path(__file__).resolve().parent.parent
    sys.path.insert(0, str(recipes))
    import support_chat
    import tiny_model

    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        base = tiny_model.save_base_model(work / "base", "qwen2")
        shutil.copy(recipes.parent / "LICENSE", base / "LICENSE")
        data = support_chat.write_jsonl(work / "chats.jsonl", support_chat.ordinary(32))
        policy_file = work / "finewarden.toml"
        policy_file.write_text(
            'base_model = "example/tiny-qwen2"\nrelease_name = "tiny-support"\nlicense = "apache-2.0"\n\n'
            '[[sources]]\nname = "templates"\nauthorisation = "own"\n'
        )
        fine_tune(str(base), data, work / "out", policies.load(policy_file))
        audit = [sys.executable, "-m", "finewarden.cli", "audit", "out/"]
        sys.exit(subprocess.run(audit, cwd=work, check=False).returncode)


def main() -> None:
    """Read the command line and train."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--base", help="folder of the base model")
    parser.add_argument("--data", type=Path, help="JSONL with `messages`")
    parser.add_argument("--out", type=Path, default=Path("out"))
    parser.add_argument("--epochs", type=float, default=1.0)
    parser.add_argument("--smoke", action="store_true", help="run on a small model made on the spot")
    options = parser.parse_args()
    if options.smoke:
        smoke()
    if not options.base or not options.data:
        parser.error("give --base and --data, or --smoke")
    policy = policies.load(policies.find(Path.cwd()))
    fine_tune(options.base, options.data, options.out, policy, epochs=options.epochs)


if __name__ == "__main__":
    main()
