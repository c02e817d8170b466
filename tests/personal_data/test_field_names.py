"""What the name of a field says before its value."""

from __future__ import annotations

import pytest

from finewarden.personal_data.field_names import LONGEST_VALUE, label
from finewarden.personal_data.places import texts_of
from finewarden.personal_data.scanner import Scanner


@pytest.mark.parametrize(
    ("field", "before"),
    [
        (("QQ",), "QQ: "),
        (("user", "passportNo"), "passport No: "),
        (("bank_account", 3), "bank account: "),
        (("微信号",), "微信号："),
        (("passport", "number"), "passport number: "),
        (("qq", "value"), "qq: "),
        (("conversations", 0, "value"), ""),
        (("messages", 0, "content"), ""),
        (("number",), ""),
        (("name",), ""),
        (("42",), ""),
        (("a" * 41,), ""),
        ((), ""),
    ],
)
def test_a_name_that_can_label_a_value(field: tuple[str | int, ...], before: str) -> None:
    """Words parted by spaces and a colon; nothing for what holds any text, and the name above where it is needed."""
    assert label(field, "x") == before
    assert label(field, "x" * (LONGEST_VALUE + 1)) == label(field, "") == ""


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ({"QQ": "123456789"}, [("QQ_ID", 0, 9)]),
        ({"微信号": "wangxm_88"}, [("WECHAT_ID", 0, 9)]),
        ({"护照号": "E12345678"}, [("CN_PASSPORT", 0, 9)]),
        ({"a": {"passport_no": " E12345678"}}, [("CN_PASSPORT", 1, 10)]),
        ({"密码": "Tr0ub4dor&3"}, [("SECRET", 0, 11)]),
        ({"phone": "13912345678"}, [("PHONE_NUMBER", 0, 11)]),
        ({"text": "123456789"}, []),
        ({"QQ": "说" * 200 + "123456789"}, []),
        ({"13912345678": "x"}, []),
    ],
)
def test_a_value_is_known_by_the_name_of_its_field(row: dict[str, object], found: list[object]) -> None:
    """Spans are those of the value; nothing of the name is found, and no value is known by a name it does not have."""
    scanner = Scanner(["zh"], names=False)
    places = list(texts_of(row))
    assert [(f.entity, f.start, f.end) for each in scanner.scan_places(places) for f in each] == found
    [placed] = scanner.scan_rows([row])
    assert [(f.finding.entity, f.finding.start, f.finding.end) for f in placed.findings] == found


def test_equal_values_under_other_names_are_apart() -> None:
    """What a name says of a value holds under that name alone."""
    places = list(texts_of({"QQ": "123456789", "order": "123456789"}))
    assert [len(each) for each in Scanner(["zh"], names=False).scan_places(places)] == [1, 0]
