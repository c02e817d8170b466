"""What a gate counts: certain enough, and somebody's."""

from __future__ import annotations

import time

import pytest

from finewarden.personal_data.counting import counted
from finewarden.personal_data.finding import Finding
from tests.personal_data.rules.looking import numbered

ROLES = (
    "billing", "team", "orders", "hr", "privacy", "press", "customer.care", "no-reply", "customer-service",
    "help.desk", "support2", "sales-team", "jobs", "git", "kefu",
)  # fmt: skip
NOBODYS = [
    *(("EMAIL_ADDRESS", f"{role}@firma.de") for role in ROLES),
    *(("EMAIL_ADDRESS", f"a.baker77@{domain}") for domain in ("example.com", "mail.example.org", "shop.example")),
    ("EMAIL_ADDRESS", "ｉｎｆｏ＠ｆｉｒｍａ．ｄｅ"),
    *(("PHONE_NUMBER", number) for number in ("400-820-8837", "+86 800 820 8820", "(888) 555-2199", "1-800-555-2199")),
    *(("PHONE_NUMBER", number) for number in ("1680", "2024-01-15 12:30", "3.1415926535", "1,234,567,890")),
    *(("IP_ADDRESS", address) for address in ("10.1.2.3", "192.0.2.7", "8.8.8.8", "::", "fe80::1", "2001:db8::7")),
    ("CREDIT_CARD", "4111 1111 1111 1111"),
    ("CN_BANK_CARD", "6200000000000005"),
    ("MAC_ADDRESS", "ff:ff:ff:ff:ff:ff"),
    ("US_SSN", "078-05-1120"),
    *(("PERSON", word) for word in ("Settings", "choose Settings", "Alexa", "Chrome or Safari", "Update", "Hi Alexa")),
    *(
        ("PERSON", word)
        for word in ("u138", "user_12", "A1", "settings", "joan", "API", "SDK", "USB", "install Foo", "J.")
    ),
]
SOMEBODYS = [
    ("EMAIL_ADDRESS", "anna.order@mail.invalid"),
    ("EMAIL_ADDRESS", "hiro.sales@firma.de"),
    ("EMAIL_ADDRESS", "t.baker.77@myexample.com"),
    ("PHONE_NUMBER", "13912345678"),
    ("PHONE_NUMBER", "一三九一二三四五六七八"),
    ("PHONE_NUMBER", "2024 1150 1230"),
    ("IP_ADDRESS", "203.1.113.77"),
    ("CREDIT_CARD", "4055 1200 2345 6785"),
    ("PERSON", "Ada"),
    ("PERSON", "Alexa Baker"),
    ("PERSON", "ADA QUILL"),
    ("PERSON", "KIM"),
    ("PERSON", "ada quill"),
    ("PERSON", "Hello Grace"),
    ("PERSON", "Ada Quill 2"),
    ("PERSON", "Иван"),
    ("PERSON", "张伟2"),
    ("MINE", "10.1.2.3"),
]


def _whole(entity: str, value: str, score: float = 0.85) -> Finding:
    return Finding(entity, 0, len(value), score)


@pytest.mark.parametrize(("entity", "value"), NOBODYS, ids=numbered(NOBODYS))
def test_what_is_nobodys_does_not_count(entity: str, value: str) -> None:
    """Role mailboxes, documentation, toll-free and hotline numbers, private addresses, cards for tests."""
    assert not counted(value, _whole(entity, value, 1.0))


@pytest.mark.parametrize(("entity", "value"), SOMEBODYS, ids=numbered(SOMEBODYS))
def test_what_is_somebodys_counts(entity: str, value: str) -> None:
    """A person's value counts, however near it is to one of those."""
    assert counted(value, _whole(entity, value))


def test_an_entity_counts_from_its_score_on() -> None:
    """Below the entity's own limit a finding is shown and not counted."""
    assert counted("9434765919", _whole("UK_NHS", "9434765919", 0.6))
    assert not counted("9434765919", _whole("UK_NHS", "9434765919", 0.59))
    assert not counted("A1234567", _whole("US_DRIVER_LICENSE", "A1234567", 0.3))


@pytest.mark.parametrize("before", ["version ", "v", "版本：", "Chrome/", "==", "第"])
def test_a_version_is_no_address(before: str) -> None:
    """Four numbers after a word for a version or a chapter are not counted, whoever found them."""
    text = f"{before}21.2.3.4"
    assert not counted(text, Finding("IP_ADDRESS", len(before), len(text), 0.95))
    assert counted("from 21.2.3.4", Finding("IP_ADDRESS", 5, 13, 0.95))


