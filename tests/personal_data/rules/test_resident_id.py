"""Resident IDs: what is found beside spaces and beside ideographs, and what is left alone."""

from __future__ import annotations

import pytest

from tests.personal_data.rules.looking import numbered, seen

FOUND = [
    ("身份证号码为３１０１０４１９８８１２２４０５１０，请核实", "３１０１０４１９８８１２２４０５１０"),
    ("身份证 310104 19881224 0510", "310104 19881224 0510"),
    ("310104-1988-1224-0510", "310104-1988-1224-0510"),
    ("他的ID310104198812240510没错", "310104198812240510"),
    ("idcard=310104198812240510&x=1", "310104198812240510"),
    ("sfz 3\u200b10104\u200b198812240510", "3\u200b10104\u200b198812240510"),
    ('{"id_no":"310104198812240510"}', "310104198812240510"),
    ("旧身份证310104881224051办的", "310104881224051"),
    ("永居证911001198505051232", "911001198505051232"),
]
LEFT_ALONE = [
    "110105194912310021",
    "身份证11010519491331002X",
    "身份证11010519491231002Y",
    "订单990105194912310023",
    "1101051949123100211",
    "编号310104881224051",
    "身份证99010488122405１",
]


@pytest.mark.parametrize(("text", "value"), FOUND, ids=numbered(FOUND))
def test_what_is_found(text: str, value: str) -> None:
    """Each shape is found whole, and nothing else with it."""
    assert seen(text) == [("CN_RESIDENT_ID", value)]


@pytest.mark.parametrize("text", LEFT_ALONE, ids=numbered(LEFT_ALONE))
def test_what_is_left_alone(text: str) -> None:
    """A check digit, a boundary or a context that does not hold, or a value that is nobody's: nothing counts."""
    assert seen(text) == []
