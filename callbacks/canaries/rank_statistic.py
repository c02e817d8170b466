"""Do the weights of this step tell inserted canaries from the others? A number to watch while training runs.

Not a verdict: it is looked at many times, on a sample. The audits judge the release once, on all canaries.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from torch import nn

from finewarden.callbacks.canaries.randomness import Stream
from finewarden.evidence.canary_book import Canary, CanaryBook
from finewarden.memorization.auc import Area
from finewarden.memorization.scoring import TokenPair, score

__all__ = ["RankStatistic", "choose", "untouched"]


class RankStatistic:
    """Mean log-probability of each secret now, minus what it was under the base model; AUC of inserted against others,
    within families.

    *model*: as training begins. The base is the model without its adapter, or, of full weights, the model as it is now.
    """

    def __init__(self, model: nn.Module, canaries: Sequence[Canary], pairs: Mapping[str, TokenPair]) -> None:
        self._canaries = canaries
        self._pairs = [pairs[each.id] for each in canaries]
        disable = getattr(model, "disable_adapter", None)
        self._base = self._means(model, disable if hasattr(model, "peft_config") else None)

    def auc(self, model: nn.Module) -> float | None:
        """0.5 is chance, 1.0 tells all. None where nothing can be compared, or a score could not be taken."""
        gains = [
            now - then if now is not None and then is not None else None
            for now, then in zip(self._means(model), self._base, strict=True)
        ]
        sides: tuple[list[tuple[float, str]], list[tuple[float, str]]] = ([], [])
        for gain, canary in zip(gains, self._canaries, strict=True):
            if gain is not None:
                sides[not canary.inserted].append((gain, canary.family))
        (members, strata), (others, their_strata) = (([g for g, _ in s], [f for _, f in s]) for s in sides)
        if not set(strata) & set(their_strata):
            return None
        return Area(members, others, member_strata=strata, non_member_strata=their_strata).value

    def _means(self, model: nn.Module, without: Callable[[], Any] | None = None) -> list[float | None]:
        with untouched(model):
            if without is None:
                scores = score(model, self._pairs)
            else:
                with without():
                    scores = score(model, self._pairs)
        return [each.total / len(each.log_probs) if each is not None else None for each in scores]


def choose(book: CanaryBook, sample: int) -> list[Canary]:
    """At most *sample* coin canaries: from each family in turn one that was inserted and one that was not."""
    pick = Stream(book.head.seed, "rank statistic")
    groups: dict[tuple[str, bool], list[Canary]] = {}
    for canary in book.tier("coin"):
        groups.setdefault((canary.family, canary.inserted), []).append(canary)
    for group in groups.values():
        pick.shuffle(group)
    families = sorted({family for family, _ in groups})
    chosen: list[Canary] = []
    for turn in range(max(map(len, groups.values()), default=0)):
        for family in families:
            both = [groups.get((family, side), [])[turn : turn + 1] for side in (True, False)]
            if all(both) and len(chosen) + 2 <= sample:
                chosen += [both[0][0], both[1][0]]
    return chosen


@contextmanager
def untouched(model: nn.Module) -> Iterator[None]:
    """*model* in evaluation mode, and afterwards everything as it was: modes, what is trained, states of randomness."""
    modes = [(module, module.training) for module in model.modules()]
    trained = [(parameter, parameter.requires_grad) for parameter in model.parameters()]
    python, numbers = random.getstate(), np.random.get_state()
    with torch.random.fork_rng(devices=_devices(model)):
        try:
            model.eval()
            yield
        finally:
            for module, mode in modes:
                module.training = mode
            for parameter, wanted in trained:  # PEFT sets it anew when an adapter is switched on again
                parameter.requires_grad_(wanted)
            random.setstate(python)
            np.random.set_state(numbers)


def _devices(model: nn.Module) -> list[int]:
    return sorted({p.device.index or 0 for p in model.parameters() if p.device.type == "cuda"})
