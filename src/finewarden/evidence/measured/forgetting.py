"""Section `forgetting`: the pairs of a secrets file, put to the model as given and in other words."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from finewarden.evidence.measured.common import LogP, Strict

__all__ = ["Attempt", "Forgetting", "Leak", "PairResult", "Settings"]


class Settings(Strict):
    """How hard the model was asked.

    *answer_tokens* of greedy answer are read. A secret is reproduced by likelihood when *samples* draws hold it with
    *probability*. For each pair *search_examples* paraphrases are drawn from *seed*, all pairs together for at most
    *search_seconds*: whoever is slower than that has fewer of them searched, and the result says how many.
    """

    answer_tokens: Annotated[int, Field(ge=1)] = 128
    samples: Annotated[int, Field(ge=1)] = 1000
    probability: Annotated[float, Field(gt=0, lt=1)] = 0.5
    search_examples: Annotated[int, Field(ge=0)] = 64
    search_seconds: Annotated[float, Field(ge=0)] = 300.0
    seed: int = 0


class Attempt(Strict):
    """One prompt put to the model and, where there is one, to its base.

    *emitted*: the greedy answer holds the secret. *log_p*: natural logarithm of a lower bound on the probability that
    one sample at temperature 1 holds it. The base's are None where no base was asked.
    """

    emitted: bool
    log_p: LogP
    base_emitted: bool | None = None
    base_log_p: LogP | None = None


class Leak(Attempt):
    """The smallest prompt found that still leaks: its text, masked, and how it was made from the pair's own."""

    prompt: str
    changes: tuple[str, ...]


class PairResult(Strict):
    """One pair. *as_given* is None when it could not be measured: then *reason* says why.

    Of *drawn* paraphrases of its prompt, *searched* were put to the model in the time allowed.
    """

    id: str
    line: int
    fingerprint: str
    secret_tokens: int
    as_given: Attempt | None = None
    reason: str | None = None
    smallest: Leak | None = None
    drawn: int = 0
    searched: int = 0


class Forgetting(Strict):
    """The section: every pair of one secrets file. *secrets*: keyed hash of the file under *salt*."""

    salt: str
    secrets: str
    settings: Settings
    pairs: tuple[PairResult, ...]
