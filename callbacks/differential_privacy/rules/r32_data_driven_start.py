"""The adapter starts from, or the base is quantised with, numbers that were computed from private data.

EVA, CorDA and LoRA-GA compute the adapter's first weights from activations or gradients of examples; GPTQ and AWQ
calibrate on them. PiSSA, OLoRA and LoftQ look at the base model alone.

Cost: outside of the claim: those weights are published without noise.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from finewarden.callbacks.differential_privacy.rules.rule import Rule
from finewarden.callbacks.differential_privacy.rules.run import Run
from finewarden.callbacks.refusal import Problem

__all__ = ["RULE"]

DRIVEN = ("eva", "corda", "lora_ga")
CALIBRATED = ("gptq", "awq")


def check(run: Run) -> Iterator[Problem]:
    """How the adapter began, and how the base was quantised."""
    for config in getattr(run.model, "peft_config", {}).values():
        start = getattr(config, "init_lora_weights", None)
        if isinstance(start, str) and start.lower() in DRIVEN:
            yield Problem(
                what=f"init_lora_weights={start!r} computes the adapter's first weights from examples",
                remedy="choose init_lora_weights=True or 'pissa', or compute it from public data",
            )
    quantised = getattr(getattr(run.model, "config", None), "quantization_config", None)
    method, dataset = _read(quantised, "quant_method"), _read(quantised, "dataset")
    # The name of a data set ("c4") is public; texts are the user's own. A base from elsewhere was calibrated elsewhere.
    if method in CALIBRATED and isinstance(dataset, list):
        yield Problem(
            what=f"the base model was quantised with {method}, calibrated on texts of your own",
            remedy="calibrate on public text, e.g. dataset='c4'",
        )


def _read(config: Any, name: str) -> Any:
    """A field of a quantisation's configuration, which is a dictionary when it was read from config.json."""
    value = config.get(name) if isinstance(config, dict) else getattr(config, name, None)
    return getattr(value, "value", value)


RULE = Rule(
    number=32,
    name="data-driven-start",
    action="warn",
    text=__doc__,
    example="LoraConfig(init_lora_weights='eva')",
    source="arXiv 2410.07170 (EVA); arXiv 2406.05223 (CorDA); arXiv 2210.17323 (GPTQ)",
    before=check,
)
