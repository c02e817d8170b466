"""Greedy answers, in batches: what the model says first, with no sampling and no penalty of the folder's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from finewarden.memorization.scoring import MAX_TOKENS, longest

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["Answer", "greedy_answers"]

_CACHE_TOKENS = 4 * MAX_TOKENS
"""Tokens whose keys and values are held at once: about 4 GiB for a model of 8 billion parameters in bfloat16."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The likeliest token at each place, as *ids*, up to what stops an answer (not included).

    *log_probs*: natural log-probability of each id. *watched*: at each place, that of each token the caller watches;
    one place more than ids where the answer was stopped, since something else could have been said there.
    """

    ids: tuple[int, ...]
    log_probs: tuple[float, ...]
    watched: tuple[tuple[float, ...], ...]


def greedy_answers(
    model: Any,
    contexts: Sequence[tuple[int, ...]],
    *,
    watch: Sequence[tuple[int, ...]],
    answer_tokens: int,
    stop_ids: tuple[int, ...],
) -> list[Answer | None]:
    """The greedy continuation of each context, at most *answer_tokens* long; the ids of *watch* are scored all along.

    None means not measured: an empty context, an id outside the vocabulary, more tokens with the answer than the model
    can read, or NaN. Contexts are padded on the left, in
    batches whose cache stays within a bound. One pass: the log-probabilities are those the tokens were chosen by.
    """
    import torch
    from transformers import GenerationConfig, LogitsProcessorList

    device = next(model.parameters()).device
    vocabulary = model.get_input_embeddings().num_embeddings
    pad = stop_ids[0] if stop_ids else 0
    settings = GenerationConfig(  # type: ignore[no-untyped-call]
        do_sample=False,
        num_beams=1,
        max_new_tokens=answer_tokens,
        eos_token_id=list(stop_ids) or None,
        pad_token_id=pad,
    )
    answers: list[Answer | None] = [None] * len(contexts)
    room = longest(model) - answer_tokens
    order = [
        i for i, context in enumerate(contexts) if 0 < len(context) <= room and max(*context, *watch[i], 0) < vocabulary
    ]
    order.sort(key=lambda i: len(contexts[i]), reverse=True)
    while order:
        width = len(contexts[order[0]])
        count = max(1, _CACHE_TOKENS // (width + answer_tokens))
        batch, order = order[:count], order[count:]
        ids = torch.tensor([(pad,) * (width - len(contexts[i])) + contexts[i] for i in batch], device=device)
        mask = torch.tensor([[0] * (width - len(contexts[i])) + [1] * len(contexts[i]) for i in batch], device=device)
        most = max(len(watch[i]) for i in batch)
        watched = torch.tensor([watch[i] + (0,) * (most - len(watch[i])) for i in batch], device=device).long()
        record = _Record(watched)
        with torch.inference_mode():
            out = model.generate(
                input_ids=ids,
                attention_mask=mask,
                generation_config=settings,
                logits_processor=LogitsProcessorList([record]),
            )
        for i, row, likeliest, others in zip(batch, out[:, width:].tolist(), *record.read(), strict=True):
            end = next((at for at, token in enumerate(row) if token in stop_ids), len(row))
            log_probs, seen = likeliest[:end], others[: end + 1]
            if not any(x != x for x in (*log_probs, *(x for place in seen for x in place))):
                places = tuple(tuple(place[: len(watch[i])]) for place in seen)
                answers[i] = Answer(tuple(row[:end]), tuple(min(0.0, x) for x in log_probs), places)
    return answers


class _Record:
    """A logits processor that changes nothing and keeps, of each step, the few log-probabilities that are wanted."""

    def __init__(self, watched: Tensor) -> None:
        self._watched = watched
        self._likeliest: list[Tensor] = []
        self._others: list[Tensor] = []

    def __call__(self, input_ids: Tensor, scores: Tensor) -> Tensor:  # noqa: ARG002 - the processor's signature
        logits = scores.float()
        normaliser = logits.logsumexp(-1)
        self._likeliest.append(logits.amax(-1) - normaliser)
        self._others.append(logits.gather(1, self._watched) - normaliser[:, None])
        return scores

    def read(self) -> tuple[list[list[float]], list[list[list[float]]]]:
        """Of each row: the likeliest token's log-probability at each step, and those of its watched ids."""
        import torch

        return torch.stack(self._likeliest, 1).tolist(), torch.stack(self._others, 1).tolist()
