"""Names in forms and before phone numbers."""

from __future__ import annotations

import time

import pytest

from finewarden.personal_data.chinese_names.labelled import find_labelled, with_labelled
from finewarden.personal_data.finding import Finding


def _found(text: str) -> list[str]:
    return [text[each.start : each.end] for each in find_labelled(text)]


@pytest.mark.parametrize(
    "text",
    [
        "收件人：冷阳",
        "姓名: 冷阳 性别女",
        '{"name": "冷阳"}',
        "|联系人|冷阳|",
        "冷阳13800138000",
        "冷阳，138 0013 8000",
        "户主 冷阳，",
    ],
)
def test_a_labelled_name_is_found(text: str) -> None:
    """Behind its label, in JSON, in a table, and before a mobile number."""
    assert _found(text) == ["冷阳"]


@pytest.mark.parametrize(
    "text",
    [
        "患者高烧，",
        "联系人：客服部",
        "负责人：项目经理部",
        "单号13800138000",
        "负责人：无",
        "电话13800138000",
        "冷阳138001380001234",
        "姓名：John",
    ],
)
def test_another_field_is_no_name(text: str) -> None:
    """A label without a separator, departments, order numbers and names without a Chinese surname are left alone."""
    assert _found(text) == []


def test_the_whole_name_stands_for_a_part_of_it() -> None:
    """A labelled name takes the place of a part that the model saw; what the model saw more of stays."""
    text = "收件人：冷阳光"
    part, more = Finding("PERSON", 5, 7, 0.85, "LAC"), Finding("PERSON", 3, 7, 0.85, "LAC")
    place = Finding("LOCATION", 0, 2, 0.85, "LAC")
    assert with_labelled([place, part], text) == [place, Finding("PERSON", 4, 7, 0.85, "labelled_name")]
    assert with_labelled([more], text) == [more]
    assert with_labelled([part], "阳光") == [part]


@pytest.mark.parametrize("unit", ["姓名", "姓名： ", "冷阳", "收件人|", "冷阳1380013"])
def test_time_grows_with_the_length(unit: str) -> None:
    """A text of nothing but beginnings of names is read in linear time."""
    text = unit * (200_000 // len(unit))
    start = time.process_time()
    find_labelled(text)
    assert time.process_time() - start < 2
