"""A surrogate has its value's shape, is always the same, and can be nobody's."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finewarden.personal_data.deidentify.key import Key
from finewarden.personal_data.deidentify.surrogate import surrogate, surrogates
from finewarden.personal_data.rules.checks import luhn_holds, resident_id_holds
from finewarden.personal_data.stand_ins import is_stand_in

KEY = Key(bytes(range(32)))
DIGITS = st.text(alphabet="0123456789", min_size=8, max_size=8)

SHAPES = [
    ("PHONE_NUMBER", "138-0013-8000", "111-dddd-dddd"),
    ("PHONE_NUMBER", "+86 13800138000", "+dd 111dddddddd"),
    ("PHONE_NUMBER", "(415) 555-2671", "(ddd) 555-01dd"),
    ("PHONE_NUMBER", "+1 415 555 2671", "+d ddd 555 01dd"),
    ("PHONE_NUMBER", "+49 30 1234567", "+99 9d ddddddd"),
    ("CREDIT_CARD", "4532 0151 1283 0366", "9999 dddd dddd dddd"),
    ("CN_BANK_CARD", "6222021234567890128", "9999ddddddddddddddd"),
    ("US_SSN", "536-90-4399", "666-dd-dddd"),
    ("MAC_ADDRESS", "00:1A:2B:3C:4D:5E", "02:00:00:hh:hh:hh"),
    ("IMEI", "490154203237518", "00ddddddddddddd"),
]


@pytest.mark.parametrize(("entity", "value", "shape"), SHAPES)
def test_shape_and_range(entity: str, value: str, shape: str) -> None:
    """Length and separators stay, and the beginning is one that nobody's has."""
    made = surrogate(entity, value, KEY)
    assert made is not None
    assert len(made) == len(value)
    for char, wanted in zip(made, shape, strict=True):
        assert char.isdecimal() if wanted == "d" else char in "0123456789ABCDEF" if wanted == "h" else char == wanted
    assert is_stand_in(entity, made)
    assert not is_stand_in(entity, value)


def test_check_digits_hold() -> None:
    """Programs that validate check digits take cards and resident IDs that no country or province has issued."""
    card, person = (
        surrogate("CREDIT_CARD", "4532015112830366", KEY),
        surrogate("CN_RESIDENT_ID", "11010519491231002X", KEY),
    )
    assert card is not None
    assert person is not None
    assert luhn_holds(card)
    assert resident_id_holds(person)
    assert person[:2] in ("20", "70")


def test_addresses_are_reserved() -> None:
    """IPv4 surrogates are of class E, IPv6 ones of the documentation network, e-mail ones at example.com."""
    four, six = surrogate("IP_ADDRESS", "81.2.69.142", KEY), surrogate("IP_ADDRESS", "2a02:26f7::1", KEY)
    assert ipaddress.ip_address(str(four)).is_reserved
    assert ipaddress.ip_address(str(six)) in ipaddress.ip_network("2001:db8::/32")
    assert str(surrogate("EMAIL_ADDRESS", "a.b@qq.com", KEY)).endswith("@example.com")


@pytest.mark.parametrize(
    ("entity", "value"),
    [
        ("CN_PASSPORT", "E12345678"),
        ("US_BANK_NUMBER", "12345678901"),
        ("PHONE_NUMBER", "0571-87654321"),
        ("US_SSN", "536904399"),
    ],
)
def test_what_could_be_somebodys_has_none(entity: str, value: str) -> None:
    """Where no range is nobody's there is no surrogate."""
    assert surrogate(entity, value, KEY) is None


@given(st.sampled_from(["138", "139", "177", "199"]), DIGITS)
def test_spellings_share_a_surrogate(head: str, tail: str) -> None:
    """A number with separators has the surrogate of the one without, with separators."""
    plain, apart = head + tail, f"{head}-{tail[:4]}-{tail[4:]}"
    assert surrogate("PHONE_NUMBER", plain, KEY) == str(surrogate("PHONE_NUMBER", apart, KEY)).replace("-", "")


@pytest.mark.parametrize(
    "value", ["13800138000", "6661234567", "E12345678", "02:42:ac:11:00:02", "81.2.69.142", "王五一"]
)
def test_what_people_have_is_no_stand_in(value: str) -> None:
    """A value that somebody can have is not taken for made up."""
    assert not is_stand_in("PHONE_NUMBER", value)


def test_a_qq_number_is_never_a_stand_in() -> None:
    """QQ numbers are of all ranges, so that none of them can be told for nobody's."""
    assert is_stand_in("PHONE_NUMBER", "11112345678")
    assert not is_stand_in("QQ_ID", "11112345678")


def test_how_many_there_are_is_known() -> None:
    """Of everything that has surrogates it is known how many, since few are shared by many."""
    assert all(surrogates(entity) for entity, _, _ in SHAPES)
    assert surrogates("PERSON") == 8
    assert surrogates("CN_PASSPORT") is None
