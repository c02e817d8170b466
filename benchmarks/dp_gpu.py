"""What only a GPU can show of private training: Unsloth's fused path, 4-bit weights, speed, noise drawn on the device.

    pip install unsloth bitsandbytes
    python benchmarks/dp_gpu.py            # one NVIDIA GPU, under eight minutes; not yet run on one
    python benchmarks/dp_gpu.py --smoke    # on a CPU, without Unsloth and 4 bits: that the script works

Nothing is downloaded: the model is a Llama of 0.7 billion parameters with random weights, LoRA r=16 on all projections,
both matrices away from zero. Three tables:

1. Gradients that the microbatch engine takes of single examples, in a run of `Trainer`, against plain autograd of each
   example alone: in Unsloth with its fused kernels and its compiled forwards off, and in transformers and PEFT with all
   in float32 (of 4-bit weights: the same weights, computed in float32). Largest error over examples, relative to the
   reference: of the norm, and of the whole gradient. Autograd in bfloat16 stands beside it: that is rounding alone.
2. Eight examples a step through `Trainer`, with the callback and without, median of steps; and peak memory. nan is
   where memory did not suffice, and on a CPU. 4-bit weights at one length only.
3. Mean, variance and correlation of the noise, with their standard scores.

The exit status is 1 when an error or a score is beyond its limit, and 2 when something is missing.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import torch
import transformers
from dp_gpu_models import FULL, SMOKE, Size, save_base
from dp_gpu_parts import ENGINE, EXACT, OFF, PARTS, ROWS, Found, errors, plain_part, quiet
from torch import Tensor

from finewarden.callbacks.differential_privacy.randomness import add_gaussian_

# As in the proof of the hooks engine: a few roundings of bfloat16, 2^-9 each.
LIMIT, SCORE = 2.0**-5, 5.0


def in_process(part: str, base: Path, *, four_bit: bool) -> Found:
    """One part of the full run in a process of its own."""
    out = base.parent / f"{part}-{four_bit}.pt"
    environment = {**os.environ, "CUDA_VISIBLE_DEVICES": os.environ.get("CUDA_VISIBLE_DEVICES", "0").split(",")[0]}
    if part == "off":
        environment["UNSLOTH_COMPILE_DISABLE"] = "1"
    script = Path(__file__).resolve().with_name("dp_gpu_parts.py")
    library, kind = "transformers" if part == "plain" else "unsloth", "4-bit" if four_bit else "bf16"
    call = [sys.executable, str(script), part, library, str(base), str(out), kind]
    done = subprocess.run(call, capture_output=True, text=True, check=False, env=environment)
    if done.returncode or not out.is_file():
        raise RuntimeError(f"part {part!r} failed:\n{done.stdout[-2000:]}\n{done.stderr[-6000:]}")
    found: Found = torch.load(out, weights_only=True)
    return found


# -- 3. noise ----------------------------------------------------------------------------------------------------------


def noise_scores(size: Size) -> dict[str, tuple[float, float]]:
    """Of two draws: mean, variance, and their correlation, each with its standard score."""
    n, deviation = size.noise, 3.0
    first, second = (torch.zeros(n, device=size.device) for _ in range(2))
    add_gaussian_([first], deviation)
    add_gaussian_([second], deviation)
    mean, variance = float(first.double().mean()), float(first.double().var()) / deviation**2
    joint = float((first.double() * second.double()).mean()) / deviation**2
    return {
        "mean / deviation": (mean / deviation, mean / deviation * n**0.5),
        "variance / promised": (variance, (variance - 1) * (n / 2) ** 0.5),
        "correlation of two draws": (joint, joint * n**0.5),
    }


# -- tables ------------------------------------------------------------------------------------------------------------


def tell_gradients(gradients: dict[tuple[str, str], dict[int, Tensor]]) -> bool:
    """Print the first table; whether the engine is within the limit of all references."""
    good = True
    print(f"\n1. gradients of single examples, largest relative error (limit of the engine's norms {LIMIT:.3f})")
    print(f"  {'weights':9}{'gradient by':32}{'against':32}{'of the norm':>12}{'of all of it':>14}")
    for (kind, name), found in gradients.items():
        for reference in (OFF, EXACT):
            if name == reference or (kind, reference) not in gradients:
                continue
            norm, whole = errors(found, gradients[kind, reference])
            good &= not name.startswith(ENGINE) or norm <= LIMIT
            print(f"  {kind:9}{name:32}{reference:32}{norm:12.2e}{whole:14.2e}")
    return good


def tell_speeds(rows: list[Found]) -> None:
    """Print the second table."""
    print(f"\n2. {ROWS} examples a step; throughput of that without privacy in micro-batches of 1, and of {ROWS}")
    head = f"  {'stack':16}{'T':>6}  {'engine':12}{'in one':>7}{'ms a step':>11}"
    print(f"{head}{'of 1':>8}{f'of {ROWS}':>8}{'peak, GiB':>11}")
    for each in rows:
        base = {
            other["rows"]: other["seconds"] / each["seconds"]
            for other in rows
            if other["engine"] is None and (other["stack"], other["length"]) == (each["stack"], each["length"])
        }
        name, ratios = each["engine"] or "none", f"{base[1]:8.3f}{base[ROWS]:8.3f}"
        line = f"  {each['stack']:16}{each['length']:6}  {name:12}{each['rows']:7}{1000 * each['seconds']:11.1f}"
        print(f"{line}{ratios}{each['peak']:11.2f}")


def tell_noise(size: Size) -> bool:
    """Print the third table; whether all scores are within the limit."""
    scores = noise_scores(size)
    print(f"\n3. noise drawn on {size.device}, {size.noise} numbers (limit of the score {SCORE:g})")
    for name, (value, score) in scores.items():
        print(f"  {name:28}{value:12.6f}{score:8.2f}")
    return all(abs(score) <= SCORE for _, score in scores.values())


def missing() -> list[str]:
    """What this machine lacks for the full run."""
    lacks = [] if torch.cuda.is_available() else ["no CUDA device: torch.cuda.is_available() is False"]
    wanted = ("unsloth", "bitsandbytes")
    return lacks + [
        f"{name} is not installed: pip install {name}" for name in wanted if not importlib.util.find_spec(name)
    ]


def main(argv: list[str] | None = None) -> int:
    """Measure and print; the exit status is said above."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--smoke", action="store_true", help="a tiny model on the CPU, without Unsloth")
    options = parser.parse_args(argv)
    quiet()
    if not options.smoke and (lacks := missing()):
        print("\n".join(["this benchmark needs an NVIDIA GPU, Unsloth and bitsandbytes (or --smoke):", *lacks]))
        return 2
    size, began = SMOKE if options.smoke else FULL, time.perf_counter()
    where = "CPU" if options.smoke else torch.cuda.get_device_name()
    print(f"{where}, torch {torch.__version__}, transformers {transformers.__version__}", flush=True)
    parts: list[Found] = []
    with tempfile.TemporaryDirectory() as scratch:
        base = Path(scratch, "base")
        save_base(base, size)
        if options.smoke:
            parts.append(plain_part(base, size, four_bit=False))
        else:
            for four_bit in (False, True):
                for part in PARTS:
                    parts.append(in_process(part, base, four_bit=four_bit))
                    print(f"{part}, {'4-bit' if four_bit else 'bf16'}: {time.perf_counter() - began:.0f} s", flush=True)
    for note in (note for each in parts for note in each.get("notes", [])):
        print(note)
    good = tell_gradients({key: value for each in parts for key, value in each["gradients"].items()})
    tell_speeds([row for each in parts for row in each.get("speeds", [])])
    good &= tell_noise(size)
    return int(not good)


if __name__ == "__main__":
    sys.exit(main())
