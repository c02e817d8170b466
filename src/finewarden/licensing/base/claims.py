"""What a folder's own evidence says about the base model: one claim a place, each with its strength."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["BaseClaim", "BaseIdentity", "Contradiction", "Strength"]

Strength = Literal["strong", "medium", "weak"]


@dataclass(frozen=True, slots=True)
class BaseClaim:
    """One place and what it says.

    *where* is file and key, *value* what stands there as it may be shown. *kind* is how it is known: `policy`, `name`
    (a Hub id somebody wrote), `shapes` (of tensors), `architecture` (config.json), `tokenizer`, `template`, `gguf`,
    `leftover` (what a trainer or a merge left), `license` (a license declared or a text that lies there).
    *models* are the Hub ids it is compatible with: a name that nobody knows stands for itself. *licenses* are the keys
    of the records that claim any of them; empty when no record does.
    """

    where: str
    value: str
    kind: Literal["policy", "name", "shapes", "architecture", "tokenizer", "template", "gguf", "leftover", "license"]
    strength: Strength
    models: tuple[str, ...] = ()
    licenses: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two claims that can't both hold; *what* is the sentence that says so."""

    one: BaseClaim
    other: BaseClaim
    what: str


@dataclass(frozen=True)
class BaseIdentity:
    """What is known of the base. *established*: the Hub ids of the base models (several for a merge), by strong or
    medium evidence; empty when nothing but weak evidence was found. *probable*: what weak evidence points to.
    """

    claims: tuple[BaseClaim, ...]
    established: tuple[str, ...]
    probable: tuple[str, ...]
    contradictions: tuple[Contradiction, ...]

    @property
    def licenses(self) -> frozenset[str]:
        """Record keys that the strong and medium claims which are not about licenses are compatible with."""
        known = [c.licenses for c in self.claims if c.kind != "license" and c.strength != "weak" and c.licenses]
        return frozenset[str]().union(*known) if known else frozenset()
