"""A row is of the source that it names, that its columns select, or that its file is of."""

from __future__ import annotations

from typing import Any

import pytest

from finewarden.personal_data.sources.rows import SourceRows, column_value
from finewarden.policy import Source

BY_NAME = Source(name="faq", authorisation="own")
BY_COLUMN = Source(name="chats", authorisation="own", rows={"kind": ("chat", "mail"), "year": ("2024",)})
BY_FILE = Source(name="bought", authorisation="own", rows={"@file": ("bought-*.jsonl",)})
ROWS = SourceRows((BY_NAME, BY_COLUMN, BY_FILE), "source")


@pytest.mark.parametrize(
    ("row", "file", "names"),
    [
        ({"source": "faq"}, "a.jsonl", ("faq",)),
        ({"kind": "mail", "year": 2024}, "a.jsonl", ("chats",)),
        ({"kind": "mail"}, "a.jsonl", ()),
        ({}, "bought-1.jsonl", ("bought",)),
        ({"source": "faq"}, "bought-1.jsonl", ("bought", "faq")),
        ({"source": "chats"}, "a.jsonl", ()),
        ({"source": ["faq"]}, "a.jsonl", ()),
        ({"source": None}, "a.jsonl", ()),
    ],
)
def test_sources_of_a_row(row: dict[str, Any], file: str, names: tuple[str, ...]) -> None:
    """All columns of a selector must hold; a source with a selector is not found by its name."""
    assert ROWS.of(row, file) == names


@pytest.mark.parametrize(
    ("row", "value"),
    [
        ({"meta": {"source": "a"}}, "a"),
        ({"meta.source": "b", "meta": {"source": "a"}}, "b"),
        ({"meta": "a"}, None),
        ({"meta": {"source": float("nan")}}, None),
        ({"meta": {"source": True}}, "true"),
    ],
)
def test_columns_inside_columns(row: dict[str, Any], value: str | None) -> None:
    """A dotted name leads into an object, after a column that is called so."""
    assert column_value(row, "meta.source") == value
