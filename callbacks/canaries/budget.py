"""How much of the training the canaries take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from finewarden.evidence.canary_book import Canary, CanaryBook
from finewarden.memorization.rendering import render

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

__all__ = ["MUCH", "budget_line", "token_share"]

MUCH = 0.01
"""The share of the training tokens above which canaries may be felt."""


def token_share(
    tokenizer: PreTrainedTokenizerBase, sample: Sequence[Mapping[str, Any]], rows: int, canaries: Sequence[Canary]
) -> float:
    """Share of the tokens that are canaries', of *rows* records of which *sample* was tokenised."""
    ordinary = sum(len(render(tokenizer, row).ids) for row in sample) / len(sample) * rows
    planted = sum(len(render(tokenizer, each.row).ids) * each.repetitions for each in canaries if each.inserted)
    return planted / (planted + ordinary) if planted else 0.0


def budget_line(book: CanaryBook) -> str:
    """One line: what was planted, and what it takes."""
    coins, stress = [*book.tier("coin"), *book.tier("input")], book.tier("stress")
    copies = sum(canary.repetitions for canary in book.inserted)
    text = (
        f"canaries: {len(coins)} by coin, {len(stress)} under stress; {copies} rows inserted, "
        f"about {100 * book.head.token_share:.2g} % of the training tokens; book {book.head.id[:8]}"
    )
    if book.head.token_share > MUCH:
        text += f". That is more than {MUCH:.0%}: lower count= or stress=, or plant into more data"
    return text
