"""Which kind of file a name means."""

from __future__ import annotations

from pathlib import PurePath
from typing import Literal, get_args

__all__ = ["ALLOWED", "KINDS", "STREAMED", "Kind", "kind_of"]

Kind = Literal["jsonl", "json", "csv", "tsv", "text", "parquet", "arrow"]
KINDS: tuple[Kind, ...] = get_args(Kind)
# What can be read from a pipe, and what may be compressed by gzip.
STREAMED: tuple[Kind, ...] = ("jsonl", "json", "csv", "tsv", "text")

_SUFFIXES: dict[str, Kind] = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".csv": "csv",
    ".tsv": "tsv",
    ".txt": "text",
    ".md": "text",
    ".parquet": "parquet",
    ".arrow": "arrow",
}
ALLOWED = ", ".join(_SUFFIXES) + "; all but .parquet and .arrow also with .gz"


def kind_of(path: PurePath) -> tuple[Kind, bool] | None:
    """The kind of *path* by its suffix, and whether it is compressed by gzip; None for one that can't be read."""
    packed = path.suffix.lower() == ".gz"
    kind = _SUFFIXES.get((path.with_suffix("") if packed else path).suffix.lower())
    if kind is None or (packed and kind not in STREAMED):
        return None
    return kind, packed
