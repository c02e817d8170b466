"""Opacus in a transformers Trainer: private as far as Opacus can be, and with one part of it wrong."""

from __future__ import annotations

import secrets
from types import SimpleNamespace
from typing import Any

import torch
from opacus.accountants import create_accountant
from opacus.grad_sample.utils import prepare_module
from opacus.optimizers import DPOptimizer
from opacus.utils.uniform_sampler import UniformWithReplacementSampler
from torch.utils.data import DataLoader
from transformers import Trainer, TrainerCallback


def private_generator() -> torch.Generator:
    """Seeded by the operating system."""
    generator = torch.Generator()
    generator.manual_seed(secrets.randbits(63))
    return generator


class Clear(TrainerCallback):
    """`model.zero_grad()`, which Trainer calls, leaves per-example gradients (dp-transformers issue 47)."""

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        kwargs["optimizer"].optimizer.zero_grad(set_to_none=True)


class OpacusTrainer(Trainer):
    """Poisson samples, one micro-batch an update, each example's own mean loss, noise of its own, each step counted.

    Draws of 9 in 10 examples: an empty one, which Trainer could not compute, has probability 1e-8.
    """

    def __init__(
        self,
        *,
        model: Any,
        accountant: str = "rdp",
        mode: str = "hooks",
        noise_multiplier: float = 1.0,
        generator: torch.Generator | str | None = "private",
        accounted_rate: float = 0.9,
        delta: float = 1e-6,
        target_epsilon: float | None = None,
        **rest: Any,
    ) -> None:
        self.hooks = prepare_module(model, grad_sample_mode=mode, wrap_model=False)
        self.noise_multiplier = noise_multiplier
        self.generator = private_generator() if generator == "private" else generator
        self.accountant = create_accountant(accountant)
        self.accounted_rate = accounted_rate
        self.privacy_args = SimpleNamespace(target_epsilon=target_epsilon, target_delta=delta)
        super().__init__(model=model, **rest)
        self.add_callback(Clear)

    def compute_loss(self, model: Any, inputs: Any, return_outputs: bool = False, **_: Any) -> Any:
        """The mean over examples of each one's mean over its own tokens."""
        inputs = dict(inputs)
        labels, weight = inputs.pop("labels")[:, 1:], inputs.pop("weight", 1.0)
        logits = model(**inputs).logits[:, :-1]
        losses = torch.nn.functional.cross_entropy(logits.transpose(1, 2), labels, reduction="none")
        counted = labels != -100
        loss = ((losses * counted).sum(1) / counted.sum(1) * weight).mean()
        return (loss, None) if return_outputs else loss

    def get_batch_samples(self, epoch_iterator: Any, num_batches: int, device: torch.device) -> Any:
        """No number of items: the loss does not want it."""
        return [next(epoch_iterator) for _ in range(num_batches)], None

    def create_optimizer(self, *_: Any) -> Any:
        """A DPOptimizer with a generator of its own."""
        if self.optimizer is None:
            self.optimizer = DPOptimizer(
                super().create_optimizer(),
                noise_multiplier=self.noise_multiplier,
                max_grad_norm=1.0,
                expected_batch_size=7,
                generator=self.generator,
            )
            self.optimizer.attach_step_hook(self.accountant.get_optimizer_hook_fn(self.accounted_rate))
        return self.optimizer

    def sampler(self) -> Any:
        """A Poisson sampler."""
        return UniformWithReplacementSampler(
            num_samples=len(self.train_dataset), sample_rate=0.9, generator=private_generator(), steps=8
        )

    def get_train_dataloader(self) -> DataLoader:
        """A loader of Poisson samples."""
        return DataLoader(self.train_dataset, batch_sampler=self.sampler(), collate_fn=self.data_collator)

    def prepared(self) -> Any:
        """As it is when training begins: with optimizer and loader."""
        self.create_optimizer()
        self.callback_handler.train_dataloader = self.get_train_dataloader()
        return self

    def backward(self) -> Any:
        """One backward pass over four examples, and no step."""
        batch = self.data_collator([self.train_dataset[row] for row in range(4)])
        self.model.train()
        self.compute_loss(self.model, batch).backward()
        return self


class TokenMeanTrainer(OpacusTrainer):
    """With the loss as Trainer computes it."""

    compute_loss = Trainer.compute_loss
    get_batch_samples = Trainer.get_batch_samples


class ShuffledTrainer(OpacusTrainer):
    """With the loader that Trainer makes."""

    get_train_dataloader = Trainer.get_train_dataloader


class RandomRowTrainer(OpacusTrainer):
    """With Opacus' collator that fills empty draws with a random row."""

    def get_train_dataloader(self) -> DataLoader:
        """As DPTrainer makes it."""
        from opacus.data_loader import wrap_collate_with_empty

        collate = wrap_collate_with_empty(collate_fn=self.data_collator, rand_on_empty=True)
        return DataLoader(self.train_dataset, batch_sampler=self.sampler(), collate_fn=collate)
