"""The texts of a row: all of them, and the words for who speaks only where they are no such words."""

from __future__ import annotations

from collections import deque
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import numpy as np
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


@pytest.mark.parametrize(
    ("value", "texts"),
    [
        (np.array([["a", "b"]]), ["a", "b"]),
        (np.array([{"x": "c"}], dtype=object), ["c"]),
        (np.str_("d"), ["d"]),
        ({"f", "e"}, ["e", "f"]),
        (frozenset({"g"}), ["g"]),
        (deque(["h"]), ["h"]),
        ("中文".encode(), ["中文"]),
        (bytearray(b"cut \xe4\xb8 but mostly text"), ["cut \ufffd but mostly text"]),
        (bytes(range(128, 256)), []),
        ([date(2024, 1, 1), Decimal("1.5"), np.int64(3), np.float32(1), 1j, None, True, "", [], {}], []),
    ],
)
def test_any_container_of_texts_is_read(value: object, texts: list[str]) -> None:
    """Arrays, sets, deques and bytes are read as lists and texts; pictures and scalars hold none."""
    assert [place.text for place in texts_of({"a": value})] == texts


def test_an_object_that_can_not_be_read_is_named() -> None:
    """Its type and field are told, and never a field's name that may be somebody's."""
    with pytest.raises(TypeError, match=r"messages.picture holds a object, in which no text .* leave it out"):
        list(texts_of({"messages": [{"picture": object()}]}))
    with pytest.raises(TypeError, match=r"^a field holds a object"):
        list(texts_of({"li.lei@qq.com": object()}))
    no_row: Any = "text"
    with pytest.raises(TypeError, match="a row is a str, not a mapping"):
        list(texts_of(no_row))
