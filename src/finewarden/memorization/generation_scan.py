"""Samples of the model and of its base, searched for planted secrets and for personal values: section `generations`."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from finewarden.evidence.canary_book import CanaryBook
from finewarden.evidence.measured.common import Sampler
from finewarden.evidence.measured.generations import Spoken
from finewarden.evidence.measured.settings import GenerationsSettings
from finewarden.evidence.salted import salted
from finewarden.memorization.loading import Loaded
from finewarden.memorization.measure_error import MeasureError
from finewarden.memorization.personal_strata import Found
from finewarden.memorization.progress import in_one
from finewarden.memorization.rendering import CannotRender, target_of, trained_text
from finewarden.memorization.sampled_texts import sampled_texts
from finewarden.memorization.scoring import Progress, longest
from finewarden.memorization.secret_text import normalise
from finewarden.memorization.training_set import text_before
from finewarden.personal_data.masking import masked

__all__ = ["Prompt", "Wanted", "prompts", "scan", "wanted"]

_BEGINNING = 50
"""Tokens of a plain text's beginning that it is prompted with, half of the text at most."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Something that must not be said: its *kind* and *entity*, *where* it stands, and its text (never to be
    printed)."""

    kind: str
    entity: str
    where: str
    text: str = field(repr=False)
    identity: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Prompt:
    """What is continued; *text* is what the model could copy from it."""

    ids: tuple[int, ...] = field(repr=False)
    text: str = field(repr=False)
    how: Literal["prompted", "unprompted"]


def wanted(book: CanaryBook | None, values: Sequence[Found]) -> list[Wanted]:
    """The secrets of the canaries that were inserted, and the personal *values* of the training data."""
    planted = [
        Wanted("canary", "SECRET", canary.id, canary.secret, canary.id)
        for canary in (book.inserted if book is not None else ())
    ]
    found = [
        Wanted(each.value.kind, each.value.entity, each.record.row.where, each.value.value, ":".join(each.identity))
        for each in values
    ]
    return planted + found


def prompts(
    loaded: Loaded, records: Sequence[Mapping[str, Any]], settings: GenerationsSettings, seed: int
) -> list[Prompt]:
    """Beginnings to continue: nothing, and those of a sample of *records* by *seed*, each again where they are few.

    Nothing is an empty turn of the user where there is a chat template, else the BOS. Raises MeasureError when the
    model has neither, or can't read as many tokens as are sampled behind nothing.
    """
    nothing = _nothing(loaded)
    room = longest(loaded.model) - settings.tokens
    if len(nothing) > room:
        raise MeasureError(
            f"the model reads {longest(loaded.model):g} tokens: too few for answers of {settings.tokens}; ask for less"
        )
    found = [Prompt(nothing, "", "unprompted")] * settings.unprompted
    order = list(records)
    random.Random(seed).shuffle(order)
    asked: list[Prompt] = []
    for record in order:
        if len(asked) >= settings.prompted:
            break
        try:
            prompt = _beginning(loaded, record)
        except CannotRender:
            continue  # `records` tells which can't be rendered
        if prompt is not None and len(prompt.ids) <= room:
            asked.append(prompt)
    again = [asked[i % len(asked)] for i in range(settings.prompted)] if asked else []
    return found + again


def scan(
    loaded: Loaded,
    asked: Sequence[Prompt],
    search: Sequence[Wanted],
    *,
    salt: str,
    sampler: Sampler,
    tokens: int,
    seed: int,
    progress: Progress | None = None,
) -> tuple[Spoken, ...]:
    """Sample every prompt once from each model; what of *search* the model said, with how often its base did.

    What already stands in a prompt does not count in its continuation.
    """
    part = in_one(progress, len(asked) * (1 + loaded.has_base))
    contexts = [prompt.ids for prompt in asked]

    def said(model: object) -> list[str]:
        texts = sampled_texts(
            model, loaded, contexts, sampler=sampler, tokens=tokens, seed=seed, progress=part(len(asked))
        )
        return [normalise(text or "") for text in texts]  # `prompts` gives none that is too long

    mine, base = said(loaded.model), None
    if loaded.has_base:
        with loaded.as_base() as model:
            base = said(model)
    given = [normalise(prompt.text) for prompt in asked]
    spoken = []
    for each in search:
        text = normalise(each.text)
        for how in ("unprompted", "prompted"):
            places = [i for i, prompt in enumerate(asked) if prompt.how == how and text not in given[i]]
            count = sum(text in mine[i] for i in places)
            if text and count:
                spoken.append(
                    Spoken(
                        kind=each.kind,
                        where=each.where,
                        masked=masked(each.entity, each.text),
                        fingerprint=salted(salt, each.identity.encode())[:16],
                        how=how,
                        samples=count,
                        base_samples=None if base is None else sum(text in base[i] for i in places),
                    )
                )
    return tuple(spoken)


def _beginning(loaded: Loaded, record: Mapping[str, Any]) -> Prompt | None:
    field, text = trained_text(record)
    if not text.strip():
        return None
    if field == ("text",):
        length = len(text) // 2
        pair = target_of(loaded.tokenizer, record, field, 0, max(1, length))
        ids = (*pair.context, *pair.target[:_BEGINNING])
        return Prompt(ids, text[:length], "prompted")
    pair = target_of(loaded.tokenizer, record, field, 0, len(text))
    return Prompt(pair.context, text_before(record), "prompted") if pair.context else None


def _nothing(loaded: Loaded) -> tuple[int, ...]:
    tokenizer = loaded.tokenizer
    if tokenizer.chat_template:
        try:
            empty = [{"role": "user", "content": ""}]
            text = tokenizer.apply_chat_template(empty, tokenize=False, add_generation_prompt=True)
            ids = tuple(tokenizer(str(text), add_special_tokens=False).input_ids)
        except Exception:  # a template that refuses an empty turn: the BOS is left
            ids = ()
        if ids:
            return ids
    for token in (tokenizer.bos_token_id, tokenizer.eos_token_id):
        if isinstance(token, int):
            return (token,)
    raise MeasureError("the tokenizer has no chat template, BOS or EOS to sample from; give it one")
