"""The personal values of English and Chinese text: what is found, when two are one, and what is left alone."""

from __future__ import annotations

import pytest

from finewarden.memorization.personal_value import find_personal, stands_in

# Check digits are right, so that the patterns hold; none is issued to anybody that we know of.
FOUND = [
    ("write to t.baker.77@mail.invalid, please", "e-mail address", "t.baker.77@mail.invalid"),
    ("write to anna.order@mail.invalid", "e-mail address", "anna.order@mail.invalid"),
    ("write to hiro.sales@firma.de", "e-mail address", "hiro.sales@firma.de"),
    ("电话 +86 10 6278 1234", "phone number", "+86 10 6278 1234"),
    ("from 8.8.8.9", "IP address", "8.8.8.9"),
    ("call +33 1 80 01 23 45 now", "phone number", "+33 1 80 01 23 45"),
    ("Balance 12. 4532015112830366 is the card", "payment card", "4532015112830366"),
    ("邮箱zhang_wei88@mail.invalid。", "e-mail address", "zhang_wei88@mail.invalid"),
    ("身份证号11010519491231002X，已核对", "Chinese resident ID", "11010519491231002X"),
    ("证件 110105 19491231 002x 。", "Chinese resident ID", "110105 19491231 002x"),
    ("卡号4532 0151 1283 0366到期", "payment card", "4532 0151 1283 0366"),
    ("card 5500-0000-0000-0004.", "payment card", "5500-0000-0000-0004"),
    ("手机13957208846找我", "phone number", "13957208846"),
    ("手机：１３９５７２０８８４６", "phone number", "１３９５７２０８８４６"),
    ("call +86 139 5720 8846 now", "phone number", "+86 139 5720 8846"),
    ("call +44 20 7946 0958 now", "phone number", "+44 20 7946 0958"),
    ("call (415) 867-2132 now", "phone number", "(415) 867-2132"),
    ("电话010-62781234转3", "phone number", "010-62781234"),
    ("SSN 219-09-9999.", "US social security number", "219-09-9999"),
    ("IBAN DE89 3704 0044 0532 0130 00.", "IBAN", "DE89 3704 0044 0532 0130 00"),
    ("from 203.1.113.77, twice", "IP address", "203.1.113.77"),
    ("加微信：xiaolan_2291聊", "WeChat ID", "xiaolan_2291"),
    ("我的QQ是58291734，随时", "QQ number", "58291734"),
]
ROLES = (
    "billing",
    "team",
    "orders",
    "hr",
    "privacy",
    "press",
    "customer.care",
    "no-reply",
    "customer-service",
    "help.desk",
    "support2",
    "sales-team",
    "jobs",
)
LEFT_ALONE = [
    "身份证110105194912310021",  # a wrong check digit
    "身份证11010519491331002X",  # the 13th month
    "card 4532 0151 1283 0367",  # Luhn
    "order 4111111111111111000000",  # longer than any card
    "hotline 400 820 8837",
    "write to support@shop.example",
    *(f"write to {name}@firma.de" for name in ROLES),
    *(f"write to a.baker77@{domain}" for domain in ("example.com", "mail.example.org", "example.net", "shop.example")),
    "use 8.8.8.8, 1.1.1.1 or 114.114.114.114",
    "pi is 3.1415926535897932 and 0.4532015112830366",
    "call +1 800 555 0199 or (888) 555-0199 or 1-800-555-0199",
    "电话 400-820-8820，800-820-8820，+86 400 820 8820",
    "version 1.2.3.4.5, host 192.168.0.12, 999.1.1.1",
    "SSN 000-12-3456",
    "in 2019, 120 of 4500 (2.7 %) on 2024-05-17 10:22",
    "call (415) 555-0132 now",  # kept for fiction
    "wechat is blocked",
    "a13957208846b",
    "微信群里没人",
]


@pytest.mark.parametrize(("text", "kind", "value"), FOUND)
def test_what_is_found(text: str, kind: str, value: str) -> None:
    """Each kind, beside spaces and beside ideographs, whole and in its place."""
    [found] = find_personal(text)
    assert (found.kind, found.value) == (kind, value)
    assert text[found.start : found.end] == value


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_what_is_left_alone(text: str) -> None:
    """A check digit, a boundary or a context that does not hold: nothing."""
    assert find_personal(text) == []


def test_one_value_in_many_spellings_has_one_key() -> None:
    """Spacing, width, country code and case do not make another value."""
    spellings = ("13957208846", "+86 139-5720-8846", "１３９ ５７２０ ８８４６", "139\u200b5720\u200b8846")
    assert {find_personal(f"手机 {text}。")[0].key for text in spellings} == {"13957208846"}
    assert all(stands_in(find_personal("13957208846")[0], text) for text in spellings)
    assert {find_personal(f"<{text}>")[0].key for text in ("Ann.Lee@Mail.invalid", "ann.lee@mail.invalid")} == {
        "ann.lee@mail.invalid"
    }


def test_a_value_prints_nothing_of_itself() -> None:
    """What a crash or a log would show of one holds none of its characters."""
    [found] = find_personal("call 13957208846")
    assert "5720" not in repr(found)
