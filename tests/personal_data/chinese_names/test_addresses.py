"""Addresses down to the door, and what only looks like one."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finewarden.personal_data.chinese_names.addresses import find_addresses, with_addresses
from finewarden.personal_data.finding import Finding


def _found(text: str) -> list[str]:
    return [text[each.start : each.end] for each in find_addresses(text)]


@pytest.mark.parametrize(
    "address",
    [
        "朝阳区建国路88号院3号楼2单元1502室",
        "浙江省杭州市西湖区文三路1号",
        "北京市海淀区中关村大街２７号１１０１室",
        "上海市浦东新区张江镇碧波路690弄6号楼302",
        "深圳市南山区和平里东街684号11号楼2单元783室",
        "上海市浦东新区人民大道557号翠苑小区4幢183",
        "湖北省荆州市监利县朱河镇李家村3组12号",
        "四川省成都市武侯区天府大道北段1700号环球中心E3座12层1203",
        "浙江省 杭州市 西湖区 文三路 1号",
        "香港九龙弥敦道200号",
        "海南省红霞市房山韩路D座",
        "翠苑小区3栋2单元502",
        "文三路1号",
        "五一路1892号",
        "大连市沙河口区五一路267号19-1-2",
        "西安市高新区锦业路1号都市之门B座1单元10504",
        "杭州市滨江大道406号之二",
        "和平路12号3栋2单元501",
    ],
)
@pytest.mark.parametrize("around", ["{}", "住址：{}，邮编见下", "我家住在{}。", "请寄到{}（张三收）"])
def test_an_address_is_found_whole(address: str, around: str) -> None:
    """From its divisions to its room, and not a character of what stands around it."""
    assert _found(around.format(address)) == [address]


@pytest.mark.parametrize(
    "text",
    [
        "浙江省杭州市西湖区", "我在北京", "文三路", "乘坐1号线到人民路2号口", "5月3号我去南京路逛街", "知道8号开会",
        "我买了3号色", "公交3路12号车", "住3楼302室", "腾讯大厦A座", "空调得弄一弄", "大家一路3号", "第一号", "1号", "",
    ],
)  # fmt: skip
def test_no_door_is_no_address(text: str) -> None:
    """A city or a road alone, lines, dates, seats and shades are none."""
    assert _found(text) == []


def test_divisions_make_it_more_certain() -> None:
    """A road with its city scores higher than a road alone."""
    (whole,), (alone,) = find_addresses("杭州市文三路1号"), find_addresses("文三路1号")
    assert whole.entity == alone.entity == "STREET_ADDRESS"
    assert whole.score > alone.score >= 0.4


def test_addresses_side_by_side_are_two() -> None:
    """Each has its own divisions, and none overlaps another."""
    assert _found("杭州市文三路1号、北京市建国路88号2单元") == ["杭州市文三路1号", "北京市建国路88号2单元"]


@given(st.text(st.one_of(st.characters(), st.sampled_from("路号1２楼市北京区村组 室-单元栋\u200b")), max_size=80))
def test_spans_are_in_the_text_and_apart(text: str) -> None:
    """Whatever the text, findings lie in it, in order, and do not overlap."""
    end = 0
    for each in find_addresses(text):
        assert end <= each.start < each.end <= len(text)
        end = each.end


@pytest.mark.parametrize("unit", ["路1号", "1号", "路 1号 ", "北京市", "号", "1", "北" * 40 + "路1号", "村1组"])
def test_time_grows_with_the_length(unit: str) -> None:
    """A text of nothing but beginnings of addresses is read in linear time."""
    text = unit * (60_000 // len(unit))
    start = time.process_time()
    find_addresses(text)
    assert time.process_time() - start < 2


def test_a_place_that_goes_on_in_a_door_number_begins_its_address() -> None:
    """Of a model's names, the place that an address lies in is its beginning; names inside it are dropped."""
    text = "张伟住云深不知处翠竹巷3号"
    person = Finding("PERSON", 0, 2, 0.85, "LAC")
    place = Finding("LOCATION", 3, 11, 0.85, "LAC")
    inside = Finding("PERSON", 9, 11, 0.85, "LAC")
    found = with_addresses([person, place, inside], text)
    assert found[0] == person
    assert [(each.entity, text[each.start : each.end]) for each in found[1:]] == [
        ("STREET_ADDRESS", "云深不知处翠竹巷3号")
    ]
