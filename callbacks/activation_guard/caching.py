"""`use_cache`: off while training computes, back at the model's own value as soon as it does not.

Trainer sets `config.use_cache = args.use_cache` (False by default) at the end of its construction, on the outermost
configuration alone, and never sets it back: config.json then ships `use_cache: false` and the released model generates
without a cache.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from torch import nn
from transformers import PreTrainedConfig

__all__ = ["CacheSwitch", "feeds_cache"]


def feeds_cache(model: nn.Module) -> bool:
    """Whether *model* works through the cache: PEFT's prompt and prefix tuning hand their virtual tokens over in it."""
    adapters = getattr(model, "peft_config", None) or {}
    return any(getattr(adapter, "is_prompt_learning", False) for adapter in adapters.values())


class CacheSwitch:
    """Remembers what `use_cache` was in each configuration, switches it off, and brings it back."""

    def __init__(self) -> None:
        self._own: dict[int, tuple[PreTrainedConfig, object]] = {}

    def remember(self, configs: list[PreTrainedConfig]) -> None:
        """Note the present value of each of *configs* that is not noted yet; call it before Trainer writes its own."""
        for config in configs:
            if hasattr(config, "use_cache"):
                self._own.setdefault(id(config), (config, config.use_cache))

    def forget(self) -> None:
        """Drop what was noted: between two trainings the values are the user's to change."""
        self._own.clear()

    @contextmanager
    def off(self, configs: list[PreTrainedConfig]) -> Iterator[None]:
        """`use_cache` is False in *configs* within, and what was remembered after, whatever ends it."""
        kept = [self._own[id(config)] for config in configs if id(config) in self._own]
        for config, _ in kept:
            config.use_cache = False
        try:
            yield
        finally:
            for config, value in kept:
                config.use_cache = value
