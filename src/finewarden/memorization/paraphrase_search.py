"""The smallest prompt that leaks, searched with Hypothesis: derandomised, and within a budget of examples and seconds.

Hypothesis draws and tries one example at a time, a model wants batches. So the search goes twice through the same
draws: first they are only collected, for all pairs, and put to the model in batches; then `hypothesis.find` draws them
again, looks the answers up, and shrinks the first that leaks, asking the model only for what shrinking makes up.

A pair that leaks as given is searched by one forward pass an example: does the answer that leaked still come out? A
pair that does not is put to the whole forgetting test under each paraphrase. The smallest is the smallest of those
tried: Hypothesis shrinks to a local minimum.
"""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from random import Random
from typing import Any

from finewarden.evidence.measurements import Settings
from finewarden.memorization.extraction import log_p_needed
from finewarden.memorization.forgetting import Reading, read_questions
from finewarden.memorization.loading import Loaded
from finewarden.memorization.paraphrases import Variation, variations, varied
from finewarden.memorization.prompting import CannotAsk, Question, ask
from finewarden.memorization.prompts_file import Pair
from finewarden.memorization.reproduction import How, excuses, how_reproduced
from finewarden.memorization.scoring import TokenPair, score

__all__ = ["Found", "Seed", "search"]

_FIRST_BATCH = 16
"""Paraphrases put to the model before the first look at the clock; then twice as many while the time left allows it."""

_LEAD_TOKENS = 32
"""Of an answer to a paraphrase, so many tokens are read before the secret; the prompt as given gets more."""


@dataclass(frozen=True, slots=True)
class Seed:
    """A pair to search from. *leak*: what came out when it was asked as given; None when nothing leaked."""

    pair: Pair
    leak: Reading | None


@dataclass(slots=True)
class Found:
    """What the search of one pair found: how many paraphrases were *drawn* and *searched*, the
    *first* that leaked as it was drawn, and the *smallest* of all that leaked; both None when none leaked.
    """

    drawn: int = 0
    searched: int = 0
    first: Variation | None = None
    smallest: Variation | None = None
    _readings: dict[Variation, Reading | None] = field(default_factory=dict, repr=False)


