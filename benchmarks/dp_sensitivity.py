"""By how much one more example moves the clipped sum of a step. Differential privacy is accounted for one C.

    pip install opacus==1.6.0 && pip install --no-deps dptrainer==0.1.2     # the peers; one that is missing is left out
    python benchmarks/dp_sensitivity.py            # a few minutes on one core; --smoke: seconds

Each arm trains one step on a batch, and one step on the same batch with one more example: gradient descent at rate 1,
no noise, every example drawn. What the weights moved by, times the public batch size by which an arm divides, is its
clipped sum; printed is the norm of the difference of the two sums over C, for each example that was added.

The arms are whole runs of their trainers: ours is `Trainer` with DifferentialPrivacyCallback; DPTrainer 0.1.2 runs on
Opacus 1.6.0, in place of the fork that it pins. Opacus alone is its hooks and optimizer around the loss that a model of
`transformers` returns, the mean over all tokens of the batch, which is what its users train with.

Batches: random texts of random lengths, and equal short texts. A bound must hold for every batch, so C is the norm of a
neighbour's own gradient: where examples are scaled by what they are batched with, that is where it shows most.
"""

from __future__ import annotations

import argparse
import importlib.util
import logging
import random
import sys
import tempfile
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
import transformers
from peft import LoraConfig, get_peft_model
from transformers import DataCollatorForLanguageModeling, PrinterCallback, Trainer, TrainingArguments

from finewarden.callbacks import DifferentialPrivacyCallback

ROOT = Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT / "recipes"))
import tiny_model  # noqa: E402

FIGURE = ROOT / "docs" / "figures" / "dp-sensitivity.svg"
# Weights and sums are float32: of a sum of 128 C the rounding alone is 1e-5 C.
LIMIT = 1 + 1e-4
Vector = torch.Tensor
Arm = Callable[[list[str], float, int], Vector]


def fresh_model() -> Any:
    """The same model at each call: LoRA with both matrices away from zero, as after the first steps."""
    model = tiny_model.tiny_model()
    adapter = LoraConfig(task_type="CAUSAL_LM", target_modules="all-linear", r=4, init_lora_weights=False)
    return get_peft_model(model, adapter)


def settings(folder: str, **more: Any) -> TrainingArguments:
    """One step of gradient descent at rate 1."""
    return TrainingArguments(
        output_dir=folder,
        max_steps=1,
        optim="sgd",
        learning_rate=1.0,
        lr_scheduler_type="constant",
        save_strategy="no",
        logging_strategy="no",
        report_to=[],
        use_cpu=True,
        disable_tqdm=True,
        dataloader_pin_memory=False,
        **more,
    )


def ours(engine: Any) -> Arm:
    """Our callback with *engine*; micro-batches of 8 where it takes several examples."""

    def total(texts: list[str], bound: float, public_size: int) -> Vector:
        private = DifferentialPrivacyCallback(
            noise_multiplier=0,
            delta=1e-6,
            max_grad_norm=bound,
            expected_batch_size=public_size,
            dataset_size=public_size,
            engine=engine,
        )
        return public_size * moved(Trainer, texts, per_device_train_batch_size=8, callbacks=[private])

    return total


def dptrainer(texts: list[str], bound: float, _public_size: int) -> Vector:
    """DPTrainer; the batch size is the number of texts, because that over their number is its sampling rate."""
    from dptrainer import DPTrainer, PrivacyArguments

    privacy = PrivacyArguments(noise_multiplier=0.0, per_sample_max_grad_norm=bound, target_delta=1e-6)
    return len(texts) * moved(DPTrainer, texts, per_device_train_batch_size=len(texts), privacy_args=privacy)


def opacus_hooks(texts: list[str], bound: float, public_size: int) -> Vector:
    """Opacus' hooks and optimizer, all texts in one batch, on the loss that the model returns."""
    from opacus.grad_sample import GradSampleHooks
    from opacus.optimizers import DPOptimizer

    model = fresh_model().train()
    start = weights(model)
    hooks = GradSampleHooks(model)
    optimizer = DPOptimizer(
        torch.optim.SGD([each for each in model.parameters() if each.requires_grad], lr=1.0),
        noise_multiplier=0.0,
        max_grad_norm=bound,
        expected_batch_size=public_size,
    )
    model(**collator()(rows(texts))).loss.backward()
    optimizer.step()
    hooks.cleanup()
    return public_size * (start - weights(model))


def moved(kind: type[Trainer], texts: list[str], *, per_device_train_batch_size: int, **given: Any) -> Vector:
    """By what one step of a trainer of *kind* on *texts* moves the weights."""
    model = fresh_model()
    start = weights(model)
    with tempfile.TemporaryDirectory() as folder:
        trainer = kind(
            model=model,
            args=settings(folder, per_device_train_batch_size=per_device_train_batch_size),
            train_dataset=rows(texts),
            data_collator=collator(),
            **given,
        )
        trainer.remove_callback(PrinterCallback)
        trainer.train()
    return start - weights(model)


def weights(model: Any) -> Vector:
    """What is trained, as one vector."""
    return torch.cat([each.detach().flatten().double() for each in model.parameters() if each.requires_grad])


def rows(texts: Sequence[str]) -> Any:
    """The data set that all arms train on: one token a byte."""
    tokenizer = tiny_model.byte_tokenizer()
    return [dict(tokenizer(text)) for text in texts]


def collator() -> Any:
    """Pads, and trains each token but the padding."""
    return DataCollatorForLanguageModeling(tiny_model.byte_tokenizer(), mlm=False)


