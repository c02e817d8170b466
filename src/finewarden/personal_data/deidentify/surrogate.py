"""A made-up value of the same shape, the same for the same value, out of a range that nobody can be given.

Where no such range is known (a passport, a bank account, a plate) there is no surrogate: what is made up could be
somebody's. `surrogate` then gives None, and the value is masked.
The ranges stand in stand_ins.py, where a scan knows them, too.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Callable
from datetime import date, timedelta

from finewarden.personal_data.deidentify.check_digits import luhn_digit, mod_11_2_digit
from finewarden.personal_data.deidentify.key import Key
from finewarden.personal_data.deidentify.made_up_names import made_up_name
from finewarden.personal_data.deidentify.made_up_phones import made_up_phone
from finewarden.personal_data.deidentify.pseudonym import letters_of
from finewarden.personal_data.deidentify.shaped import into_shape
from finewarden.personal_data.deidentify.spelling import one_spelling
from finewarden.personal_data.stand_ins import ENGLISH_NAMES

__all__ = ["surrogate", "surrogates"]

_FIRST_DAY = date(1950, 1, 1)
_DAYS = 20_000

_Maker = Callable[[str, int], str | None]


def surrogate(entity: str, value: str, key: Key) -> str | None:
    """What stands for *value* under *key*, with its length and separators (an e-mail address has neither); None where
    none can be made that is nobody's. Two values may share one: see `surrogates`.
    """
    maker = _MAKERS.get(entity)
    if maker is None:
        return None
    plain = unicodedata.normalize("NFKC", value)
    return maker(plain, key.number("surrogate", entity, one_spelling(entity, value)))


def surrogates(entity: str) -> float | None:
    """How many surrogates of *entity* there are, at least; two values share one with probability one in so many."""
    return _HOW_MANY.get(entity)


def _card(plain: str, number: int) -> str | None:
    length = sum(c.isdecimal() for c in plain)
    if not 12 <= length <= 19:
        return None
    body = "9999" + str(number % 10 ** (length - 5)).zfill(length - 5)
    return into_shape(body + luhn_digit(body), plain)


def _resident_id(plain: str, number: int) -> str | None:
    if sum(c.isalnum() for c in plain) != 18:
        return None
    number, region = divmod(number, 20_000)
    number, day = divmod(number, _DAYS)
    born = _FIRST_DAY + timedelta(days=day)
    body = f"{'20' if region < 10_000 else '70'}{region % 10_000:04d}{born:%Y%m%d}{number % 1000:03d}"
    return into_shape(body + mod_11_2_digit(body), plain)


def _mail(_: str, number: int) -> str | None:
    return f"user-{letters_of(number)}@example.com"


def _ip(plain: str, number: int) -> str | None:
    try:
        address = ipaddress.ip_address(plain.strip("[] ").partition("%")[0])
    except ValueError:
        return None
    if address.version == 4:
        # 255.255.255.255 is the broadcast address, and not made up.
        return str(ipaddress.IPv4Address(0xF0000000 + number % 0x0FFFFFFF))
    return str(ipaddress.IPv6Address((0x20010DB8 << 96) + number % 2**96))


def _ssn(plain: str, number: int) -> str | None:
    if not re.fullmatch(r"[0-9]{3}[ \-][0-9]{2}[ \-][0-9]{4}", plain):
        return None  # nine digits on end could be anything, and anybody's
    number, group = divmod(number, 99)
    return into_shape(f"666{group + 1:02d}{number % 9999 + 1:04d}", plain)


def _mac(plain: str, number: int) -> str | None:
    if sum(c.isalnum() for c in plain) != 12 or not re.search(r"[:.\-]", plain):
        return None
    text = f"020000{number % 2**24:06x}"
    return into_shape(text.upper() if plain.upper() == plain else text, plain)


def _imei(plain: str, number: int) -> str | None:
    if sum(c.isdecimal() for c in plain) != 15:
        return None
    body = f"00{number % 10**12:012d}"
    return into_shape(body + luhn_digit(body), plain)


_MAKERS: dict[str, _Maker] = {
    "CN_BANK_CARD": _card,
    "CREDIT_CARD": _card,
    "CN_RESIDENT_ID": _resident_id,
    "EMAIL_ADDRESS": _mail,
    "IMEI": _imei,
    "IP_ADDRESS": _ip,
    "MAC_ADDRESS": _mac,
    "PERSON": made_up_name,
    "PHONE_NUMBER": made_up_phone,
    "US_SSN": _ssn,
}
_HOW_MANY: dict[str, float] = {
    "CN_BANK_CARD": 1e7,
    "CREDIT_CARD": 1e7,
    "CN_RESIDENT_ID": 4e11,
    "EMAIL_ADDRESS": 20.0**15,
    "IMEI": 1e12,
    "IP_ADDRESS": 2.0**28 - 1,
    "MAC_ADDRESS": 2.0**24,
    "PERSON": len(ENGLISH_NAMES),
    "PHONE_NUMBER": 7e4,
    "US_SSN": 99.0 * 9999,
}
