"""What is said of somebody is one value, however it is written; what is said of nobody is none."""

from __future__ import annotations

import time

import pytest

from finewarden.personal_data.finding import Finding
from finewarden.personal_data.subjects.attributes import Attribute, Kind, from_findings, normal
from finewarden.personal_data.subjects.columns import in_columns
from finewarden.personal_data.subjects.stated import READ, stated


@pytest.mark.parametrize(
    ("kind", "spellings", "value"),
    [
        ("age", ["34", "３４岁", "34 years old"], "30-39"),
        ("gender", ["F", "女", "Female"], "female"),
        ("birth", ["1990年5月12日", "1990-05-12", "May 12, 1990", "12 May 1990"], "1990-5-12"),
        ("network", ["36.112.5.77", "36.112.5.1", "::ffff:36.112.5.9"], "36.112.5.0/24"),
        ("network", ["2408:8207:1::1", "2408:8207:1:ff::9"], "2408:8207:1::/48"),
        ("email name", ["Jane.Roe+shop@gmail.com", "jane.roe"], "jane.roe"),
        ("device", ["3C:22:FB:AA:10:01", "3c22.fbaa.1001"], "3c22fbaa1001"),
        ("place", ["浙江省杭州市西湖区", "杭州"], "浙江省杭州市"),
        ("school", ["The University of Oxford", "university  of oxford"], "university of oxford"),
    ],
)
def test_spellings_of_one_value(kind: Kind, spellings: list[str], value: str) -> None:
    """Width, case, separators and precision do not make another value."""
    assert {normal(kind, each) for each in spellings} == {value}


@pytest.mark.parametrize(
    ("kind", "said"),
    [("age", "300"), ("age", "3 to 60"), ("gender", "x"), ("network", "1.2.3"), ("birth", "5-12"), ("place", "x" * 99),
     ("place", "12 Main St"), ("title", " ")],
)  # fmt: skip
def test_no_value(kind: Kind, said: str) -> None:
    """What can't be one, or is not certain, is none."""
    assert normal(kind, said) is None


def values(text: str) -> set[tuple[str, str]]:
    """What *text* states."""
    return {(each.kind, each.value) for each in stated(text)}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("性别：男，今年３４岁，住在杭州市", {("gender", "male"), ("age", "30-39"), ("place", "浙江省杭州市")}),
        ("张三，女，1985年3月2日生", {("gender", "female"), ("birth", "1985-3-2")}),
        ("就职于中国工商银行，担任客户经理", {("employer", "中国工商银行"), ("title", "客户经理")}),
        ("她在阿里巴巴集团工作，毕业于浙江大学", {("employer", "阿里巴巴集团"), ("school", "浙江大学")}),
        ("订单号：20250111887213", {("order", "20250111887213")}),
        (
            "I am a 34-year-old nurse at Mercy Hospital",
            {("age", "30-39"), ("title", "nurse"), ("employer", "mercy hospital")},
        ),
        ("She works for Acme Rockets and lives in Leeds.", {("employer", "acme rockets"), ("place", "leeds")}),
        ("He graduated from the University of Oxford.", {("school", "university of oxford")}),
        ("born on May 3, 1988; order no. 2025-1188-72", {("birth", "1988-5-3"), ("order", "2025118872")}),
        ("jane***@gmail.com", {("email name", "jane")}),
        ("我来自客服中心，这是来自官方旗舰店的回复，我来自淘宝直播间，产品来自德国", set()),
        ("我来自德国", {("place", "德国")}),
        ("用户来自杭州市", {("place", "浙江省杭州市")}),
        ("My printer is 3 years old; it is 4 years old, a 2 year old device and a 10-year-old laptop", set()),
        ("My son is 13 years old", {("age", "10-19")}),
        ("18岁到60岁，18-60岁，18 - 60岁，18岁至 60岁都可以", set()),
        ("I'm 30, maybe 31 days late", set()),
        ("I'm 30, and tired", {("age", "30-39")}),
        ("We need a support engineer for Windows, ask the store manager at Best Buy. It works for Free.", set()),
        ("I am a store manager at Best Buy", {("title", "store manager"), ("employer", "best buy")}),
        ("Ada, software engineer at Acme Rockets", {("employer", "acme rockets")}),
        ("接口性别：女头；插头性别：男；sex: M (connector)", set()),
        ("Born in 2020, our company grew. 公司生于2010年", set()),
        ("born in 1980, she grew", {("birth", "1980")}),
        ("做客服好累，当老师太难", set()),
        ("I am based in Austin, Texas.", {("place", "austin, texas")}),
        ("适用年龄3-6岁，18岁以上可用", set()),
        ("Our company works for you; the order number is soon sent", set()),
        ("Born to run since 12 days, trained at school", set()),
    ],
)
def test_stated(text: str, found: set[tuple[str, str]]) -> None:
    """Age, gender, birth, place, work, school and orders are read from words that state them, and from no others."""
    assert values(text) == found


def test_spans_are_those_of_the_text() -> None:
    """What was read past zero-width characters and in full width stands where it stood."""
    text = "今年３\u200b４岁"
    (found,) = stated(text)
    assert text[found.start : found.end] == "３\u200b４"


@pytest.mark.parametrize(
    "piece", ["在公司", "就职于", "work at Aa ", "a nurse ", "1", "a.b", "a ", "abc***", "male,", "\u200b1"]
)
def test_any_text_takes_seconds(piece: str) -> None:
    """A row of ten million characters is read in its beginning, in linear time."""
    started = time.process_time()
    list(stated(piece * (10_000_000 // len(piece))))
    assert time.process_time() - started < 3
    assert READ < 10_000_000


def test_findings_say_it_too() -> None:
    """An e-mail's name, an address's network and a device come from findings; a bank card says nothing of anybody."""
    text = "wang.fang@qq.com 36.112.5.77 6222020200112233"
    found = [
        Finding("EMAIL_ADDRESS", 0, 16, 1.0),
        Finding("IP_ADDRESS", 17, 28, 1.0),
        Finding("CN_BANK_CARD", 29, 45, 1.0),
    ]
    assert from_findings(text, found) == [Attribute("email name", "wang.fang"), Attribute("network", "36.112.5.0/24")]


def test_columns() -> None:
    """Columns say it by their names, in objects as well, as numbers as well; nobody's own names do not."""
    row = {"Age": 34.0, "profile": {"出生日期": "1990-05-12", "job_title": "Nurse"}, "title": "How to", "sex": None}
    assert {(path, each.kind, each.value) for path, each in in_columns(row)} == {
        (("Age",), "age", "30-39"),
        (("profile", "出生日期"), "birth", "1990-5-12"),
        (("profile", "job_title"), "title", "nurse"),
    }


def test_no_value_is_printed() -> None:
    """What stands in an attribute is not shown by it."""
    assert "wang" not in repr(Attribute("email name", "wang.fang"))
