"""What many share takes a value's place, or nothing does: what is uncertain is not guessed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finewarden.personal_data.deidentify.generalise import generalise

ENTITIES = ["AGE", "CN_RESIDENT_ID", "DATE_TIME", "IP_ADDRESS", "LOCATION", "STREET_ADDRESS"]


@pytest.mark.parametrize(
    ("entity", "value", "general"),
    [
        ("STREET_ADDRESS", "浙江省杭州市西湖区文三路90号", "浙江省杭州市"),
        ("STREET_ADDRESS", "朝阳区建国路88号", None),
        ("LOCATION", "北京市海淀区", "北京市"),
        ("LOCATION", "Paris", None),
        ("DATE_TIME", "2021-03-04", "2021"),
        ("DATE_TIME", "1985年3月12日", "1985"),
        ("DATE_TIME", "19850312", "1985"),
        ("DATE_TIME", "March 4th, 2021 at 10:30", "2021"),
        ("DATE_TIME", "2019 to 2021", None),
        ("DATE_TIME", "yesterday", None),
        ("AGE", "35", "30-39"),
        ("AGE", "35岁", "30-39岁"),
        ("AGE", "7 years old", "0-9 years old"),
        ("AGE", "95", "90+"),
        ("AGE", "between 20 and 35", None),
        ("AGE", "1985", None),
        ("IP_ADDRESS", "81.2.69.142", "81.2.*.*"),
        ("IP_ADDRESS", "2a02:26f7::1", "2a02:26f7:*"),
        ("IP_ADDRESS", "::ffff:81.2.69.142", "81.2.*.*"),
        ("IP_ADDRESS", "999.1.1.1", None),
        ("CN_RESIDENT_ID", "44010119850312001X", "广东省1985年生"),
        ("CN_RESIDENT_ID", "440101 19850312 001X", "广东省1985年生"),
        ("CN_RESIDENT_ID", "99010119850312001X", None),
        ("PERSON", "王小明", None),
    ],
)
def test_generalised(entity: str, value: str, general: str | None) -> None:
    """City, year, decade, network, province and year of birth; None where that is not certain."""
    assert generalise(entity, value) == general


@given(st.sampled_from(ENTITIES), st.text(alphabet="0123456789-:.年月日岁省市区上海北京朝阳广东 ab", max_size=24))
def test_what_is_general_stays(entity: str, value: str) -> None:
    """A general value is a place, year, decade or network of its own, and can be told for one."""
    general = generalise(entity, value)
    if general is not None and entity in ("AGE", "DATE_TIME", "LOCATION", "STREET_ADDRESS"):
        assert generalise(entity, general) == general
