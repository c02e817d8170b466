"""Section `generations`: what the model says when it is sampled, searched for what it must not say."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from finewarden.evidence.measured.common import Sampler, Strict
from finewarden.evidence.measured.settings import GenerationsSettings

__all__ = ["Generations", "Spoken"]


class Spoken(Strict):
    """One secret or value that was said. *samples*: how many of the model's hold it; *base_samples*: of the base's.

    *kind*: "canary", or the type of personal data. *where*: the canary's id, or file:row of a record that holds it.
    """

    kind: str
    where: str
    masked: str
    fingerprint: str
    how: Literal["prompted", "unprompted"]
    samples: Annotated[int, Field(ge=1)]
    base_samples: Annotated[int, Field(ge=0)] | None


class Generations(Strict):
    """The section: *unprompted* and *prompted* samples of at most *tokens* tokens each, the same number of the base.

    *book* and *data* say what was searched for: the canary book's SHA-256, the keyed digest of the training data.
    """

    salt: str
    book: str | None
    data: str | None
    seed: int
    sampler: Sampler
    unprompted: Annotated[int, Field(ge=0)]
    prompted: Annotated[int, Field(ge=0)]
    tokens: Annotated[int, Field(ge=1)]
    base_asked: bool
    spoken: tuple[Spoken, ...]
    settings: GenerationsSettings = GenerationsSettings()
    holdout_book: str | None = None
