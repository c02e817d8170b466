"""Which rows are canaries: those that were planted, as they were planted, and no row that carries more."""

from __future__ import annotations

from typing import Any

from finewarden.evidence.canary_book import Canary, CanaryBook, Head
from finewarden.evidence.planted_rows import PlantedRows

SECRET = "velvet harbour nine lanterns"


def book(**settings: Any) -> CanaryBook:
    """Two canaries, the first of them inserted."""
    head = Head(
        id="a" * 32,
        seed="b" * 32,
        written_by="test",
        format="text",
        tokenizer="t",
        rows=3,
        data="d",
        token_share=0.1,
        settings=settings,
    )
    canaries = tuple(
        Canary(
            id=f"{at:016x}",
            tier="coin",
            family="random-tokens",
            secret=f"{SECRET} {at}",
            bits=64,
            row={"text": f"The pass phrase is {SECRET} {at}."},
            field=("text",),
            start=19,
            repetitions=1 - at,
            references=(f"other secret words {at}",),
        )
        for at in range(2)
    )
    return CanaryBook(head, canaries)


def test_a_planted_row_is_known_in_any_order_with_empty_columns() -> None:
    """None where a canary has no text is what planting writes; the canary's coin is told by the canary."""
    planted = PlantedRows(book())
    inserted, left_out = book().canaries
    assert planted.canary({"source": None, **inserted.row}) == inserted
    assert planted.canary(dict(left_out.row)) == left_out
    assert planted.canary({"text": "The pass phrase is lost."}) is None


def test_nothing_hides_behind_a_canary() -> None:
    """Another column with a value makes another row, unless it is the unit that planting made up."""
    row = book().canaries[0].row
    assert PlantedRows(book()).canary({**row, "note": "call me"}) is None
    planted = PlantedRows(book(unit_column="user"))
    assert planted.canary({**row, "user": "canary-00ff00ff00ff00ff"}) is not None
    assert planted.canary({**row, "user": 2**62 + 5}) is not None
    assert planted.canary({**row, "user": "Ann Lee"}) is None


def test_secrets_and_references_are_found_anywhere() -> None:
    """A secret outside its row, whole, and a reference, which was never to be there."""
    planted = PlantedRows(book())
    found = list(planted.secrets_in(f"so {SECRET} 1 and other secret words 0"))
    assert [(canary.id[-1], reference) for canary, reference in found] == [("1", False), ("0", True)]
    assert list(planted.secrets_in(SECRET[:-1])) == []
