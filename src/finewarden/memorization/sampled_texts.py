"""What a model says when it is sampled as it is deployed, in batches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from finewarden.evidence.measured.common import Sampler
from finewarden.memorization.loading import Loaded
from finewarden.memorization.scoring import MAX_TOKENS, Progress, longest

__all__ = ["sampled_texts"]


def sampled_texts(
    model: Any,
    loaded: Loaded,
    contexts: Sequence[tuple[int, ...]],
    *,
    sampler: Sampler,
    tokens: int,
    seed: int,
    progress: Progress | None = None,
) -> list[str | None]:
    """One continuation of each context, at most *tokens* tokens, as text without special tokens; drawn from *seed*.

    None: the model can't read so many tokens. Contexts must not be empty. Padded on the left, in batches whose cache
    stays within a bound. The caller's own random state is left as it was.
    """
    import torch
    from transformers import GenerationConfig

    device = next(model.parameters()).device
    pad = loaded.stop_ids[0] if loaded.stop_ids else 0
    settings = GenerationConfig(  # type: ignore[no-untyped-call]
        do_sample=True,
        temperature=sampler.temperature,
        top_k=sampler.top_k or 0,  # 0: no limit; None would be transformers' own 50
        top_p=1.0 if sampler.top_p is None else sampler.top_p,
        num_beams=1,
        max_new_tokens=tokens,
        eos_token_id=list(loaded.stop_ids) or None,
        pad_token_id=pad,
    )
    texts: list[str | None] = [None] * len(contexts)
    room = longest(model) - tokens
    order = [i for i, context in enumerate(contexts) if len(context) <= room]
    order.sort(key=lambda i: len(contexts[i]), reverse=True)
    done = len(contexts) - len(order)
    with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []), torch.inference_mode():
        torch.manual_seed(seed)
        while order:
            width = len(contexts[order[0]])
            count = max(1, 4 * MAX_TOKENS // (width + tokens))
            batch, order = order[:count], order[count:]
            ids = torch.tensor([(pad,) * (width - len(contexts[i])) + contexts[i] for i in batch], device=device)
            mask = torch.tensor([[0] * (width - len(contexts[i])) + [1] * len(contexts[i]) for i in batch])
            out = model.generate(input_ids=ids, attention_mask=mask.to(device), generation_config=settings)
            said = loaded.tokenizer.batch_decode(out[:, width:], skip_special_tokens=True)
            for i, text in zip(batch, said, strict=True):
                texts[i] = text
            done += len(batch)
            if progress is not None:
                progress(done, len(contexts))
    return texts
