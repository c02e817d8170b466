"""The fingerprint of a license text: hashes of its words in their order, and where its clauses begin.

No text can be read back from it beyond guessing words; it tells every word that was changed.
"""

from __future__ import annotations

import json
import sys
import zlib
from array import array
from base64 import b64decode, b64encode
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from finewarden.licensing.texts.tokens import grams_of

__all__ = ["Fingerprint", "Place", "dump", "parse", "sketch_of"]

Place = Literal["copyright", "title", "holder", "number"]
"""What may stand at a free place: copyright statements, the license's own name, who holds the rights, a list's mark."""

_SKETCH = 64


@dataclass(frozen=True)
class Fingerprint:
    """*id* names the text (one revision), *key* the record; *tokens* are the words' hashes, *clauses* (label, first
    token) in order.

    *optional* are stretches, first token and the one after the last, that a whole text may lack; *places* are tokens
    before which more may stand. A `policy` is no license of its own but goes along with one. *family* names the keys
    of the licenses it goes along with.
    """

    id: str
    key: str
    clauses: tuple[tuple[str, int], ...]
    tokens: tuple[int, ...]
    optional: tuple[tuple[int, int], ...] = ()
    places: tuple[tuple[int, Place], ...] = ()
    kind: Literal["license", "policy"] = "license"
    family: tuple[str, ...] = ()

    @cached_property
    def sketch(self) -> tuple[int, ...]:
        """A sample of the text's four-word runs, by which it is found among all others."""
        return sketch_of(self.needed)

    @cached_property
    def needed(self) -> tuple[int, ...]:
        """The tokens that a whole text has: all but the optional ones."""
        return tuple(
            token for at, token in enumerate(self.tokens) if not any(first <= at < end for first, end in self.optional)
        )

    def clause_at(self, token: int) -> int:
        """The number of the clause that *token* stands in."""
        low, high = 0, len(self.clauses)
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if self.clauses[middle][1] <= token else (low, middle)
        return max(0, low - 1)

    def clause_end(self, number: int) -> int:
        """The first token after the clause."""
        return self.clauses[number + 1][1] if number + 1 < len(self.clauses) else len(self.tokens)


def sketch_of(tokens: tuple[int, ...]) -> tuple[int, ...]:
    """The smallest hashes of four words in a row: the same sample of two texts as far as they are the same."""
    return tuple(sorted(set(grams_of(tokens)))[:_SKETCH])


def dump(fingerprint: Fingerprint) -> str:
    """*fingerprint* as the JSON of `fingerprints/<id>.json`."""
    known = sorted(set(fingerprint.tokens))
    number = {token: at for at, token in enumerate(known)}
    data: dict[str, Any] = {
        "format": 1,
        "id": fingerprint.id,
        "key": fingerprint.key,
        "kind": fingerprint.kind,
        "family": list(fingerprint.family),
        "words": len(fingerprint.tokens),
        "clauses": [[label, at] for label, at in fingerprint.clauses],
        "optional": [list(stretch) for stretch in fingerprint.optional],
        "places": {
            place: [at for at, kind in fingerprint.places if kind == place]
            for place in sorted({kind for _, kind in fingerprint.places})
        },
        "sketch": _packed(array("I", fingerprint.sketch), squeeze=False),
        "vocabulary": _packed(array("I", known), squeeze=False),
        "tokens": _packed(array("H", [number[token] for token in fingerprint.tokens]), squeeze=True),
    }
    # One line a field: a changed clause shows in a diff, the hashes stay out of the way.
    lines = [f'"{name}": {json.dumps(value, ensure_ascii=False)}' for name, value in data.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def parse(data: dict[str, Any]) -> Fingerprint:
    """The fingerprint that the JSON *data* holds. Raises ValueError for another format."""
    if data.get("format") != 1:
        raise ValueError(f"fingerprint {data.get('id')!r}: format {data.get('format')!r} is not known; make it anew")
    vocabulary = unpacked("I", data["vocabulary"])
    fingerprint = Fingerprint(
        data["id"],
        data["key"],
        tuple((label, at) for label, at in data["clauses"]),
        tuple(vocabulary[at] for at in unpacked("H", data["tokens"], squeezed=True)),
        tuple((first, end) for first, end in data["optional"]),
        tuple(sorted((at, place) for place, tokens in data["places"].items() for at in tokens)),
        data["kind"],
        tuple(data["family"]),
    )
    if len(fingerprint.tokens) != data["words"]:
        raise ValueError(f"fingerprint {fingerprint.id!r} is damaged; make it anew")
    return fingerprint


def unpacked(code: str, packed: str, *, squeezed: bool = False) -> array[int]:
    """The numbers, little-endian, that base64 text holds."""
    raw = b64decode(packed)
    numbers = array(code, zlib.decompress(raw) if squeezed else raw)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def _packed(numbers: array[int], *, squeeze: bool) -> str:
    if sys.byteorder == "big":
        numbers.byteswap()
    raw = numbers.tobytes()
    return b64encode(zlib.compress(raw, 9) if squeeze else raw).decode("ascii")
