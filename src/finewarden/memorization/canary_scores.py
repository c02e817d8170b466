"""Every canary of the book put to the model and to its base: the section `canaries` of the measurements.

Each canary is scored after its own record's context, by the ids it was (or would have been) trained as, whatever its
tier and its coin. A canary that can't be rendered or scored says why; the others keep their numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from finewarden.evidence.canary_book import Canary, CanaryBook
from finewarden.evidence.measured.canaries import Canaries, CanaryScore, StressScore
from finewarden.evidence.measured.common import Sampler
from finewarden.memorization.both_models import UNREAD, Both, logged, read_both
from finewarden.memorization.controls import control
from finewarden.memorization.loading import Loaded
from finewarden.memorization.progress import in_one
from finewarden.memorization.rendering import CannotRender, target_of, text_at, with_text
from finewarden.memorization.scoring import Progress, Score, TokenPair, score

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

__all__ = ["measure_canaries"]


def measure_canaries(
    loaded: Loaded, book: CanaryBook, *, sampler: Sampler, progress: Progress | None = None
) -> Canaries:
    """Score all canaries of *book*, stress canaries beside their references too (by the fine-tuned model alone).

    Without a base the base's numbers are None. *progress* is told how many of how many pairs are done.
    """
    rendered = [_rendered(loaded.tokenizer, canary) for canary in book.canaries]
    asked = [(at, pair) for at, pair in enumerate(rendered) if isinstance(pair, TokenPair)]
    pairs = [pair for _, pair in asked]
    stress = [_Rivals.of(loaded.tokenizer, canary) for canary in book.tier("stress")]
    rivals = [pair for each in stress for pair in each.pairs]
    part = in_one(progress, 2 * len(pairs) * (1 + loaded.has_base) + len(rivals))
    first = part(2 * len(pairs) * (1 + loaded.has_base))
    readings = read_both(loaded, pairs, sampler=sampler, nearly=True, progress=first)
    read = dict(zip((at for at, _ in asked), readings, strict=True))
    scored = iter(score(loaded.model, rivals, progress=part(len(rivals))))
    fresh = [pair for at, pair in asked if not book.canaries[at].inserted]
    return Canaries(
        book=book.sha256,
        book_id=book.head.id,
        sampler=sampler,
        scores=tuple(
            _canary_score(canary, pair, read.get(at), has_base=loaded.has_base)
            for at, (canary, pair) in enumerate(zip(book.canaries, rendered, strict=True))
        ),
        stress=tuple(each.score([next(scored) for _ in each.pairs]) for each in stress),
        control=control(loaded.model, fresh or pairs, loaded.stop_ids),
    )


def _rendered(tokenizer: PreTrainedTokenizerBase, canary: Canary, secret: str | None = None) -> TokenPair | str:
    """The ids of *canary*, or of another *secret* in its place; a text says why there are none."""
    row, length = dict(canary.row), len(canary.secret if secret is None else secret)
    try:
        if secret is not None:
            text = text_at(row, canary.field)
            text = text[: canary.start] + secret + text[canary.start + len(canary.secret) :]
            row = with_text(row, canary.field, text)
        pair = target_of(tokenizer, row, canary.field, canary.start, length)
    except CannotRender as error:
        return str(error)
    return pair if pair.context else "nothing stands before its secret; plant canaries in records that begin otherwise"


def _canary_score(canary: Canary, pair: TokenPair | str, both: Both | None, *, has_base: bool) -> CanaryScore:
    plain = CanaryScore(
        id=canary.id,
        tier=canary.tier,
        family=canary.family,
        repetitions=canary.repetitions,
        tokens=len(pair.target) if isinstance(pair, TokenPair) else 0,
        reason=pair if isinstance(pair, str) else None,
    )
    if both is None:
        return plain
    of_base = f"of the base: {UNREAD}" if has_base and both.base is None else None
    return plain.model_copy(
        update={
            "log_p": logged(both.mine.total if both.mine else None),
            "base_log_p": logged(both.base.total if both.base else None),
            "sampled_log_p": both.sampled_log_p,
            "base_sampled_log_p": both.base_sampled_log_p,
            "near": both.near,
            "base_near": both.base_near,
            "reason": both.reason or of_base,
        }
    )


@dataclass(frozen=True, slots=True)
class _Rivals:
    """A stress canary and, in its own context, its references: *pairs* in that order, empty when *reason* says why."""

    canary: Canary
    pairs: tuple[TokenPair, ...]
    reason: str | None

    @classmethod
    def of(cls, tokenizer: PreTrainedTokenizerBase, canary: Canary) -> _Rivals:
        """One that can't be rendered spoils the rank: it would count as if it had never been drawn."""
        pairs: list[TokenPair] = []
        for secret in (None, *canary.references):
            pair = _rendered(tokenizer, canary, secret)
            if isinstance(pair, str):
                return cls(canary, (), pair if secret is None else f"of a reference: {pair}")
            pairs.append(pair)
        return cls(canary, tuple(pairs), None)

    def score(self, found: Sequence[Score | None]) -> StressScore:
        """The section's entry from the scores of `pairs`."""
        logs = [logged(score.total if score else None) for score in found]
        nll = [-log_p for log_p in logs if log_p is not None]
        reason = self.reason or (UNREAD if len(nll) < len(found) else None)
        return StressScore(
            id=self.canary.id,
            family=self.canary.family,
            repetitions=self.canary.repetitions,
            nll=None if reason else nll[0],
            reference_nll=() if reason else tuple(nll[1:]),
            reason=reason,
        )