BESIDE = [
    *(("STREET_ADDRESS", before, "杭州市西湖区文三路12号", after) for before, after in (
        ("本公司位于", ""), ("我司地址：", "。"), ("门店地址：", ""),
        ("请将商品寄回：", "，谢谢"), ("退货地址：", "仓库"), ("请寄到", "仓库"),
        ("售后部收货地址为", ""), ("总部设在", ""), ("营业厅：", ""),
    )),
    *(("STREET_ADDRESS", before, "500 Warehouse Road", "") for before in (
        "Ship returns to ", "our office at ", "Visit our flagship store at ", "Our warehouse is located at ",
        "Return address: ",
    )),
    ("PHONE_NUMBER", "去年产值", "13912345678", "元，增长"),
    ("PHONE_NUMBER", "共运", "13912345678", "吨"),
    ("PHONE_NUMBER", "revenue of ", "13912345678", " yuan"),
    *(("IP_ADDRESS", "see ", each, " for coercions") for each in ("3.3.2.4", "8.2.4.44", "1.2.3.4")),
]  # fmt: skip
NOT_BESIDE = [
    *(("STREET_ADDRESS", before, "杭州市西湖区文三路12号", "") for before in (
        "我家住在", "退货人张伟，住在", "本公司员工家住", "我要退货，地址：", "退货取件地址是我家：",
        "收件人张伟，", "",
    )),
    ("STREET_ADDRESS", "寄到", "杭州市西湖区文三路12号", "，收件人张伟"),
    ("STREET_ADDRESS", "寄到", "杭州市西湖区文三路12号", "仓库，收件人张伟"),
    *(("STREET_ADDRESS", before, "500 Warehouse Road", "") for before in (
        "I live at ", "Ship it to Ada Quill, ", "our office sent it to Ada Quill at ", "my address is ",
    )),
    ("PHONE_NUMBER", "请联系", "13912345678", "万先生"),
    ("PHONE_NUMBER", "电话", "13912345678", "元旦前打"),
    ("PHONE_NUMBER", "电话", "13912345678", "股东会"),
    ("IP_ADDRESS", "client ", "8.130.22.7", " connected"),
    ("IP_ADDRESS", "seen: ", "36.112.5.77", ""),
    ("IP_ADDRESS", "", "3.3.2.4", ":8080"),
    ("IP_ADDRESS", "allow ", "3.3.2.4", "/24"),
    ("IP_ADDRESS", "", "3.3.2.4", " - - [01/Jan/2024]"),
    ("IP_ADDRESS", "http://", "3.3.2.4", "/x"),
    ("IP_ADDRESS", "登录地址：", "3.3.2.4", "，异常"),
    ("IP_ADDRESS", " ", "3.3.2.4", "\n"),
]  # fmt: skip


@pytest.mark.parametrize(("entity", "before", "value", "after"), BESIDE, ids=numbered(BESIDE))
def test_words_beside_tell_that_it_is_nobodys(entity: str, before: str, value: str, after: str) -> None:
    """A firm's own address, a quantity and the number of a section are told by what stands beside them."""
    assert not counted(before + value + after, Finding(entity, len(before), len(before + value), 0.85))


@pytest.mark.parametrize(("entity", "before", "value", "after"), NOT_BESIDE, ids=numbered(NOT_BESIDE))
def test_other_words_do_not(entity: str, before: str, value: str, after: str) -> None:
    """A person between the firm and the address, a surname after the number, a port behind it: it counts."""
    assert counted(before + value + after, Finding(entity, len(before), len(before + value), 0.85))


@pytest.mark.parametrize(("entity", "piece"), [("IP_ADDRESS", "1.2.3.4 "), ("STREET_ADDRESS", "我司地址：路1号 ")])
def test_many_in_one_row_are_judged_in_linear_time(entity: str, piece: str) -> None:
    """Of a row of thirty thousand findings each is judged by what stands near it, never by the whole row."""
    text, started = piece * 30_000, time.process_time()
    for start in range(0, len(text), len(piece)):
        counted(text, Finding(entity, start, start + len(piece) - 1, 0.85))
    assert time.process_time() - started < 3
