"""The private book of canaries: whole or refused, and nothing of it shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from finewarden.evidence import canary_book
from finewarden.evidence.canary_book import Canary, CanaryBook, CanaryBookError, Head

SECRET = "蓝鲸 7093 — ak-0000"


def canary(number: int = 0, **changed: Any) -> Canary:
    text = f"record {number}: {SECRET}{number}"
    given = {
        "id": f"{number:016x}",
        "tier": "coin",
        "family": "api-key",
        "secret": f"{SECRET}{number}",
        "bits": 40.0,
        "row": {"text": text},
        "field": ("text",),
        "start": text.index(SECRET),
        "repetitions": number % 2,
    }
    return Canary(**{**given, **changed})


def book(*canaries: Canary) -> CanaryBook:
    head = Head(
        id="a" * 32, seed="b" * 32, written_by="test", format="text", tokenizer="t", rows=10, data="d", token_share=0.01
    )
    return CanaryBook(head, canaries)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    """Fields, numbers in paths and Chinese text come back; the hash is that of the file."""
    import hashlib

    mine = book(
        canary(0), canary(1, row={"messages": [{"role": "user", "content": "x"}]}, field=("messages", 0, "content"))
    )
    path = tmp_path / "x.evidence" / "canaries.jsonl"
    canary_book.write(path, mine)
    assert canary_book.read(path) == mine
    assert mine.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_size_for_privacy_does_not_know_the_coins() -> None:
    """Every generated canary counts, inserted or not; a repeated one as often as it is repeated."""
    coins = [canary(number, repetitions=side) for number, side in enumerate((0, 1, 1))]
    others = [canary(number, repetitions=1 - each.repetitions) for number, each in enumerate(coins)]
    stress = canary(9, tier="stress", repetitions=16)
    assert book(*coins, stress).dataset_size == book(*others, stress).dataset_size == 10 + 3 + 16


def test_tiers_and_inserted() -> None:
    """Tiers are kept apart; what is inserted is what has repetitions."""
    mine = book(canary(0), canary(1), canary(2, tier="input"), canary(3, tier="stress", repetitions=4))
    assert [each.id[-1] for each in mine.tier("coin")] == ["0", "1"]
    assert [each.id[-1] for each in mine.inserted] == ["1", "3"]


def test_nothing_is_shown() -> None:
    """No text that Python makes of them holds a secret, its record or the seed."""
    mine = book(canary(0))
    for text in (repr(mine), str(mine), repr(mine.canaries), str(mine.canaries[0]), repr(mine.head), f"{mine.head}"):
        assert SECRET not in text
        assert "record" not in text
        assert "b" * 32 not in text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda lines: [], "is empty"),
        (lambda lines: ["{}", *lines[1:]], "canaries.jsonl:1: id"),
        (lambda lines: [lines[0], lines[1][:-9]], "canaries.jsonl:2: line"),
        (lambda lines: [*lines, lines[1]], "canaries.jsonl:4: names a canary twice"),
        (lambda lines: [lines[0], lines[1].replace('"coin"', '"coins"')], "canaries.jsonl:2: tier"),
    ],
)
def test_broken_book_is_refused_without_quoting_it(change: Any, words: str, tmp_path: Path) -> None:
    """The error names file, line and field, and what to do, and no value."""
    path = tmp_path / "canaries.jsonl"
    lines = canary_book.dump(book(canary(0), canary(1))).splitlines()
    path.write_text("\n".join(change(lines)), encoding="utf-8")
    with pytest.raises(CanaryBookError) as caught:
        canary_book.read(path)
    assert words in str(caught.value)
    assert "plant" in str(caught.value)
    assert SECRET not in str(caught.value)


def test_book_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    """Missing or not UTF-8: said in one sentence."""
    with pytest.raises(CanaryBookError, match="can't be read"):
        canary_book.read(tmp_path / "canaries.jsonl")
    (tmp_path / "canaries.jsonl").write_bytes(b"\xff\xfe")
    with pytest.raises(CanaryBookError, match="not UTF-8"):
        canary_book.read(tmp_path / "canaries.jsonl")
