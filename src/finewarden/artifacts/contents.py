"""One pass over everything in the folder: pickles, and secrets, local paths and names in any text of it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from itertools import islice

from finewarden.artifacts.folder import Folder
from finewarden.artifacts.identity import Identity, find_identity
from finewarden.artifacts.parquet_strings import PARQUET_MAGIC, can_read_parquet, parquet_strings
from finewarden.artifacts.parts import Part, Trouble, parts_of
from finewarden.artifacts.pickles import Pickle, pickles_of
from finewarden.artifacts.texts import Text, as_written, line_of, text_of
from finewarden.artifacts.unreadable import UnreadableFile
from finewarden.redaction import Match, find_local_paths, find_secrets

__all__ = ["Contents", "Sighting", "look_into"]

# A vocabulary holds every string the tokenizer ever merged: "/home/", "/data/images". No path of it is anybody's.
_VOCABULARY = re.compile(
    r"(?:(?:tokenizer|vocab|added_tokens)\.json|vocab\.(?:txt|bpe)|merges\.txt|\.tiktoken|\.model)$"
)
PARQUET_BUDGET = 64 * 2**20
_WORTH_A_HASH = 2**18
_MAX_SIGHTINGS = 200  # of one kind in one part; a folder of a million tokens is one finding, too


@dataclass(frozen=True, slots=True)
class Sighting:
    """Something found in a text. `where` is "rel[:member][:line]"; `value` is never to be printed in clear."""

    rel: str
    where: str
    kind: str
    value: str


@dataclass
class Contents:
    """What the pass found. `troubles`: can't be read or lies. `unscanned`: searched in part or not at all."""

    pickles: list[Pickle] = field(default_factory=list)
    secrets: list[Sighting] = field(default_factory=list)
    paths: list[Sighting] = field(default_factory=list)
    names: list[Sighting] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    unscanned: list[Trouble] = field(default_factory=list)
    parts: int = 0


@dataclass(frozen=True, slots=True)
class _Found:
    secrets: tuple[Match, ...]
    paths: tuple[Match, ...]
    names: tuple[Match, ...]


def look_into(folder: Folder, identity: Identity) -> Contents:
    """Read every file of *folder* as far as its format asks for. Never raises for what the folder holds."""
    search = _Search(identity)
    for file in folder.files:
        try:
            for part in parts_of(folder, file):
                if isinstance(part, Trouble):
                    search.contents.troubles.append(part)
                else:
                    search.look(part)
        except UnreadableFile as error:
            search.contents.troubles.append(Trouble(error.rel, error.reason))
    search.finish()
    return search.contents


class _Search:
    def __init__(self, identity: Identity) -> None:
        self.identity = identity
        self.contents = Contents()
        self._seen: dict[tuple[bytes, bool], _Found] = {}
        self._parquet: list[tuple[Part, bytes]] = []
        self._parquet_left = PARQUET_BUDGET
        self._places: list[str] = []

    def look(self, part: Part) -> None:
        """Take in one file or member."""
        self.contents.parts += 1
        self._places.append(part.where)
        if part.is_tensor_data:
            return
        try:
            if part.head(4) == PARQUET_MAGIC:
                self._keep_parquet(part)
                return
            pickles = tuple(pickles_of(part))
            self.contents.pickles += pickles
            self._search(part, text_of(part, pickles))
        except UnreadableFile as error:
            self.contents.troubles.append(Trouble(error.rel, error.reason))

    def finish(self) -> None:
        """Read what was kept for the one child process that reads parquet; search the names of files and members."""
        names = "\n".join(self._places)
        for match in islice(find_secrets(names), _MAX_SIGHTINGS):
            where = self._places[names.count("\n", 0, match.start)]
            self.contents.secrets.append(Sighting(where.partition(":")[0], where, match.kind, match.value))
        texts = parquet_strings([data for _, data in self._parquet])
        for (part, _), text in zip(self._parquet, texts, strict=True):
            if text is None:
                self.contents.unscanned.append(Trouble(part.where, "is parquet that can't be read within bounds"))
            else:
                self._search(part, Text(text))

    def _keep_parquet(self, part: Part) -> None:
        why = None
        if not can_read_parquet():
            why = "is parquet, and pyarrow is not installed to read it: pip install pyarrow"
        elif part.size > self._parquet_left:
            why = f"was not read: parquet beyond {PARQUET_BUDGET} bytes"
        else:
            self._parquet_left -= part.size
            self._parquet.append((part, part.head(part.size)))
        if why is not None:
            self.contents.unscanned.append(Trouble(part.where, why))

    def _search(self, part: Part, text: Text) -> None:
        if text.unscanned is not None:
            self.contents.unscanned.append(Trouble(part.where, text.unscanned))
        found = self._found(text.content, vocabulary=_VOCABULARY.search(part.name) is not None)
        self.contents.secrets += _sightings(part, text, found.secrets)
        self.contents.paths += _sightings(part, text, found.paths)
        self.contents.names += _sightings(part, text, found.names)

    def _found(self, text: str, *, vocabulary: bool) -> _Found:
        """Checkpoints repeat the tokenizer: the same text is searched once, and hashing is forty times as fast."""
        key = None
        if len(text) >= _WORTH_A_HASH:
            key = (hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest(), vocabulary)
            if key in self._seen:
                return self._seen[key]
        found = _Found(
            tuple(islice(find_secrets(text), _MAX_SIGHTINGS)),
            () if vocabulary else tuple(islice(find_local_paths(text), _MAX_SIGHTINGS)),
            () if vocabulary else tuple(islice(find_identity(text, self.identity), _MAX_SIGHTINGS)),
        )
        if key is not None:
            self._seen[key] = found
        return found


def _sightings(part: Part, text: Text, matches: tuple[Match, ...]) -> list[Sighting]:
    return [
        Sighting(
            rel=part.rel,
            where=f"{part.where}:{line_of(text.content, match.start)}" if text.lines else part.where,
            kind=match.kind,
            value=as_written(match.value),
        )
        for match in matches
    ]
