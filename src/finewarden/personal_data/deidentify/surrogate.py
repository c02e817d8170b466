"""A made-up value of the same shape, the same for the same value, out of a range that nobody can be given.

Where no such range is known (a passport, a bank account, a plate) there is no surrogate: what is made up could be
somebody's. `surrogate` then gives None, and the value is masked.

Ranges: Chinese mobile numbers begin with 13 to 19 (MIIT, numbering plan of 2017), 111 is not among them; no area code
is 0111 in China or the United Kingdom; NPA-555-0100 to 0199 are kept for fiction (NANPA); country code 999 is reserved
(ITU-T E.164). Resident IDs begin with a province, none is 20 or 70 (GB/T 2260). Cards that begin with 9 are numbered by
country (ISO/IEC 7812-1), and no country is 999. example.com (RFC 2606). 240.0.0.0/4 (RFC 1112, section 4) and
2001:db8::/32 (RFC 3849). No social security number begins with 666 (SSA). A MAC address whose first octet is 02 is
administered locally (IEEE 802). IMEIs that begin with 00 are for tests (GSMA TS.06).
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Callable
from datetime import date, timedelta

from finewarden.personal_data.deidentify.check_digits import luhn_digit, mod_11_2_digit
from finewarden.personal_data.deidentify.key import Key
from finewarden.personal_data.deidentify.made_up_names import is_made_up_name, made_up_name
from finewarden.personal_data.deidentify.made_up_phones import is_made_up_phone, made_up_phone
from finewarden.personal_data.deidentify.pseudonym import LETTERS_OF, letters_of
from finewarden.personal_data.deidentify.shaped import into_shape
from finewarden.personal_data.deidentify.spelling import one_spelling

__all__ = ["is_surrogate", "surrogate", "surrogates"]

# What a model takes for the end of a name, and rules for that of a number.
_AROUND = " \t\r\n,.;:!?'\"<>，。；：！？、“”‘’《》"
_FIRST_DAY = date(1950, 1, 1)
_DAYS = 20_000
_MAIL = re.compile(rf"user-{LETTERS_OF}@example\.com")

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


def is_surrogate(value: str) -> bool:
    """Whether *value* is of a range that surrogates are made of, and so nobody's, whatever it was taken for."""
    plain = unicodedata.normalize("NFKC", value).strip(_AROUND)
    if is_made_up_name(plain) or _MAIL.fullmatch(plain):
        return True
    if _is_reserved_address(plain):
        return True
    compact = "".join(c for c in plain if c.isascii() and c.isalnum())
    if re.fullmatch(r"02[0-9a-fA-F]{10}", compact) and re.search(r"[:\-]", plain):
        return True
    if not re.fullmatch(r"[0-9A-Za-z+()./ \-]*", plain):
        return False
    if re.fullmatch(r"(?:20|70)[0-9]{15}[0-9Xx]", compact):
        return mod_11_2_digit(compact[:17]) == compact[17].upper()
    if not compact.isdecimal():
        return False
    if re.fullmatch(r"9999[0-9]{8,15}", compact) or re.fullmatch(r"00[0-9]{13}", compact):
        return luhn_digit(compact[:-1]) == compact[-1]
    return re.fullmatch(r"666[0-9]{6}", compact) is not None or is_made_up_phone(plain)


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


def _is_reserved_address(plain: str) -> bool:
    try:
        address = ipaddress.ip_address(plain.strip("[]"))
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv4Address):
        return address in ipaddress.IPv4Network("240.0.0.0/4")
    return address in ipaddress.IPv6Network("2001:db8::/32")


def _ssn(plain: str, number: int) -> str | None:
    if sum(c.isdecimal() for c in plain) != 9:
        return None
    number, group = divmod(number, 99)
    return into_shape(f"666{group + 1:02d}{number % 9999 + 1:04d}", plain)


def _mac(plain: str, number: int) -> str | None:
    if sum(c.isalnum() for c in plain) != 12 or not re.search(r"[:\-]", plain):
        return None
    text = f"02{number % 2**40:010x}"
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
    "MAC_ADDRESS": 2.0**40,
    "PERSON": 8,
    "PHONE_NUMBER": 7e4,
    "US_SSN": 99.0 * 9999,
}
