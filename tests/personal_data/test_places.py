"""The texts of a row: all of them, and the words for who speaks only where they are no such words."""

from __future__ import annotations

from types import MappingProxyType

import pytest

from finewarden.personal_data.places import texts_of


def test_a_role_is_a_text_where_it_is_no_role() -> None:
    """`role` and `from` are passed over only as words of a chat format, and anybody else speaks as "other"."""
    row = {
        "messages": [
            {"role": "user", "content": "hi"},
            {"from": "john@firm.cn", "value": "hello"},
            {"role": "Human", "from": "李雷", "content": "好"},
            {"role": "user", "type": "13912345678", "content": "x"},
        ]
    }
    assert [(place.field[1:], place.role, place.text) for place in texts_of(row)] == [
        ((0, "content"), "user", "hi"),
        ((1, "from"), "other", "john@firm.cn"),
        ((1, "value"), "other", "hello"),
        ((2, "from"), "Human", "李雷"),
        ((2, "content"), "Human", "好"),
        ((3, "type"), "user", "13912345678"),
        ((3, "content"), "user", "x"),
    ]


def test_any_mapping_is_read_and_none_too_deep() -> None:
    """A mapping that is no dict is read as one; more than 100 levels are refused."""
    assert [place.text for place in texts_of(MappingProxyType({"a": MappingProxyType({"b": "c"})}))] == ["c"]
    row: dict[str, object] = {}
    for _ in range(101):
        row = {"a": row}
    with pytest.raises(ValueError, match="deeper than 100"):
        list(texts_of(row))