def own_norm(text: str) -> float:
    """Norm of the gradient of one text's own token mean."""
    model = fresh_model().train()
    model(**collator()(rows([text]))).loss.backward()
    grads = [each.grad.flatten().double() for each in model.parameters() if each.requires_grad]
    return float(torch.cat(grads).norm())


def random_text(draw: random.Random, length: int) -> str:
    """Letters without sense."""
    return "".join(draw.choice("abcdefghijklmnopqrstuvwxyz ") for _ in range(length))


def batches(smoke: bool) -> dict[str, list[str]]:
    """The neighbours, by name."""
    draw = random.Random(0)
    made = {f"{n} random": [random_text(draw, draw.randint(4, 60)) for _ in range(n)] for n in (16,)}
    short = "Pay 12"
    made |= {f"{n} equal, short": [short] * n for n in ((8,) if smoke else (8, 32, 128))}
    return made


def added(neighbours: list[str], longest: int) -> dict[str, str]:
    """What an attacker adds, by name."""
    draw = random.Random(1)
    return {
        "very long": random_text(draw, longest),
        "very short": "ab",
        "duplicate": neighbours[0],
        "one token": "z" * (longest // 4),
        "random": random_text(draw, 30),
    }


def measure(arms: dict[str, Arm], neighbours: list[str], longest: int) -> dict[str, dict[str, float]]:
    """For each arm, by what each added example moves the sum, in C."""
    bound = sorted(own_norm(text) for text in set(neighbours))[len(set(neighbours)) // 2]
    public_size = len(neighbours) + 1
    found: dict[str, dict[str, float]] = {}
    for name, arm in arms.items():
        before = arm(neighbours, bound, public_size)
        found[name] = {
            what: float((arm([*neighbours, text], bound, public_size) - before).norm()) / bound
            for what, text in added(neighbours, longest).items()
        }
    return found


def figure(worst: dict[str, dict[str, float]]) -> str:
    """A bar for each arm and batch, the line is what is accounted. worst[batch][arm] in C."""
    arms = list(next(iter(worst.values())))
    colours = dict(zip(arms, ("#0b6e4f", "#6bbf8a", "#d1495b", "#edae49"), strict=False))
    left, step, unit = 150, 18, 480 / max(max(each.values()) for each in worst.values())
    parts, y = [], 56
    for place, (name, colour) in enumerate(colours.items()):
        x = 10 + 180 * place
        parts.append(
            f'<rect x="{x}" y="12" width="12" height="12" fill="{colour}"/><text x="{x + 18}" y="22">{name}</text>'
        )
    for batch, found in worst.items():
        parts.append(f'<text x="10" y="{y + step * len(found) / 2 + 4:.0f}">{batch}</text>')
        for name, value in found.items():
            bar = f'<rect x="{left}" y="{y}" width="{value * unit:.1f}" height="{step - 4}" fill="{colours[name]}"/>'
            parts.append(f'{bar}<text x="{left + value * unit + 5:.1f}" y="{y + 12}">{value:.3f} C</text>')
            y += step
        y += 14
    line = left + unit
    parts.append(f'<line x1="{line:.1f}" x2="{line:.1f}" y1="40" y2="{y}" stroke="#222" stroke-dasharray="4 3"/>')
    parts.append(f'<text x="{line + 4:.1f}" y="46">1 C, what is accounted</text>')
    parts.append(f'<text x="10" y="{y + 16}">Most by which one added example moved the clipped sum, by batch.</text>')
    size = f'width="740" height="{y + 28}" viewBox="0 0 740 {y + 28}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="12">'
    return "\n".join([head, f'<rect width="740" height="{y + 28}" fill="#fff"/>', *parts, "</svg>", ""])


def main(argv: list[str] | None = None) -> int:
    """Measure, print and draw; the exit status is 1 when one of our engines lets an example move the sum by over C."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--figure", type=Path, help="where the figure goes (default of a full run: docs/figures)")
    parser.add_argument("--smoke", action="store_true", help="two small batches")
    options = parser.parse_args(argv)
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")  # of Opacus and PEFT, on every step
    arms: dict[str, Arm] = {"ours, microbatch": ours("microbatch"), "ours, hooks": ours("hooks")}
    print(f"torch {torch.__version__}, transformers {transformers.__version__}")
    for module, name, arm in (("opacus", "Opacus hooks", opacus_hooks), ("dptrainer", "DPTrainer", dptrainer)):
        if importlib.util.find_spec(module):
            arms[name] = arm
        else:
            print(f"{name} is left out: {module} is not installed")
    worst: dict[str, dict[str, float]] = {}
    for batch, neighbours in batches(options.smoke).items():
        found = measure(arms, neighbours, 64 if options.smoke else 256)
        kinds = list(next(iter(found.values())))
        print(f"\nbatch: {batch}\n  {'':20}" + "".join(f"{kind:>12}" for kind in (*kinds, "most")))
        worst[batch] = {name: max(each.values()) for name, each in found.items()}
        for name, each in found.items():
            print(
                f"  {name:20}" + "".join(f"{value:10.3f} C" for value in (*each.values(), worst[batch][name])),
                flush=True,
            )
    path = options.figure or (None if options.smoke else FIGURE)
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(figure(worst), encoding="utf-8")
    return int(any(value > LIMIT for each in worst.values() for name, value in each.items() if name.startswith("ours")))


if __name__ == "__main__":
    sys.exit(main())
