"""A claim as it is weighed: what sort of thing says it, and which of the known architectures it is of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from finewarden.artifacts.names import printable
from finewarden.licensing.base.architectures import Match, rows, rows_of
from finewarden.licensing.base.claims import BaseClaim, Strength
from finewarden.licensing.base.dimensions import Dimensions
from finewarden.licensing.base.repacks import origin_of
from finewarden.licensing.library import Library

__all__ = ["Kind", "Weighed", "declared", "hinted", "licenses_of", "measured", "named", "of_type"]

Kind = Literal["policy", "name", "shapes", "architecture", "tokenizer", "template", "gguf", "leftover", "license"]
Role = Literal["name", "hint", "fact", "mark", "license", "text"]
_LIMIT = 200


@dataclass(frozen=True)
class Weighed:
    """*role*: a `name` somebody wrote, a `hint` within one, a `fact` of dimensions, a `mark` of a tokenizer, a declared
    `license`, a license `text`. *rows*: the architectures. *exact*: a fact whose depth is whole; *firm*: one that may
    decide by itself. *hidden*: the width that it states."""

    claim: BaseClaim
    role: Role
    rows: frozenset[int] = frozenset()
    exact: bool = False
    firm: bool = False
    hidden: int | None = None


def licenses_of(models: tuple[str, ...], library: Library) -> frozenset[str]:
    """Keys of the records that claim any of *models*."""
    return frozenset(record.key for model in models for record, _ in library.of_model(model))


def named(where: str, value: str, kind: Kind, strength: Strength, library: Library) -> list[Weighed]:
    """What the Hub id *value* says of the base.

    A repack's name is one step weaker than an original's; one that only holds another's stands for itself and hints.
    """
    origin = origin_of(value, library)
    if origin.relation in ("original", "repack"):
        weaker: Strength = "medium" if origin.relation == "repack" and strength == "strong" else strength
        claim = BaseClaim(where, value[:_LIMIT], kind, weaker, origin.models, licenses_of(origin.models, library))
        return [Weighed(claim, "name", rows_of(origin.models))]
    itself = (value[:_LIMIT],)
    claim = BaseClaim(where, value[:_LIMIT], kind, strength, itself, licenses_of(itself, library))
    return [Weighed(claim, "name"), *hinted(where, value, kind, library)]


def hinted(where: str, value: str, kind: Kind, library: Library) -> list[Weighed]:
    """What a name that is no Hub id, or another's, hints at: at most one weak claim."""
    last = value.replace("\\", "/").rstrip("/").rpartition("/")[2]
    origin = origin_of(last, library)
    if origin.relation == "unknown":
        return []
    claim = BaseClaim(where, printable(last, _LIMIT), kind, "weak", origin.models, licenses_of(origin.models, library))
    return [Weighed(claim, "hint", rows_of(origin.models))]


def measured(where: str, seen: Dimensions, fitting: Match, kind: Kind, library: Library) -> Weighed:
    """What dimensions say: the known models that have them."""
    words = seen.words + (" (not with all its layers, or with more)" if fitting.depth else "")
    licenses = licenses_of(fitting.models, library)
    claim = BaseClaim(where, words, kind, fitting.strength, fitting.models, licenses)
    exact = not fitting.depth and fitting.vocabulary != "other" and any(row.checked for row in fitting.rows)
    return Weighed(claim, "fact", rows_of(fitting.models), exact, fitting.firm, seen.hidden)


def of_type(where: str, value: str, types: frozenset[str], kind: Kind, library: Library) -> list[Weighed]:
    """What an architecture's name says that one maker's models alone have: it excludes others and decides nothing."""
    found = [row for row in rows() if row.dimensions.model_type in types]
    models = tuple(row.models[0] for row in found)
    every = tuple(model for row in found for model in row.models)
    claim = BaseClaim(where, printable(value, _LIMIT), kind, "medium", models, licenses_of(every, library))
    return [Weighed(claim, "fact", rows_of(models), exact=True)] if models else []


def declared(where: str, value: str, library: Library) -> list[Weighed]:
    """The license that *value* names; nothing for one that no record knows."""
    record = library.get(value.strip()) if len(value) <= _LIMIT else None
    if record is None:
        return []
    claim = BaseClaim(where, printable(value, _LIMIT), "license", "medium", (), frozenset({record.key}))
    return [Weighed(claim, "license")]
