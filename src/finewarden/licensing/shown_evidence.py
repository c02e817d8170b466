"""Whether evidence that a policy names can be shown: a plain file beside the policy, outside the audited folder."""

from __future__ import annotations

import re
import stat
from datetime import date
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Literal

__all__ = ["EXPIRES_SOON", "evidence_kind", "evidence_problem", "expiry"]

EXPIRES_SOON = 30
"""Days before its last day in which evidence is said to end soon."""

_ADDRESS = re.compile(r"(?!file:)[a-z][a-z0-9+.-]*://[^\s/]", re.IGNORECASE)
# What people write where they have nothing to name yet.
_NOTHING = re.compile(
    r"[^\W_]|tb[ad]|todo|fixme|n\.?/?a\.?|none|nil|null|yes|no|ok|true|false|unknown|pending|later|x{2,8}|\?+|"
    r"(?:doi|urn|hdl|arxiv|isbn):?|see legal|待定|待补|暂无|无|有|未知|是|否",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?:doi|urn|hdl|arxiv|isbn):", re.IGNORECASE)
# A path by its beginning, or by what kind of file it ends in.
_PATH = re.compile(r"(?:\.{0,2}|~)[/\\]|[a-z]:[/\\]|file:", re.IGNORECASE)
_DOCUMENT = re.compile(
    r"\.(?:asc|csv|docx?|eml|heic|html?|jpe?g|jsonl?|md|msg|odt|p7[ms]|pages|pdf|png|rst|rtf|sig|tiff?|toml|txt|webp|"
    r"xlsx?|xml|ya?ml|zip)$",
    re.IGNORECASE,
)
_POLICIES = frozenset({"finewarden.toml", "pyproject.toml"})
_SUFFIX = re.compile(r"\.[a-z][a-z0-9]{0,4}$", re.IGNORECASE)
# "legal/acme", but no "2025/113": the last part of a number has no letter.
_SEGMENTS = re.compile(r"[^\s/\\]+(?:[/\\][^\s/\\]+)*[/\\](?:[^\s/\\]*[^\W\d_][^\s/\\]*)?")


def evidence_kind(evidence: str) -> Literal["none", "address", "file", "reference"]:
    """What *evidence* names. "contract 2025/113" is a reference: somebody can look it up, no program can."""
    said = evidence.strip()
    if not re.search(r"[^\W_]", said) or _NOTHING.fullmatch(said):
        return "none"
    if _ADDRESS.match(said):
        return "address"
    if _PATH.match(said) or _DOCUMENT.search(said):
        return "file"
    if _NUMBER.match(said):
        return "reference"
    if _SEGMENTS.fullmatch(said) or (_SUFFIX.search(said) and not re.search(r"\s", said)):
        return "file"
    return "reference"


def evidence_problem(evidence: str, folder: Path | None, *, audited: Path | None = None) -> str | None:
    """Why the file *evidence*, relative to the policy's *folder*, shows nothing; None when it is there.

    What lies in the *audited* folder is what a release says of itself, and shows nothing. The file is not opened: what
    it says is for a person. Links are not followed.
    """
    if evidence_kind(evidence) == "none":
        return "names no file"
    if PurePosixPath(evidence).is_absolute() or PureWindowsPath(evidence).anchor:
        return "is a whole path: put a copy beside the policy and name it relative to the policy's folder"
    if PurePosixPath(evidence).name in _POLICIES:
        return "is the policy itself: name the document that it speaks of"
    if folder is None:
        return "is relative to a policy that was read from no file: put the policy into finewarden.toml"
    path = folder / evidence
    try:
        parent = path.parent.resolve()
        if ".." in Path(evidence).parts or not parent.is_relative_to(folder.resolve()):
            return "leads out of the policy's folder: put a copy beside the policy"
        found = path.lstat()
        if audited is not None and (parent / path.name).is_relative_to(audited.resolve()):
            return "lies in the audited folder, which shows nothing for itself: keep it beside the policy, outside"
    except (OSError, RuntimeError, ValueError):
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
