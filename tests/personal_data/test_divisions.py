"""The city of an address: certain, or not said."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finewarden.personal_data.divisions import chain_end, city_of, province_of


@pytest.mark.parametrize(
    ("address", "city"),
    [
        ("浙江省杭州市西湖区文三路1号", "浙江省杭州市"),
        ("浙江省 杭州市 西湖区", "浙江省杭州市"),
        ("中国浙江省宁波市", "浙江省宁波市"),
        ("杭州西湖区", "浙江省杭州市"),
        ("杭州", "浙江省杭州市"),
        ("余杭区文一西路", "浙江省杭州市"),
        ("北京朝阳区", "北京市"),
        ("北京市市辖区朝阳区", "北京市"),
        ("重庆万州", "重庆市"),
        ("义乌市", "浙江省金华市"),
        ("广东中山", "广东省中山市"),
        ("广东省东莞市长安镇", "广东省东莞市"),
        ("湖北省仙桃市", "湖北省仙桃市"),
        ("石河子市", "新疆维吾尔自治区石河子市"),
        ("恩施州利川市", "湖北省恩施土家族苗族自治州"),
        ("内蒙古呼和浩特市", "内蒙古自治区呼和浩特市"),
        ("香港九龙城区", "香港特别行政区"),
        ("台北市大安区", "台湾省台北市"),
        ("杭州市下城区", "浙江省杭州市"),
        ("萧山市", "浙江省杭州市"),
        ("安徽省巢湖市居巢区", "安徽省巢湖市"),
    ],
)
def test_a_city_that_is_certain_is_said(address: str, city: str) -> None:
    """By its own name, by a county that no other city has, by a former name, province first."""
    assert city_of(address) == city


@pytest.mark.parametrize(
    "address",
    ["朝阳区建国路88号", "鼓楼区", "朝阳", "中山", "上海路12号", "南京东路", "上海市西湖区", "张三", "", "\ud800"],
)
def test_an_ambiguous_address_has_none(address: str) -> None:
    """Counties of several cities, streets named after cities, and names that contradict each other."""
    assert city_of(address) is None


@pytest.mark.parametrize(
    ("address", "province"),
    [("浙江省", "浙江省"), ("浙江省红霞市中山路", "浙江省"), ("吉林", "吉林省"), ("江苏省鼓楼区", "江苏省")],
)
def test_a_province_alone_is_said_alone(address: str, province: str) -> None:
    """Where only the province is certain, no city is guessed."""
    assert city_of(address) == province_of(address) == province


def test_a_chain_ends_where_its_names_end() -> None:
    """The end of the divisions at a place of a text, or the place itself."""
    text = "住浙江省杭州市西湖区文三路"
    assert chain_end(text, 1, len(text)) == text.index("文")
    assert chain_end(text, 0, len(text)) == 0
    assert chain_end(text, 1, 5) == 4


@given(st.text(st.one_of(st.characters(), st.sampled_from("北京市朝阳区浙江省杭州吉林路 ")), max_size=60))
def test_any_text_has_an_answer(address: str) -> None:
    """Whatever the text, a city lies in the province that is said, and a province without a city is a province."""
    city, province = city_of(address), province_of(address)
    assert (city is None) == (province is None)
    assert city is None or city.startswith(province or "nowhere")


def test_a_long_text_is_no_address() -> None:
    """Ten million characters take no time: an address is short."""
    start = time.process_time()
    city_of("北京市" * 3_000_000)
    assert time.process_time() - start < 1