def search(loaded: Loaded, seeds: Sequence[Seed], *, settings: Settings) -> list[Found]:
    """Search each of *seeds* for its smallest leaking prompt. A leak that the base model has as well is none.

    At most `settings.search_examples` paraphrases a pair are drawn and as many more tried while shrinking; all pairs
    together take `settings.search_seconds`, shared fairly: the first paraphrase of each pair comes before any second.
    """
    deadline = time.monotonic() + settings.search_seconds
    template = bool(loaded.tokenizer.chat_template)
    found = [Found() for _ in seeds]
    if not settings.search_examples:
        return found
    with _hypothesis_home():
        drawn = [_collect(seed.pair, template, settings) for seed in seeds]
        turns = [
            (at, variation)
            for rank in zip_longest(*([(at, v) for v in each] for at, each in enumerate(drawn)))
            for at, variation in filter(None, rank)
        ]
        size = _FIRST_BATCH
        while turns and (started := time.monotonic()) < deadline:
            _read(loaded, seeds, found, turns[:size], settings)
            turns = turns[size:]
            took, left = time.monotonic() - started, deadline - time.monotonic()
            size = size * 2 if 2 * took <= left else size if took <= left else max(1, size // 2)
        for seed, result, each in zip(seeds, found, drawn, strict=True):
            result.drawn = len(each)
            result.searched = len(result._readings)
            _shrink(loaded, seed, result, template, settings, deadline)
    return found


def _collect(pair: Pair, template: bool, settings: Settings) -> list[Variation]:
    """The paraphrases Hypothesis draws for *pair* as long as none leaks, each once, in order."""
    seen: dict[Variation, None] = {}

    def never(variation: Variation) -> bool:
        seen.setdefault(variation)
        return False

    _find(pair, template, settings, never)
    return list(seen)


def _read(
    loaded: Loaded,
    seeds: Sequence[Seed],
    found: list[Found],
    turns: Sequence[tuple[int, Variation]],
    settings: Settings,
) -> None:
    """Put one batch of paraphrases to the model and, where one leaks, to its base."""
    asked: list[tuple[int, Variation, Question]] = []
    for at, variation in turns:
        question = _question(loaded, seeds[at].pair, variation)
        if question is None:
            found[at]._readings[variation] = None
        else:
            asked.append((at, variation, question))
    known = [item for item in asked if seeds[item[0]].leak is not None]
    fresh = [item for item in asked if seeds[item[0]].leak is None]
    repeated = _repeats(loaded, [(question, _leak(seeds[at])) for at, _, question in known], settings)
    for (at, variation, _), leaks in zip(known, repeated, strict=True):
        found[at]._readings[variation] = seeds[at].leak if leaks else None
    longest = max((len(spelling) for *_, question in fresh for spelling in question.spellings), default=0)
    short = min(settings.answer_tokens, _LEAD_TOKENS + 2 * longest)
    settings = settings.model_copy(update={"answer_tokens": short})
    readings = read_questions(loaded.model, loaded, [question for *_, question in fresh], settings, exact=False)
    hits = [i for i, reading in enumerate(readings) if reading is not None and _how(reading, settings)]
    excused: set[int] = set()
    if hits and loaded.has_base:
        with loaded.as_base() as base:
            for i, reading in zip(
                hits, read_questions(base, loaded, [fresh[i][2] for i in hits], settings), strict=True
            ):
                mine = readings[i]
                if reading and mine and excuses(_how(reading, settings), _how(mine, settings)):
                    excused.add(i)
    for i, (at, variation, _) in enumerate(fresh):
        found[at]._readings[variation] = readings[i] if i in hits and i not in excused else None


def _shrink(loaded: Loaded, seed: Seed, result: Found, template: bool, settings: Settings, deadline: float) -> None:
    """`hypothesis.find` over the readings at hand; what shrinking makes up is asked for, one forward pass each."""
    path: Reading | None = seed.leak
    left = settings.search_examples

    def leaks(variation: Variation) -> bool:
        nonlocal path, left
        if variation not in result._readings:
            if path is None or left <= 0 or time.monotonic() > deadline:
                return False
            left -= 1
            question = _question(loaded, seed.pair, variation)
            again = question is not None and _repeats(loaded, [(question, path)], settings)[0]
            result._readings[variation] = path if again else None
        reading = result._readings[variation]
        if reading is None:
            return False
        if result.first is None:
            result.first = variation
        path = path or reading
        return True

    _find(seed.pair, template, settings, leaks)
    result.smallest = min((v for v, reading in result._readings.items() if reading), key=lambda v: v.size, default=None)


def _repeats(loaded: Loaded, items: Sequence[tuple[Question, Reading]], settings: Settings) -> list[bool]:
    """Whether each reading's path comes out again after the question: as the greedy answer when it was one, else by its
    likelihood; and not from the base model too.
    """
    pairs = [TokenPair(question.context, reading.path) for question, reading in items]
    bar = log_p_needed(settings.samples, settings.probability)

    def out(model: Any, which: Sequence[int]) -> list[bool]:
        scores = score(model, [pairs[i] for i in which])
        return [
            found is not None and (all(found.likeliest) if items[i][1].emitted else found.total >= bar)
            for i, found in zip(which, scores, strict=True)
        ]

    repeats = out(loaded.model, range(len(pairs)))
    hits = [i for i, again in enumerate(repeats) if again]
    if hits and loaded.has_base:
        with loaded.as_base() as base:
            for i, same in zip(hits, out(base, hits), strict=True):
                repeats[i] = not same
    return repeats


def _find(pair: Pair, template: bool, settings: Settings, condition: Callable[[Variation], bool]) -> Variation | None:
    import hypothesis
    from hypothesis.errors import NoSuchExample

    rules = hypothesis.settings(
        derandomize=True,
        database=None,
        max_examples=settings.search_examples,
        deadline=None,
        phases=(hypothesis.Phase.generate, hypothesis.Phase.shrink),
    )
    try:
        # The seed is ours: derandomize alone would hash Hypothesis's own source, which changes with its version.
        return hypothesis.find(
            variations(pair, template=template), condition, settings=rules, random=Random(settings.seed)
        )
    except NoSuchExample:
        return None


def _question(loaded: Loaded, pair: Pair, variation: Variation) -> Question | None:
    messages, template = varied(pair, variation)
    try:
        return ask(loaded.tokenizer, messages, pair.secret, template=template)
    except CannotAsk:
        return None


def _leak(seed: Seed) -> Reading:
    assert seed.leak is not None
    return seed.leak


def _how(reading: Reading, settings: Settings) -> How | None:
    return how_reproduced(reading.emitted, reading.log_p, samples=settings.samples, probability=settings.probability)


@contextlib.contextmanager
def _hypothesis_home() -> Iterator[None]:
    """Hypothesis keeps notes in the working directory, which is the user's; here they go with the search."""
    from hypothesis import configuration

    before = configuration.__dict__.get("__hypothesis_home_directory")
    with tempfile.TemporaryDirectory(prefix="finewarden-") as folder:
        configuration.set_hypothesis_home_dir(folder)
        try:
            yield
        finally:
            configuration.set_hypothesis_home_dir(before)
