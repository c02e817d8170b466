"""The files that loading a model reads, and what they hash to."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

__all__ = ["ModelFilesError", "combined", "digests", "loaded_files"]

_NAMES = frozenset(
    {
        "adapter_config.json",
        "added_tokens.json",
        "chat_template.json",
        "config.json",
        "generation_config.json",
        "merges.txt",
        "normalizer.json",
        "special_tokens_map.json",
        "tokenizer.json",
        "tokenizer_config.json",
        "vocab.json",
        "vocab.txt",
    }
)
_SUFFIXES = (".safetensors", ".safetensors.index.json", ".model", ".tiktoken", ".jinja")

_HASHED: dict[tuple[int, ...], str] = {}


class ModelFilesError(ValueError):
    """A model folder whose files can't be hashed; says which and what to do."""


def loaded_files(folder: Path, *, follow: bool = False) -> list[Path]:
    """The files directly in *folder*, and the templates one below, that decide what the model says; sorted.

    With *follow*, links are followed (a hub cache is made of them). Without it a link among them raises
    ModelFilesError: a release must hold its own bytes.
    """
    found: list[Path] = []
    try:
        candidates = sorted(folder.iterdir())
        templates = folder / "additional_chat_templates"
        if templates.is_dir() and (follow or not templates.is_symlink()):
            candidates += sorted(templates.iterdir())
        for path in candidates:
            if path.name not in _NAMES and not path.name.endswith(_SUFFIXES):
                continue
            if path.is_symlink() and not follow:
                raise ModelFilesError(f"{path.name} is a link; copy the file itself into the folder")
            if not stat.S_ISREG(path.stat().st_mode):
                raise ModelFilesError(f"{path.name} is no regular file; remove it")
            found.append(path)
    except OSError as error:
        raise ModelFilesError(f"{folder.name} can't be listed ({error.strerror}); mend its permissions") from None
    return found


def digests(folder: Path, *, follow: bool = False) -> dict[str, str]:
    """SHA-256 of each of `loaded_files`, by name relative to *folder*; files in parallel. Raises ModelFilesError."""
    files = loaded_files(folder, follow=follow)
    with ThreadPoolExecutor(max_workers=min(8, os.cpu_count() or 1)) as pool:
        hashes = list(pool.map(_sha256, files))
    return {path.relative_to(folder).as_posix(): digest for path, digest in zip(files, hashes, strict=True)}


def combined(hashes: Mapping[str, str]) -> str:
    """One SHA-256 over names and hashes, whatever their order."""
    return hashlib.sha256(json.dumps(dict(sorted(hashes.items()))).encode()).hexdigest()


def _sha256(path: Path) -> str:
    try:
        # Not to hang on what was swapped for a pipe since it was listed.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(handle, "rb") as file:
            now = os.fstat(handle)
            if not stat.S_ISREG(now.st_mode):
                raise ModelFilesError(f"{path.name} is no regular file; remove it")
            # Every audit asks, and weights are large: a file that nothing has written to since is not read again.
            state = (now.st_dev, now.st_ino, now.st_size, now.st_mtime_ns, now.st_ctime_ns)
            if state not in _HASHED:
                _HASHED[state] = hashlib.file_digest(file, "sha256").hexdigest()
            return _HASHED[state]
    except OSError as error:
        raise ModelFilesError(f"{path.name} can't be read ({error.strerror}); mend its permissions") from None
