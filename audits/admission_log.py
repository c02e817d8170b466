"""What the run log says of the admission: did the last training go through it, and with this book?"""

from __future__ import annotations

from collections.abc import Sequence

from finewarden.evidence.admission_book import ADMISSION_BOOK
from finewarden.evidence.directory import RUN_LOG
from finewarden.evidence.run_log import Record

__all__ = ["unproven"]

GUARD = "DataAdmissionCallback"
ADMITTED, TRAINED, REFUSED = "admitted", "trained", "refused"
_BEGIN = frozenset({"train-begin", "begin"})
_AGAIN = f"train with DataAdmissionCallback(dataset) on what admit returned, and bring {RUN_LOG}"


def unproven(records: Sequence[Record], book: str) -> str | None:
    """Why *records*, the whole log, do not show that the last training was one on data that *book* (SHA-256) admitted;
    None when they do.
    """
    ours = [record for record in records if record.guard == GUARD]
    if not ours:
        return f"{RUN_LOG} does not say that the data went through admit; {_AGAIN}"
    if ours[-1].event == REFUSED:
        return f"{GUARD} refused the last training; mend what it says in {RUN_LOG}, and {_AGAIN}"
    begun = next((record for record in reversed(ours) if record.event == ADMITTED), None)
    if begun is None or begun.detail.get("book") != book:
        return f"{ADMISSION_BOOK} is not the book that training was checked with; bring that one, or {_AGAIN}"
    if ours[-1].event != TRAINED:
        return f"{RUN_LOG} does not say that the training whose data were admitted came to its end; {_AGAIN}"
    if any(record.event in _BEGIN for record in records[records.index(ours[-1]) + 1 :]):
        return f"{RUN_LOG} holds a later training whose data did not go through admit; {_AGAIN}"
    return None
