"""What the run log says of the canaries: was their training proven, did it end, and are these its weights?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TypeGuard

from finewarden.artifacts.folder import Folder
from finewarden.artifacts.tensor_values import TensorMark, tensor_marks
from finewarden.artifacts.unreadable import UnreadableFile
from finewarden.audits.privacy_weights import compared
from finewarden.evidence.directory import RUN_LOG
from finewarden.evidence.measured.canaries import Canaries
from finewarden.evidence.run_log import Record

__all__ = ["AGAIN", "GUARD", "other_weights", "unproven"]

GUARD = "CanaryCallback"
PROVEN, SAVED, TRAINED, REFUSED = "proven", "saved", "trained", "refused"
BEGIN = frozenset({"train-begin", "begin"})
AGAIN = f"train with CanaryCallback(book) and bring {RUN_LOG}"


def unproven(section: Canaries, records: Sequence[Record]) -> str | None:
    """Why *records*, the whole log, do not show that the last training was one on these canaries; None when they do."""
    ours = [record for record in records if record.guard == GUARD]
    proofs = [record for record in ours if record.event == PROVEN]
    if not any(record.detail.get("book") == section.book_id for record in proofs):
        return f"{RUN_LOG} holds no proof that these canaries would receive loss; {AGAIN}"
    if ours[-1].event == REFUSED:
        return f"CanaryCallback refused the last training; mend what it says in {RUN_LOG}, and {AGAIN}"
    last = proofs[-1]
    if (last.detail.get("book"), last.detail.get("sha256")) != (section.book_id, section.book):
        return f"canaries.jsonl is not the book that training was checked with; bring that one, or {AGAIN}"
    if not _from_the_start(last, records):
        return (
            f"training was proven from step {last.step} on, and {RUN_LOG} does not know the run that it resumed; bring "
            "that run's log, or train from the start with CanaryCallback(book)"
        )
    end = _end(last, records)
    if end is None:
        return f"{RUN_LOG} does not say that the training which was proven came to its end; resume it, or {AGAIN}"
    if not _whole(end.detail.get("steps")):
        return f"the training that was proven took no step, so no canary was learnt from; {AGAIN}"
    if any(record.event in BEGIN for record in records[records.index(end) + 1 :]):
        return f"{RUN_LOG} holds a later training without a proof of its canaries; {AGAIN}"
    return None


def other_weights(section: Canaries, records: Sequence[Record], release: Folder) -> str | None:
    """Why *release* holds other weights than those that the proven training ended with; None where it does not, and
    where the two can't be compared: merged, quantised, rounded, or no safetensors.

    *records* must be proof of themselves (`unproven`).
    """
    last = next(record for record in reversed(records) if (record.guard, record.event) == (GUARD, PROVEN))
    end = _end(last, records)
    marks = end.detail.get("weights") if end is not None else None
    if end is None or "weights" not in end.detail:
        return f"{RUN_LOG} does not say which weights the training that was proven ended with; {AGAIN}"
    if _as_the_base(section):
        return (
            "every canary is as likely as under the base model: this is the base itself, or training moved nothing; "
            "measure the folder that training wrote"
        )
    if marks is None:  # spread over several processes
        return None
    if not _are_marks(marks):
        return f"the marks of the trained weights in {RUN_LOG} can't be read; bring the log as training wrote it"
    try:
        here = _marks_of(release)
    except UnreadableFile as error:
        return f"{error.rel} can't be compared with what training ended with ({error.reason}); save the model anew"
    found = compared([marks], here)
    if found is None or not found.other:
        return None
    for record in records:
        saved = record.detail.get("weights")
        if (record.guard, record.event) == (GUARD, SAVED) and record.step != end.step and _are_marks(saved):
            earlier = compared([saved], here)
            if earlier is not None and not earlier.other and not earlier.elsewhere:
                return (
                    f"these are the weights after {record.step} steps, and training ended after {end.step}: not every "
                    "canary may have been seen; publish what training ended with, or train that long only"
                )
    return (
        f"{found.other} of {found.n} trained tensors are not those that the proven training ended with; publish what "
        f"trainer.save_model() wrote after it, or {AGAIN}"
    )


def _end(proof: Record, records: Sequence[Record]) -> Record | None:
    run = proof.detail.get("run")
    return next(
        (
            record
            for record in reversed(records)
            if (record.guard, record.event) == (GUARD, TRAINED) and run is not None and record.detail.get("run") == run
        ),
        None,
    )


def _from_the_start(proof: Record, records: Sequence[Record]) -> bool:
    """Whether *proof* is of a run from step 0, or of one that resumes a save of such a run, through whatever number."""
    if not proof.step:
        return True
    book = proof.detail.get("sha256")
    before = [record for record in records[: records.index(proof)] if record.guard == GUARD]
    for at, record in enumerate(before):
        if record.event in (SAVED, TRAINED) and record.step == proof.step:
            earlier = [each for each in before[:at] if each.event == PROVEN]
            if earlier and earlier[-1].detail.get("sha256") == book and _from_the_start(earlier[-1], records):
                return True
    return False


def _as_the_base(section: Canaries) -> bool:
    both = [
        (score.log_p, score.base_log_p)
        for score in section.scores
        if score.log_p is not None and score.base_log_p is not None
    ]
    return bool(both) and all(abs(one - other) <= 1e-6 * max(1.0, abs(other)) for one, other in both)


def _whole(value: object) -> bool:
    return type(value) is int and value > 0


def _are_marks(value: object) -> TypeGuard[list[str]]:
    return isinstance(value, list) and bool(value) and all(isinstance(mark, str) for mark in value)


@lru_cache(maxsize=2)
def _marks_of(release: Folder) -> tuple[TensorMark, ...]:
    return tuple(_read(release))


def _read(release: Folder) -> Iterator[TensorMark]:
    for file in release.files:
        if "/" not in file.rel and file.rel.endswith(".safetensors"):
            yield from tensor_marks(release, file)
