"""Whether evidence that a policy names can be shown: a plain file beside the policy."""

from __future__ import annotations

import re
import stat
from datetime import date
from pathlib import Path
from typing import Literal

__all__ = ["EXPIRES_SOON", "evidence_kind", "evidence_problem", "expiry"]

EXPIRES_SOON = 30
"""Days before its last day in which evidence is said to end soon."""

_SUFFIX = re.compile(r"\.[A-Za-z][A-Za-z0-9]{0,4}$")


def evidence_kind(evidence: str) -> Literal["address", "file", "reference"]:
    """What *evidence* names. "contract 2025-113" is a reference: somebody can look it up, no program can."""
    if re.match(r"https?://", evidence, re.IGNORECASE):
        return "address"
    if "/" in evidence or "\\" in evidence or _SUFFIX.search(evidence):
        return "file"
    return "reference"


def evidence_problem(evidence: str, folder: Path | None) -> str | None:
    """Why the file *evidence*, relative to the policy's *folder*, shows nothing; None when it is there.

    It is not opened: what it says is for a person. Links are not followed.
    """
    path = Path(evidence)
    if not path.is_absolute():
        if folder is None:
            return "is relative to a policy that was read from no file: give its whole path"
        path = folder / path
        try:
            if not path.parent.resolve().is_relative_to(folder.resolve()):
                return "leads out of the policy's folder: put a copy beside the policy"
        except (OSError, RuntimeError, ValueError):
            return "is not there"
    try:
        found = path.lstat()
    except (OSError, ValueError):
        return "is not there"
    if stat.S_ISLNK(found.st_mode):
        return "is a link: put the file itself there"
    if not stat.S_ISREG(found.st_mode):
        return "is no file"
    return None if found.st_size else "is empty"


def expiry(expires: date | None, *, today: date) -> Literal["valid", "soon", "over"]:
    """How long something that ends on *expires* still holds; its last day counts."""
    if expires is None or (expires - today).days > EXPIRES_SOON:
        return "valid"
    return "over" if expires < today else "soon"
