"""Chinese sentences with invented personal data, and where it stands: any number of them, always the same for a seed.

    python benchmarks/pii_zh_generator.py --count 20

Values come from `pii_zh_values.py`, sentences from `pii_zh_templates.py`. Templates are parted in two halves by the
SHA-256 of their text: failures of the first may be looked at and mended, the second is only ever counted.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

sys.path.append(str(Path(__file__).resolve().parent))
from pii_zh_templates import TEMPLATES
from pii_zh_values import VALUES, WRITTEN

__all__ = ["Sentence", "Span", "half_of", "sentences"]

_PLACE = re.compile(r"\{\{(\w+)(?:\|(\w+))?\}\}")


@dataclass(frozen=True)
class Span:
    """Characters *start* to *end* are *entity*; *wanted* False: neither wanted nor wrong."""

    entity: str
    start: int
    end: int
    wanted: bool = True


@dataclass(frozen=True)
class Sentence:
    """One text of template number *template*."""

    text: str
    spans: tuple[Span, ...]
    template: int


def half_of(template: int) -> str:
    """`first` or `second`."""
    return "first" if hashlib.sha256(TEMPLATES[template].encode()).digest()[0] % 2 == 0 else "second"


def sentences(count: int, seed: int = 0) -> Iterator[Sentence]:
    """*count* sentences, templates in turn."""
    draw = Random(seed)
    for number in range(count):
        yield _filled(number % len(TEMPLATES), draw)


def _filled(template: int, draw: Random) -> Sentence:
    text, spans, at = "", [], 0
    source = TEMPLATES[template]
    for place in _PLACE.finditer(source):
        text += source[at : place.start()]
        at = place.end()
        entity, make = VALUES[place[1]]
        value = make(draw)
        written = WRITTEN[place[2]](value) if place[2] else value
        if entity is not None:
            wanted = not entity.startswith("?")
            spans.append(Span(entity.lstrip("?"), len(text), len(text) + len(written), wanted))
        text += written
    return Sentence(text + source[at:], tuple(spans), template)


def main() -> None:
    """Print sentences as JSON lines."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=len(TEMPLATES))
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    for each in sentences(options.count, options.seed):
        spans = [(span.entity, span.start, span.end) for span in each.spans]
        print(json.dumps({"text": each.text, "spans": spans}, ensure_ascii=False))


if __name__ == "__main__":
    main()
