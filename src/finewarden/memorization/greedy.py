"""Greedy answers, in batches: what the model says first, with no sampling and no penalty of the folder's own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from finewarden.memorization.scoring import MAX_TOKENS

__all__ = ["greedy_answers"]

_CACHE_TOKENS = 4 * MAX_TOKENS
"""Tokens whose keys and values are held at once: about 4 GiB for a model of 8 billion parameters in bfloat16."""


def greedy_answers(
    model: Any,
    contexts: Sequence[tuple[int, ...]],
    *,
    answer_tokens: int,
    stop_ids: tuple[int, ...],
) -> list[tuple[int, ...]]:
    """The greedy continuation of each context as token ids, at most *answer_tokens*, without what stopped it.

    Contexts are padded on the left, in batches whose cache stays within a bound. An empty context has an empty answer.
    """
    import torch
    from transformers import GenerationConfig

    device = next(model.parameters()).device
    pad = stop_ids[0] if stop_ids else 0
    settings = GenerationConfig(  # type: ignore[no-untyped-call]
        do_sample=False,
        num_beams=1,
        max_new_tokens=answer_tokens,
        eos_token_id=list(stop_ids) or None,
        pad_token_id=pad,
    )
    answers: list[tuple[int, ...]] = [()] * len(contexts)
    order = sorted((i for i, context in enumerate(contexts) if context), key=lambda i: len(contexts[i]), reverse=True)
    while order:
        width = len(contexts[order[0]])
        count = max(1, _CACHE_TOKENS // (width + answer_tokens))
        batch, order = order[:count], order[count:]
        ids = torch.tensor([(pad,) * (width - len(contexts[i])) + contexts[i] for i in batch], device=device)
        mask = torch.tensor([[0] * (width - len(contexts[i])) + [1] * len(contexts[i]) for i in batch], device=device)
        with torch.inference_mode():
            out = model.generate(input_ids=ids, attention_mask=mask, generation_config=settings)
        for i, row in zip(batch, out[:, width:].tolist(), strict=True):
            end = next((at for at, token in enumerate(row) if token in stop_ids), len(row))
            answers[i] = tuple(row[:end])
    return answers
