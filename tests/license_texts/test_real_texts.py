"""The committed fingerprints on the license texts they were made from, on edits of these, and on all other licenses."""

from __future__ import annotations

import os
import random
import re
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest

from finewarden.licensing.texts.clause_labels import labels_of
from finewarden.licensing.texts.make_fingerprints import made, read_source, sources
from finewarden.licensing.texts.markup import plain
from finewarden.licensing.texts.match import identify_text
from finewarden.licensing.texts.shipped_fingerprints import shipped
from finewarden.licensing.texts.tokens import is_number, words_of

WHEEL = Path(os.environ["FINEWARDEN_LICENSE_TEXTS"])
TEXTS = {source["id"]: (source, text) for source in sources() if (text := read_source(source, WHEEL)) is not None}
MADE = {one.id: one.fingerprint for one in shipped()}
every = pytest.mark.parametrize(("source", "text"), TEXTS.values(), ids=TEXTS.keys())
# Texts of the wheel that are, word for word, one of ours but for title and holder.
ALSO_OURS = {"mit": "mit", "bsd-2-clause-netbsd": "bsd-2-clause", "tigra-calendar-4.0": "mit-0"}


def key_of(source: dict[str, Any]) -> str:
    return MADE[source["id"]].key


def test_most_texts_are_at_hand() -> None:
    """The wheel holds the texts of most fingerprints: an empty run would say nothing."""
    assert len(TEXTS) >= 50


@every
def test_whole(source: dict[str, Any], text: str) -> None:
    """The author's text is intact, whatever the page it was taken from did to its lines."""
    match = identify_text(text)

    assert (match.key, match.intact) == (key_of(source), True)


@every
def test_made_again(source: dict[str, Any], text: str) -> None:
    """The committed fingerprint has the words that the maker finds in the text today, in their order."""
    if not {"repo", "begins"} & set(source):  # else it was made from another edition of the file
        assert made(source, text) == MADE[source["id"]]


@every
def test_set_otherwise(source: dict[str, Any], text: str) -> None:
    """Another wrap, quotes, line ends, case and emphasis make no difference to a real text either."""
    draw = random.Random(source["id"])
    wrapped = re.sub(r"(?<=[a-z,;]) (?=[a-z])", lambda _: draw.choice([" ", " ", "\r\n", "  "]), text)
    quoted = wrapped.translate(str.maketrans("“”’", '""\''))
    marked = re.sub(r"(?<= )[a-z]{6,}(?= )", lambda word: f"**{word[0]}**", quoted, count=50)

    assert identify_text(marked.upper().replace("\n", "\r\n")).intact
    assert identify_text(marked).intact


@every
def test_number_changed(source: dict[str, Any], text: str) -> None:
    """A number changed anywhere is told as such, under the clause it stands in."""
    fingerprint, words = MADE[source["id"]], words_of(text)
    optional = {token for first, end in fingerprint.optional for token in fingerprint.tokens[first:end]}
    numbers = [n for n, word in enumerate(words.hashes) if is_number(word) and word not in optional]
    assert numbers or source["id"] in {"isc", "unlicense", "mit", "mit-0", "bsd-2-clause", "bsd-3-clause"}
    for number in random.Random(source["id"]).sample(numbers, min(3, len(numbers))):
        start, end = words.spans[number]
        match = identify_text(f"{words.text[:start]}987654{words.text[end:]}")

        assert match.key == key_of(source)
        assert [found.kind for found in match.findings] == ["altered"]
        assert "987654" in match.findings[0].detail
        assert match.findings[0].line == words.line(number)


@every
def test_clause_dropped(source: dict[str, Any], text: str) -> None:
    """A numbered clause taken out of a real text is missing, by its number."""
    fingerprint, clean = MADE[source["id"]], plain(text)
    labels = labels_of(clean)
    known = {label for label, _ in fingerprint.clauses}
    ends = [one.start for one in labels[1:]]
    long = [
        (one, end)
        for one, end in zip(labels[1:], [*ends[1:], len(clean)], strict=True)
        if 80 < end - one.start < len(clean) / 4 and one.label in known and re.search(r"\d|Section", one.label)
    ]
    for one, end in random.Random(source["id"]).sample(long, min(3, len(long))):
        match = identify_text(clean[: one.start] + clean[end:])
        optional = any(first <= dict(fingerprint.clauses)[one.label] < last for first, last in fingerprint.optional)

        assert match.key == key_of(source)
        assert optional or one.label in {found.clause for found in match.findings if found.kind == "missing"}


@every
def test_override_and_cut(source: dict[str, Any], text: str) -> None:
    """Terms after the end are added text; half a text lacks what follows."""
    over = identify_text(f"{text}\nNotwithstanding the above, you must not rely on any clause of it.\n")
    half = identify_text(text[: len(text) * 6 // 10])

    assert (over.key, [found.kind for found in over.findings]) == (key_of(source), ["added"])
    assert not half.intact
    assert half.key in {key_of(source), None} or len(text) < 4000


def test_no_other_license_is_taken_for_ours() -> None:
    """Of the two and a half thousand other texts in the wheel, none is intact as a license it is not."""
    ours = {source.get("scancode") for source in sources()}
    found, slowest = {}, 0.0
    with zipfile.ZipFile(WHEEL) as wheel:
        for name in wheel.namelist():
            other = name.removeprefix("licensedcode/data/licenses/").removesuffix(".LICENSE")
            if not name.endswith(".LICENSE") or "/" in other or other in ours:
                continue
            text = str(wheel.read(name), "utf-8").split("\n---\n", 1)[-1]
            start = time.perf_counter()
            match = identify_text(text)
            slowest = max(slowest, time.perf_counter() - start)
            found |= {other: match.text} if match.intact else {}

    assert found == ALSO_OURS
    assert slowest < 2
