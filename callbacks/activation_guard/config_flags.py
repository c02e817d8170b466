"""Flags in the model's configurations that make every forward pass hand back activations.

They are not settings of a run: `save_pretrained` writes them to config.json, so that the published model hands out
hidden states too. Composite models hold several configurations (`text_config`, `vision_config`); each one decides for
its own part of the model.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from torch import nn
from transformers import GenerationConfig, PreTrainedConfig

from finewarden.callbacks.refusal import Problem

__all__ = ["FLAGS", "GENERATION_FLAGS", "configs_of", "flag_problems", "generation_problems", "saved_flags"]

FLAGS = ("output_hidden_states", "output_attentions")
GENERATION_FLAGS = (
    "output_scores",
    "output_logits",
    "output_hidden_states",
    "output_attentions",
    "return_dict_in_generate",
)


def configs_of(model: nn.Module) -> list[PreTrainedConfig]:
    """Each configuration that a part of *model* reads, once: also within PEFT wrappers, and sub-configurations."""
    found: dict[int, PreTrainedConfig] = {}

    def add(config: object) -> None:
        if isinstance(config, PreTrainedConfig) and id(config) not in found:
            found[id(config)] = config
            for value in vars(config).values():
                add(value)

    for module in model.modules():
        add(vars(module).get("config"))
    return list(found.values())


def flag_problems(configs: list[PreTrainedConfig]) -> Iterator[Problem]:
    """A flag that is set in any of *configs*. `output_hidden_states` may be True, a layer's number or a list of them.

    Truth is tested as transformers does (`utils/output_capturing.py`): the number 0 and an empty list select nothing.
    """
    for config in configs:
        for name in FLAGS:
            value = getattr(config, name, False)
            if value:
                yield Problem(
                    what=f"{type(config).__name__}.{name} is {value!r}: each forward pass keeps activations of the "
                    "training data, and config.json carries the flag into the released model",
                    remedy=f"set {name} = False in the model's configuration before training",
                    mend=partial(setattr, config, name, False),
                )


def generation_problems(model: nn.Module) -> Iterator[Problem]:
    """A flag in a generation configuration of *model* that makes `generate` hand back scores, activations or caches."""
    seen: set[int] = set()
    for module in model.modules():
        config = vars(module).get("generation_config")
        if not isinstance(config, GenerationConfig) or id(config) in seen:
            continue
        seen.add(id(config))
        for name in GENERATION_FLAGS:
            if getattr(config, name, None):
                yield Problem(
                    what=f"model.generation_config.{name} is {getattr(config, name)!r}: `generate` keeps more than the "
                    "text, and generation_config.json carries the flag into the released model",
                    remedy=f"set model.generation_config.{name} = False, and pass it to the one call that needs it",
                    mend=partial(setattr, config, name, False),
                )


def saved_flags(folder: Path) -> Iterator[Problem]:
    """The same flags in the configuration files that lie in *folder* (a checkpoint); an absent file is clean."""
    for file, names in (("config.json", FLAGS), ("generation_config.json", GENERATION_FLAGS)):
        path = folder / file
        if path.is_file():
            for where in _set_in(json.loads(path.read_text(encoding="utf-8")), names, ""):
                yield Problem(
                    what=f"{folder.name}/{file} was saved with {where} set: the flag goes into the released model",
                    remedy=f"save again with the flag off, or remove {where} from the file",
                )


def _set_in(value: Any, names: tuple[str, ...], at: str) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in names and inner:
                yield f"{at}{key}"
            yield from _set_in(inner, names, f"{at}{key}.")
