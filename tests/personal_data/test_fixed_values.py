"""Numbers and names of fields are told, since they are not changed."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from finewarden.personal_data.fixed_values import fixed_values


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ({"phone": 13800138000}, [(("phone",), "PHONE_NUMBER")]),
        ({"phone": 13800138000.0}, [(("phone",), "PHONE_NUMBER")]),
        ({"users": [{"phone": 13800138000}]}, [(("users", 0, "phone"), "PHONE_NUMBER")]),
        ({"13800138000": 1}, [(("(name)",), "PHONE_NUMBER")]),
        ({"by": {"wang@qq.com": {"phone": 13800138000}}},
         [(("by", "(name)"), "EMAIL_ADDRESS"), (("by", "(name)", "phone"), "PHONE_NUMBER")]),
        ({"phone": Decimal("13800138000"), "qq": np.int64(123456789)},
         [(("phone",), "PHONE_NUMBER"), (("qq",), "QQ_ID")]),
        ({"13800138000": {}, "text": [np.array([13800138000])]},
         [(("(name)",), "PHONE_NUMBER"), (("text", 0, 0), "PHONE_NUMBER")]),
        ({"n": 7, "time": 1700000000, "ok": True, "f": 0.5, "big": 10**400, "inf": float("inf"), "x": None}, []),
        ({"phone": "13800138000"}, []),
    ],
)  # fmt: skip
def test_fixed_values(row: dict[str, object], found: list[object]) -> None:
    """A phone as a number and an address as a field's name are told with their place, and what is only long is not."""
    assert list(fixed_values(row)) == found
