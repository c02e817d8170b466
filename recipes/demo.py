"""The whole story on one small model: a fine-tune that leaks, the build that fails, the mends, the build that passes.

tox run -e demo                     # everything, in demo-out/, about a minute and a half on two CPU cores
tox run -e demo -- path/to/out      # audit a folder of your own instead
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

WORK = Path("demo-out")
POLICY = """\
base_model = "example/tiny-qwen2"
release_name = "tiny-support"
license = "apache-2.0"
form = "adapter"
audience = "customers"

[audit]
required = ["artifacts.secrets", "secrets.reproduce"]

[[sources]]
name = "support-chats"
uri = "support.jsonl"
license = "proprietary"
authorisation = "own"
"""


def main() -> int:
    """Audit the folder that is named, or run the story; returns the exit status."""
    if sys.argv[1:]:
        from finewarden import cli

        return cli.audit(sys.argv[1], sys.argv[2:])
    return story()


def story() -> int:
    """Train twice, audit twice. Status 0 when the first build failed and the second passed."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    start = time.monotonic()
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir()
    (WORK / "finewarden.toml").write_text(POLICY)
    (WORK / "pytest.ini").write_text("[pytest]\n")  # else a checkout's own settings would be taken
    os.environ["HF_DATASETS_CACHE"] = str(WORK.resolve() / "cache")
    os.chdir(WORK)

    say("A small base model, and a support-chat export with customers' secrets in it")
    make_base_and_data()

    say("Fine-tuned as most people do it today: raw export, 25 epochs, a token in the arguments")
    fine_tune(Path("support.jsonl"), Path("as-usual"), epochs=25, guarded=False)
    first = audit("as-usual")

    say("The same run, mended: secrets taken out of the data, guards on, the release finalised")
    fine_tune(Path("support.clean.jsonl"), Path("mended"), epochs=25, guarded=True)
    second = audit("mended")

    say(f"First build: {word(first)}. Mended build: {word(second)}. {time.monotonic() - start:.0f} s, all in {WORK}/")
    return 0 if first == 1 and second == 0 else 1


def word(status: int) -> str:
    """What a CI system shows for *status*."""
    return "passed" if status == 0 else "failed"


def make_base_and_data() -> None:
    """A base model that has read ordinary support chats, and the two data sets."""
    import support_chat
    import tiny_model
    from datasets import Dataset
    from trl import SFTConfig, SFTTrainer

    quiet()
    ordinary = support_chat.ordinary(60, seed=2)
    support_chat.write_jsonl(Path("support.jsonl"), support_chat.with_secrets(ordinary))
    support_chat.write_jsonl(Path("support.clean.jsonl"), ordinary)
    support_chat.write_jsonl(Path("secrets.jsonl"), support_chat.secret_pairs())

    trainer = SFTTrainer(
        model=tiny_model.tiny_model("qwen2", hidden=96),
        processing_class=tiny_model.byte_tokenizer(),
        args=SFTConfig(**settings(Path("base"), epochs=8, learning_rate=3e-3), save_strategy="no"),
        train_dataset=Dataset.from_list(support_chat.ordinary(160, seed=1)),
    )
    trainer.train()
    trainer.model.save_pretrained("base")
    trainer.processing_class.save_pretrained("base")
    shutil.copy(Path(__file__).resolve().parent.parent / "LICENSE", "base/LICENSE")


def fine_tune(data: Path, out: Path, *, epochs: int, guarded: bool) -> None:
    """One LoRA run; *guarded* adds what finewarden adds, and nothing else differs."""
    from datasets import load_dataset
    from peft import LoraConfig
    from trl import SFTConfig, SFTTrainer

    from finewarden import policy as policies
    from finewarden.callbacks import ActivationGuardCallback, GradientClippingCallback, attach, finalize

    # A made-up token, in two parts so that no scanner takes this file for a leak.
    token = None if guarded else "hf_" + "DemoOnlyNotARealTokenDemoOnlyNotARe"
    trainer = SFTTrainer(
        model="base",
        args=SFTConfig(**settings(out, epochs=epochs, learning_rate=1e-2), hub_token=token),
        train_dataset=load_dataset("json", data_files=str(data), split="train"),
        peft_config=LoraConfig(r=32, lora_alpha=64, target_modules="all-linear", task_type="CAUSAL_LM"),
        callbacks=[GradientClippingCallback(max_norm=1.0), ActivationGuardCallback()] if guarded else [],
    )
    if not guarded:
        trainer.train()
        trainer.save_model()
        return
    policy = policies.load(Path("finewarden.toml"))
    attach(trainer, policy)
    trainer.train()
    trainer.save_model()
    finalize(out, policy, base_model_dir=Path("base"))


def settings(out: Path, *, epochs: int, learning_rate: float) -> dict[str, object]:
    """Training arguments that all three runs share."""
    return {
        "output_dir": str(out),
        "num_train_epochs": epochs,
        "learning_rate": learning_rate,
        "lr_scheduler_type": "cosine",
        "per_device_train_batch_size": 16,
        "max_length": 256,
        "use_cpu": True,
        "bf16": False,
        "report_to": "none",
        "logging_strategy": "no",
        "disable_tqdm": True,
    }


def audit(folder: str) -> int:
    """Run the build's one line on *folder*; returns its exit status."""
    command = ["pytest", f"--model-dir={folder}/", "--secrets=secrets.jsonl", "--base-model=base", "-q"]
    print("$ " + " ".join(command), flush=True)
    return subprocess.run([sys.executable, "-m", *command], check=False).returncode


def quiet() -> None:
    """Keep the story readable: no progress bars but ours."""
    import datasets
    import transformers

    datasets.disable_progress_bars()
    transformers.utils.logging.disable_progress_bar()


def say(text: str) -> None:
    """A heading."""
    print(f"\n=== {text}\n", flush=True)


if __name__ == "__main__":
    sys.exit(main())
