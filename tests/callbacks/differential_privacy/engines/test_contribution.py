"""The property that privacy needs: an example's contribution is its own and bounded, whatever is beside it."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.callbacks.differential_privacy.engines.micro_batches import add, batch, example, row, trained
from tests.callbacks.runs import Runs

pytestmark = pytest.mark.training

LENGTHS = st.integers(2, 24)


def contributions(trainer: Any, engine: Any, inputs: dict[str, Any], bound: float) -> list[Any]:
    """What each unit that *engine* takes from *inputs* adds to the sum, as one vector."""
    import torch

    from finewarden.callbacks.differential_privacy.clipping import ClippedSum

    class Apart(ClippedSum):
        """Each unit in a sum of its own."""

        def add(self, gradients: Any) -> float:
            return self._own(lambda own: own.add(gradients))

        def add_batch(self, gradients: Any, scale: Any) -> Any:
            for n in range(len(scale)):
                self._own(
                    lambda own, n=n: own.add_batch(
                        [g if g is None else g[n : n + 1] for g in gradients], scale[n : n + 1]
                    )
                )

        def _own(self, put: Any) -> Any:
            own = ClippedSum(self.parameters, self.max_grad_norm)
            norm = put(own)
            found.append(torch.cat([each.flatten() for each in own.sums]).double())
            return norm

    found: list[Any] = []
    add(trainer, engine, inputs, Apart(trained(trainer), bound))
    return found


@pytest.mark.parametrize("name", ["microbatch", "hooks"])
@pytest.mark.parametrize("lora", [True, False], ids=["LoRA", "all weights"])
def test_a_contribution_depends_on_its_example_alone_and_is_bounded(
    runs: Runs, tiny: ModuleType, name: str, lora: bool
) -> None:
    """Over lengths, prompts, neighbours, places, padding and bounds: the same to 1e-5 C, and at most C (1 + 1e-6)."""
    from transformers import DataCollatorForSeq2Seq

    from finewarden.callbacks.differential_privacy.engines.hooks import HooksEngine
    from finewarden.callbacks.differential_privacy.engines.microbatch import MicroBatchEngine

    trainer = runs.trainer(model=tiny.tiny_model(hidden=32, layers=1), lora=lora)
    trainer.data_collator = DataCollatorForSeq2Seq(tiny.byte_tokenizer())
    alone, engine = MicroBatchEngine(), HooksEngine(trainer) if name == "hooks" else MicroBatchEngine()

    @settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(
        length=LENGTHS,
        prompt=st.integers(0, 24),
        seed=st.integers(0, 99),
        neighbours=st.lists(LENGTHS, max_size=4),
        place=st.integers(0, 4),
        side=st.sampled_from(["left", "right"]),
        extra=st.integers(0, 5),
        bound=st.sampled_from([0.01, 1.0, 3.0, 1e3]),
    )
    def check(
        length: int, prompt: int, seed: int, neighbours: list[int], place: int, side: str, extra: int, bound: float
    ) -> None:
        subject = example(length, seed, prompt)
        examples = [example(each, 100 + number, number % 3) for number, each in enumerate(neighbours)]
        place = min(place, len(examples))
        examples.insert(place, subject)
        inputs = batch(examples, side, extra)
        (expected,) = contributions(trainer, alone, batch([subject]), bound)
        micro_batches = [inputs] if name == "hooks" else [row(inputs, number) for number in range(len(examples))]
        found = [each for one in micro_batches for each in contributions(trainer, engine, one, bound)]
        assert len(found) == len(examples)
        assert float((found[place] - expected).norm()) <= 1e-5 * bound
        assert max(float(each.norm()) for each in found) <= bound * (1 + 1e-6)

    check()
