"""What is going to be written, as a person reads it before it is: a unified diff."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator

from finewarden.evidence.model_card import MODEL_CARD
from finewarden.licensing.license_files import is_beside, notice_files
from finewarden.redaction import redact
from finewarden.release.draft import Change
from finewarden.verdicts import printable

__all__ = ["difference"]


def difference(changes: Iterable[Change]) -> str:
    """The unified diff of *changes*; empty when nothing differs. License and policy texts are long and not ours: they
    are counted. The record is left out, for it repeats what the other files say. Secrets are masked."""
    lines: list[str] = []
    for change in changes:
        if change.name != MODEL_CARD and change.differs:
            counted = is_beside(change.name) and not notice_files([change.name])
            lines += _counted(change) if counted else _unified(change)
    return "\n".join(lines)


def _counted(change: Change) -> Iterator[str]:
    count = len(_lines(change.after))
    yield f"{printable(change.name)}: {'new file' if change.before is None else 'replaced'}, {count} lines"


def _unified(change: Change) -> Iterator[str]:
    name = printable(change.name)
    before = f"a/{name}" if change.before is not None else "/dev/null"
    lines = _lines(change.before or b""), _lines(change.after)
    yield from map(printable, difflib.unified_diff(*lines, before, f"b/{name}", lineterm=""))


def _lines(content: bytes) -> list[str]:
    return redact(content.decode("utf-8", errors="replace")).splitlines()
