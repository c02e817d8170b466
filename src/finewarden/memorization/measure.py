"""`finewarden measure`: put a secrets file to a model and write down what it said, for an audit that has no torch."""

from __future__ import annotations

import importlib.metadata
import secrets as randomness
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from finewarden.evidence.directory import evidence_dir as default_evidence_dir
from finewarden.evidence.measurements import (
    MEASUREMENTS,
    Attempt,
    Base,
    Forgetting,
    Leak,
    Measurements,
    PairResult,
    Settings,
    code,
    salted,
    write,
)
from finewarden.evidence.model_files import ModelFilesError, combined, digests, loaded_files
from finewarden.memorization.forgetting import Reading, read_questions
from finewarden.memorization.loading import Loaded, LoadError, load, named_base, patient
from finewarden.memorization.masking import mask_prompt
from finewarden.memorization.paraphrase_search import Found, Seed, search
from finewarden.memorization.paraphrases import Variation, as_given, described, varied
from finewarden.memorization.prompting import CannotAsk, Question, ask
from finewarden.memorization.prompts_file import Pair, SecretsFileError, read_pairs
from finewarden.memorization.reproduction import leaks

__all__ = ["measure", "run"]

_DEFAULTS = Settings()


def measure(
    model_dir: Path,
    secrets_file: Path,
    *,
    base_model: str | None = None,
    evidence_dir: Path | None = None,
    settings: Settings = _DEFAULTS,
    device: str | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Measurements:
    """Put each pair of *secrets_file* to the model of *model_dir*, as given and paraphrased; write measurements.json.

    *base_model*: a folder or a name in the local cache; an adapter's own base is found by its name. *evidence_dir*:
    where to write (default `<model_dir>.evidence/`). Measure last: a later change to any file that loading reads, such
    as a redacted adapter_config.json, makes the measurements another model's. Needs torch and transformers, and peft
    for an adapter. Raises LoadError or SecretsFileError.
    """
    pairs = read_pairs(secrets_file)
    stamp = _stamp(model_dir)
    progress(f"loading {model_dir.name}")
    loaded = load(model_dir, base_model=base_model, device=device)
    try:
        files = digests(model_dir)
        base = _base(loaded, base_model, model_dir, files)
    except ModelFilesError as error:
        raise LoadError(str(error)) from None
    salt = randomness.token_hex(16)
    with patient():
        results = _results(loaded, pairs, settings, salt, progress)
    if _stamp(model_dir) != stamp:
        raise LoadError(f"{model_dir.name} changed while it was measured; measure it when training is over")
    measurements = Measurements(
        time=datetime.now(UTC),
        code=code(),
        model=files,
        base=base,
        environment=_environment(loaded),
        forgetting=Forgetting(
            salt=salt, secrets=salted(salt, secrets_file.read_bytes()), settings=settings, pairs=tuple(results)
        ),
    )
    return write((evidence_dir or default_evidence_dir(model_dir)) / MEASUREMENTS, measurements)


def run(
    model_dir: Path,
    *,
    secrets: Path,
    base_model: str | None = None,
    evidence_dir: Path | None = None,
    device: str | None = None,
) -> int:
    """The command: measure, tell what was measured, return 0; what can't be used is told on stderr, and returns 2.

    Whether a secret was given back is for the audit to judge, not for this exit status.
    """

    def tell(text: str) -> None:
        print(f"finewarden measure: {text}", file=sys.stderr)

    try:
        done = measure(
            model_dir, secrets, base_model=base_model, evidence_dir=evidence_dir, device=device, progress=tell
        )
    except (LoadError, SecretsFileError, ModelFilesError, OSError) as error:
        tell(str(error))
        return 2
    assert done.forgetting is not None
    measured = sum(pair.as_given is not None for pair in done.forgetting.pairs)
    where = (evidence_dir or default_evidence_dir(model_dir)) / MEASUREMENTS
    print(f"{measured} of {len(done.forgetting.pairs)} pairs measured; judge them with --secrets={secrets}: {where}")
    return 0


def _results(
    loaded: Loaded, pairs: Sequence[Pair], settings: Settings, salt: str, progress: Callable[[str], None]
) -> list[PairResult]:
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
    return results


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


def _base(loaded: Loaded, asked: str | None, model_dir: Path, files: dict[str, str]) -> Base | None:
    """The base's identity. Refuses a base that would excuse what it can't: the model itself, or another vocabulary."""
    folder = loaded.base_folder
    if folder is None:
        return None
    theirs = digests(folder, follow=True)
    weights = {name: digest for name, digest in files.items() if name.endswith(".safetensors")}
    if weights and weights.items() <= theirs.items():
        raise LoadError("--base-model holds the weights of the audited folder; name the model it was fine-tuned from")
    if loaded.separate_base is not None:
        _check_vocabulary(loaded, folder)
    asked = asked or named_base(model_dir)
    return Base(
        name=Path(asked).name if Path(asked).is_absolute() or Path(asked).is_dir() else asked, digest=combined(theirs)
    )


def _check_vocabulary(loaded: Loaded, folder: Path) -> None:
    """Both models are asked by one tokenizer's ids: they must mean the same to both."""
    from transformers import AutoTokenizer

    theirs = AutoTokenizer.from_pretrained(str(folder), trust_remote_code=False, local_files_only=True).get_vocab()
    mine = loaded.tokenizer.get_vocab()
    if any(theirs.get(token, token_id) != token_id for token, token_id in mine.items()):
        raise LoadError(f"the tokenizer of {folder.name} gives other ids; --base-model names another model's base")


def _stamp(model_dir: Path) -> list[tuple[str, int, int]]:
    try:
        return [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in loaded_files(model_dir)]
    except ModelFilesError as error:
        raise LoadError(str(error)) from None


def _environment(loaded: Loaded) -> dict[str, str]:
    parameter = next(loaded.model.parameters())
    names = ("torch", "transformers", "peft", "tokenizers", "hypothesis")
    versions = {}
    for name in names:
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return {**versions, "device": parameter.device.type, "dtype": str(parameter.dtype).removeprefix("torch.")}
