# /// script
# dependencies = ["finewarden[pii,train]"]
# ///
"""From a raw export to an audited model: findings, de-identified data, admission, training, audit.

    export FINEWARDEN_KEY=...                                 # 64 hex digits, from a secret store
    python train.py --base path/to/base --data export.jsonl --out out/
    python train.py --smoke        # a small model and an export made on the spot, under a minute on CPU

The commands are those of a shell, step by step; what the training script itself needs is marked (1) and (2).
"""

from __future__ import annotations

import argparse
import os
import secrets
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
from finewarden.callbacks import (
    ActivationGuardCallback,
    DataAdmissionCallback,
    GradientClippingCallback,
    admit,
    attach,
    finalize,
)

KEY = "FINEWARDEN_KEY"


def prepare(raw: Path, clean: Path, evidence: Path) -> None:
    """De-identify *raw* to *clean*, and admit that: its rows may be trained on. Ends the program where they may not."""
    finewarden("scan", raw, "--results", evidence / "scan", expected=(0, 1))  # 1: there are findings
    finewarden("deidentify", raw, clean, "--key-env", KEY)
    finewarden("admit", clean, "--evidence-dir", evidence)


def fine_tune(base: str, data: Path, out: Path, policy: policies.Policy, *, epochs: float = 1.0) -> None:
    """Train an adapter on *data* (JSONL with `messages`), which was admitted, and leave a release in *out*."""
    dataset = load_dataset("json", data_files=str(data), split="train")
    # Here, where they are wanted: hold_out, then plant_canaries. The rows that are planted are let pass, too.
    dataset = admit(dataset, output_dir=out, policy=policy)  # (1) each row was admitted, or nothing is trained
    trainer = SFTTrainer(
        model=base,
        args=SFTConfig(
            output_dir=str(out),
            num_train_epochs=epochs,
            max_length=512,
            report_to="none",
            use_cpu=not torch.cuda.is_available(),  # TRL's default of bf16 is refused where there is no GPU
        ),
        train_dataset=dataset,
        peft_config=LoraConfig(r=16, lora_alpha=32, target_modules="all-linear", task_type="CAUSAL_LM"),
        callbacks=[
            DataAdmissionCallback(dataset),  # (2) what is tokenised is what was admitted
            GradientClippingCallback(max_norm=1.0),
            ActivationGuardCallback(),
        ],
    )
    attach(trainer, policy)
    trainer.train()
    trainer.save_model()
    finalize(out, policy, base_model_dir=Path(base))


def finewarden(*arguments: str | Path, expected: tuple[int, ...] = (0,)) -> None:
    """Run a command as from a shell. Ends the program where its status is not among *expected*."""
    command = [sys.executable, "-m", "finewarden.cli", *map(str, arguments)]
    print("$ finewarden", *arguments, flush=True)
    status = subprocess.run(command, check=False).returncode
    if status not in expected:
        sys.exit(status or 1)


def smoke() -> None:
    """The whole recipe on a small model: the raw export is not admitted, the mended one is, and the audit passes."""
    recipes = Path(__file__).resolve().parent.parent
    sys.path.insert(0, str(recipes))
    import support_chat
    import tiny_model

    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        base = tiny_model.save_base_model(Path("base"), "qwen2")
        shutil.copy(recipes.parent / "LICENSE", base / "LICENSE")
        raw = support_chat.write_jsonl(Path("export.jsonl"), support_chat.raw_export(24) + support_chat.ordinary(8))
        Path("finewarden.toml").write_text(
            'base_model = "example/tiny-qwen2"\nrelease_name = "tiny-support"\nlicense = "apache-2.0"\n\n'
            "[training_data.limits]\nPERSON = 0\n\n[audit]\n"
            'required = ["training_data.personal_data", "training_data.secrets", "training_data.admitted"]\n\n'
            '[[sources]]\nname = "templates"\nauthorisation = "own"\ndeidentification = "pseudonym"\n'
            'rows = { "@file" = ["train.jsonl"] }\n'
        )
        os.environ[KEY] = secrets.token_hex(32)
        data, evidence = Path("train.jsonl"), Path("out.evidence")
        finewarden("admit", raw, "--evidence-dir", evidence, expected=(1,))  # as it is, it may not be trained on
        prepare(raw, data, evidence)
        fine_tune(str(base), data, Path("out"), policies.load(Path("finewarden.toml")))
        finewarden("audit", "out/", f"--train-data={data}", f"--base-model={base}")
        os.chdir(recipes)  # a folder that is in use can't be removed everywhere


def main() -> None:
    """Read the command line, prepare and train."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--base", help="folder of the base model")
    parser.add_argument("--data", type=Path, help="the raw export: JSONL with `messages`")
    parser.add_argument("--out", type=Path, default=Path("out"))
    parser.add_argument("--epochs", type=float, default=1.0)
    parser.add_argument("--smoke", action="store_true", help="run on a small model made on the spot")
    options = parser.parse_args()
    if options.smoke:
        smoke()
        return
    if not options.base or not options.data:
        parser.error("give --base and --data, or --smoke")
    if KEY not in os.environ:
        parser.error(f"set {KEY}: finewarden deidentify --new-key FILE makes one; it is kept out of the repository")
    policy = policies.load(policies.find(Path.cwd()))
    clean = options.data.with_suffix(".clean.jsonl")
    prepare(options.data, clean, options.out.with_name(options.out.name + ".evidence"))
    fine_tune(options.base, clean, options.out, policy, epochs=options.epochs)


if __name__ == "__main__":
    main()
