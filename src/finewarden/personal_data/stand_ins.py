"""What stands in the place of a person's value and is nobody's: pseudonyms, and values of ranges nobody is given.

Ranges: Chinese mobile numbers begin with 13 to 19 (MIIT, numbering plan of 2017), 111 is not among them; NPA-555-0100
to 0199 are kept for fiction (NANPA); country code 999 is reserved (ITU-T E.164). Resident IDs begin with a province,
none is 20 or 70 (GB/T 2260). Cards that begin with 9 are numbered by country (ISO/IEC 7812-1), and no country is 999.
example.com (RFC 2606). 240.0.0.0/4 (RFC 1112, section 4) and 2001:db8::/32 (RFC 3849). No social security number begins
with 666 (SSA). No manufacturer has the MAC addresses of 02-00-00, which are administered locally (IEEE 802). IMEIs that
begin with 00 are for tests (GSMA TS.06).
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata

from finewarden.personal_data.rules.checks import luhn_holds, resident_id_holds

__all__ = ["CHINESE_NAMES", "ENGLISH_NAMES", "LETTERS", "LETTERS_OF", "PSEUDONYM", "is_stand_in", "is_written"]

LETTERS = "bcdfghjklmnpqrstvwxz"
"""Consonants alone: neither a digit, which rules would look at, nor a word, which a model would read as a name."""

LETTERS_OF = 15
"""Letters of a pseudonym: 20^15 are 64.8 bits."""

PSEUDONYM = re.compile(rf"<[A-Z][A-Z0-9_]{{0,60}}_[{LETTERS}]{{{LETTERS_OF}}}>")
"""What de-identification writes for a value that is told apart from others."""

# 张三李四: the next in the row are as usual. John Doe and his company stand for parties who are not named in court.
CHINESE_NAMES = ("张三", "李四", "王五", "赵六", "孙七", "周八", "吴九", "郑十")
ENGLISH_NAMES = (
    "John Doe", "Jane Doe", "Richard Roe", "Jane Roe", "John Stiles", "Mary Major", "Richard Miles", "Joe Bloggs",
)  # fmt: skip
_NAMES = frozenset(name.casefold() for name in (*CHINESE_NAMES, *ENGLISH_NAMES))

_MAIL = re.compile(rf"user-[{LETTERS}]{{{LETTERS_OF}}}@example\.com")
_PHONE = re.compile(
    r"(?:\+?86|0086)?111[0-9]{8}"
    r"|(?:\+?1|001)?[2-9][0-9]{2}55501[0-9]{2}"
    r"|(?:\+|00)999[0-9]{4,12}"
)
_NUMBER = re.compile(r"[0-9A-Za-z+():./ \-]{1,40}")
# What a model takes for the end of a name, and a rule for that of a number.
_AROUND = " \t\r\n,.;:!?'\"<>，。；：！？、“”‘’《》"
_LONGEST = 80


def is_stand_in(entity: str, value: str) -> bool:
    """Whether *value* is of a range that nobody is given, or a name that means nobody, whatever *entity* it was taken
    for; QQ numbers, which are of all ranges, are never.
    """
    if len(value) > _LONGEST:
        return False
    plain = unicodedata.normalize("NFKC", value).strip(_AROUND)
    if " ".join(plain.split()).casefold() in _NAMES or _MAIL.fullmatch(plain) or _is_reserved_address(plain):
        return True
    if entity == "QQ_ID" or not _NUMBER.fullmatch(plain):
        return False
    bare = "".join(char for char in plain if char.isalnum())
    if re.fullmatch(r"020000[0-9a-fA-F]{6}", bare):
        return re.search(r"[:.\-]", plain) is not None
    if re.fullmatch(r"(?:20|70)[0-9]{15}[0-9Xx]", bare):
        return resident_id_holds(bare)
    if not bare.isdecimal():
        return False
    if re.fullmatch(r"9999[0-9]{8,15}", bare) or re.fullmatch(r"00[0-9]{13}", bare):
        return luhn_holds(bare)
    if re.fullmatch(r"666[ \-][0-9]{2}[ \-][0-9]{4}", plain):
        return True
    return _PHONE.fullmatch("+" * plain.lstrip("(").startswith("+") + bare) is not None


def is_written(text: str, start: int, end: int) -> bool:
    """Whether of *start* to *end* of *text* no letter or digit lies outside of a pseudonym."""
    first = max(0, start - _LONGEST)
    near = text[first : end + _LONGEST]
    if "<" not in near:
        return False
    rest = PSEUDONYM.sub(lambda match: " " * len(match[0]), near)[start - first : end - first]
    return not any(char.isalnum() for char in rest)


def _is_reserved_address(plain: str) -> bool:
    try:
        address = ipaddress.ip_address(plain.strip("[]"))
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv4Address):
        return address in ipaddress.IPv4Network("240.0.0.0/4")
    return address in ipaddress.IPv6Network("2001:db8::/32")
