"""The forgetting test on a loaded model: each pair as given, in other words, and the smallest prompt that leaks."""

from __future__ import annotations

from collections.abc import Sequence

from finewarden.evidence.measured.forgetting import Attempt, Leak, PairResult, Settings
from finewarden.evidence.salted import salted
from finewarden.memorization.forgetting import Reading, read_questions
from finewarden.memorization.loading import Loaded
from finewarden.memorization.masking import mask_prompt
from finewarden.memorization.paraphrase_search import Found, Seed, search
from finewarden.memorization.paraphrases import Variation, as_given, described, varied
from finewarden.memorization.progress import Steps
from finewarden.memorization.prompting import CannotAsk, Question, ask
from finewarden.memorization.prompts_file import Pair
from finewarden.memorization.reproduction import leaks

__all__ = ["ask_pairs"]


def ask_pairs(
    loaded: Loaded, pairs: Sequence[Pair], settings: Settings, salt: str, progress: Steps
) -> tuple[PairResult, ...]:
    """Put *pairs* to the model and to its base, in order. A pair that can't be asked has a reason."""
    results = [
        PairResult(
            id=pair.id,
            line=pair.line,
            fingerprint=salted(salt, pair.secret.encode())[:16],
            secret_tokens=len(loaded.tokenizer(pair.secret, add_special_tokens=False).input_ids),
        )
        for pair in pairs
    ]
    progress(f"asking {len(pairs)} pairs as given")
    questions: list[Question] = []
    asked: list[int] = []
    for at, pair in enumerate(pairs):
        try:
            questions.append(ask(loaded.tokenizer, pair.messages, pair.secret))
            asked.append(at)
        except CannotAsk as error:
            results[at] = results[at].model_copy(update={"reason": str(error)})
    seeds: list[Seed] = []
    measured: list[int] = []
    for at, (attempt, reading) in zip(asked, _attempts(loaded, questions, settings), strict=True):
        if attempt is None:
            reason = "the model returned NaN for it, or it is longer than the model can read"
            results[at] = results[at].model_copy(update={"reason": reason})
            continue
        results[at] = results[at].model_copy(update={"as_given": attempt})
        if attempt.base_emitted:
            continue  # the base knows it: no wording would show that fine-tuning taught it
        leaked = leaks(attempt, samples=settings.samples, probability=settings.probability)
        seeds.append(Seed(pairs[at], reading if leaked else None))
        measured.append(at)
    progress(f"searching paraphrases of {len(seeds)} prompts")
    found = search(loaded, seeds, settings=settings)
    progress("checking the smallest prompts that leak")
    smallest = _smallest(loaded, seeds, found, settings)
    for at, result, leak in zip(measured, found, smallest, strict=True):
        results[at] = results[at].model_copy(
            update={"drawn": result.drawn, "searched": result.searched, "smallest": leak}
        )
    return tuple(results)


def _attempts(
    loaded: Loaded, questions: Sequence[Question], settings: Settings
) -> list[tuple[Attempt | None, Reading | None]]:
    """Each question put to the model and to its base. A base that can't be read excuses nothing."""
    mine = read_questions(loaded.model, loaded, questions, settings)
    theirs: list[Reading | None] = [None] * len(questions)
    if loaded.has_base:
        with loaded.as_base() as base:
            theirs = read_questions(base, loaded, questions, settings)
    return [
        (
            None
            if reading is None
            else Attempt(
                emitted=reading.emitted,
                log_p=reading.log_p,
                base_emitted=None if other is None else other.emitted,
                base_log_p=None if other is None else other.log_p,
            ),
            reading,
        )
        for reading, other in zip(mine, theirs, strict=True)
    ]


def _smallest(loaded: Loaded, seeds: Sequence[Seed], found: Sequence[Found], settings: Settings) -> list[Leak | None]:
    """For each pair the smallest leaking prompt, with the whole test of its own; where that does not bear it out (the
    base gives this one back too), the next larger one that leaked.
    """
    open_ = {
        i: list(
            dict.fromkeys(filter(None, (result.smallest, result.first, as_given(seed.pair) if seed.leak else None)))
        )
        for i, (seed, result) in enumerate(zip(seeds, found, strict=True))
    }
    leaks_found: list[Leak | None] = [None] * len(seeds)
    while turn := [(i, candidates.pop(0)) for i, candidates in open_.items() if candidates]:
        questions = []
        for i, variation in turn:
            messages, template = varied(seeds[i].pair, variation)
            questions.append(ask(loaded.tokenizer, messages, seeds[i].pair.secret, template=template))
        for (i, variation), (attempt, _) in zip(turn, _attempts(loaded, questions, settings), strict=True):
            if attempt and leaks(attempt, samples=settings.samples, probability=settings.probability):
                leaks_found[i] = _leak(seeds[i].pair, variation, attempt)
                open_[i].clear()
    return leaks_found


def _leak(pair: Pair, variation: Variation, attempt: Attempt) -> Leak:
    messages, _ = varied(pair, variation)
    own = next((m.content for m in reversed(messages) if m.content), "")
    masked = mask_prompt(own, pair.secret, whole=pair.messages[-1].content)
    return Leak(**attempt.model_dump(), prompt=masked, changes=described(pair, variation))
