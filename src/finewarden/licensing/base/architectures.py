"""Known base models by their dimensions: which ones a set of dimensions can be of, and whose a name is."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

from finewarden.licensing.base.claims import Strength
from finewarden.licensing.base.dimensions import Dimensions

__all__ = ["Match", "Row", "match", "rows", "rows_of"]

Vocabulary = Literal["same", "near", "unknown", "other"]
# Added tokens and padding; fewer where a tokenizer's length was taken for the size (151,665 for Qwen's 152,064).
_FEWER, _MORE = 512, 2048
_ORDER: tuple[Vocabulary, ...] = ("same", "near", "unknown", "other")
_ENOUGH = 3  # of width, depth, attention, feed-forward


@dataclass(frozen=True)
class Row:
    """Models that no dimension tells apart. *copied*: others trained from scratch with the same ones."""

    dimensions: Dimensions
    models: tuple[str, ...]
    copied: bool
    source: str

    @property
    def checked(self) -> bool:
        """Whether somebody else says so, too."""
        return self.source != "memory"


@dataclass(frozen=True)
class Match:
    """The rows that dimensions agree with. *depth*: some of their layers are missing, or more than there should be."""

    rows: tuple[Row, ...]
    strength: Strength
    vocabulary: Vocabulary
    depth: bool = False

    @property
    def firm(self) -> bool:
        """Whether nobody else is known to have these dimensions, so that they may decide."""
        return any(row.checked for row in self.rows) and not any(row.copied for row in self.rows)

    @property
    def models(self) -> tuple[str, ...]:
        """The Hub ids of all rows, each once."""
        return tuple(dict.fromkeys(model for row in self.rows for model in row.models))


@cache
def rows() -> tuple[Row, ...]:
    """The table as it is shipped."""
    text = (resources.files("finewarden.licensing.base") / "architectures.toml").read_text(encoding="utf-8")
    return tuple(_row(entry) for entry in tomllib.loads(text)["row"])


def match(seen: Dimensions) -> Match | None:
    """Which known models have the dimensions *seen*; None when too little is seen or nobody is known to have them.

    Strong with the very vocabulary, medium with one that was extended or not seen or where some of the models are no
    more than remembered or copied; weak where all are, for any other vocabulary, for a depth that was changed, and for
    another model type: anyone may write weights as another architecture.
    """
    if not seen.known:
        return None
    agreeing = [(row, differing) for row in rows() if _agrees(differing := seen.differing(row.dimensions))]
    agreeing = [(row, differing) for row, differing in agreeing if _comparable(seen, row)]
    if not agreeing:
        return None
    best = min((_vocabulary(seen, row) for row, _ in agreeing), key=_ORDER.index)
    agreeing = [(row, differing) for row, differing in agreeing if _vocabulary(seen, row) == best]
    whole = [row for row, differing in agreeing if "layers" not in differing]
    found = whole or [row for row, _ in agreeing]
    same_type = [row for row in found if row.dimensions.model_type == seen.model_type]
    found = same_type or found
    found = [row for row in found if _turns(seen, row)] or found
    weak = (
        best == "other"
        or not whole
        or (seen.model_type is not None and not same_type)
        or all(row.copied or not row.checked for row in found)
        or min(seen.shared(row.dimensions) for row in found) < _ENOUGH
    )
    sure = best == "same" and all(row.checked and not row.copied for row in found)
    strength: Strength = "weak" if weak else "strong" if sure else "medium"
    return Match(tuple(found), strength, best, depth=not whole)


def rows_of(models: Iterable[str]) -> frozenset[int]:
    """Indices of the rows that the Hub ids *models* are of; none for ids that the table does not know."""
    index = _index()
    found: set[int] = set()
    for model in models:
        owner, _, name = model.lower().partition("/")
        parts = re.split(r"[-_]", name)
        for end in range(len(parts), 0, -1):
            at = index.get(f"{owner}/{'-'.join(parts[:end]).removeprefix('meta-')}")
            if at is not None:
                found.update(at)
                break
    return frozenset(found)


@cache
def _index() -> dict[str, tuple[int, ...]]:
    made: dict[str, tuple[int, ...]] = {}
    for at, row in enumerate(rows()):
        for model in row.models:
            owner, _, name = model.lower().partition("/")
            key = f"{owner}/{name.replace('_', '-').removesuffix('-hf').removeprefix('meta-')}"
            made[key] = (*made.get(key, ()), at)
    return made


def _agrees(differing: frozenset[str]) -> bool:
    return differing <= {"layers", "vocab"}


def _comparable(seen: Dimensions, row: Row) -> bool:
    if seen.model_type is None and seen.intermediate is not None and row.dimensions.intermediate is None:
        return False  # weights whose layers are dense, and a model whose layers are all of experts
    return seen.shared(row.dimensions) >= _ENOUGH - 1


def _vocabulary(seen: Dimensions, row: Row) -> Vocabulary:
    if seen.vocab is None or row.dimensions.vocab is None:
        return "unknown"
    more = seen.vocab - row.dimensions.vocab
    return "same" if more == 0 else "near" if -_FEWER <= more <= _MORE else "other"


def _turns(seen: Dimensions, row: Row) -> bool:
    """Whether the rope is the row's. Any other than the two that tell Llama 3 from 3.1 was set by somebody later."""
    return row.dimensions.rope is None or seen.rope not in {"default", "llama3"} or seen.rope == row.dimensions.rope


def _row(entry: dict[str, Any]) -> Row:
    hidden, layers, heads, kv_heads, head, intermediate, vocab = entry["dims"]
    dimensions = Dimensions(
        model_type=entry["type"],
        hidden=hidden,
        layers=layers,
        heads=heads,
        kv_heads=kv_heads,
        query=heads * head or None,
        key=kv_heads * head or None,
        fused=(heads + 2 * kv_heads) * head or None,
        latent=entry.get("latent"),
        intermediate=intermediate if entry.get("dense", True) else None,
        moe=entry.get("moe"),
        experts=entry.get("experts"),
        vocab=vocab,
        rope=entry.get("rope"),
    )
    return Row(dimensions, tuple(entry["models"]), entry.get("copied", False), entry["source"])
