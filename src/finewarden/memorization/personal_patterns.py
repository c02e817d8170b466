"""Personal data in a text, by patterns that a check digit or the words beside it confirm. Few kinds, few false alarms.

Chinese text has no spaces, so no pattern asks for a word boundary: what counts is that no digit or Latin letter touches
the value. Full-width digits are read as digits.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

__all__ = ["PersonalValue", "find_personal", "hidden", "stands_in"]

_FULL_WIDTH = {0xFF01 + i: 0x21 + i for i in range(94)} | {0x3000: " ", 0x2010: "-", 0x2011: "-", 0x2013: "-"}
_GAP = r"[ \-]?"
_SOME_DIGITS = re.compile(r"[0-9].?[0-9]")
_WITHOUT_DIGITS = frozenset({"e-mail", "WeChat ID"})
_NO_WORD = re.compile(r"[\W_]+")
_ROLES = re.compile(
    r"(?:(?:customer|client|our|the|my|we)[._-]?)?(?:"
    r"abuse|accounting|accounts|admin|administrator|billing|bookings?|careers?|cs|care|customers?|contact|contactus|"
    r"customercare|customerservice|datenschutz|donotreply|dpo|enquir(?:y|ies)|feedback|finance|hallo|hello|help|helpdesk|"
    r"hi|hr|info|information|inquir(?:y|ies)|invoices?|it|jobs|kefu|kontakt|legal|mail|marketing|media|news|newsletter|"
    r"no[._-]?reply|notifications?|office|orders?|payments?|postmaster|press|privacy|recruiting|recruitment|refunds?|"
    r"returns?|reservations?|root|sales|security|service|services|shipping|shop|spam|support|team|techsupport|"
    r"tickets?|webmaster|welcome"
    r")(?:[._-]?(?:desk|team|center|centre|dept|department|us|cn|de|eu|uk|support|service))?[0-9]?"
)
_DOCUMENTATION = re.compile(r"(?:.*\.)?(?:example\.(?:com|org|net|edu)|example)")
"""Names that RFC 2606 sets aside for texts, so that nobody's address ends in them; `.invalid` is what a test plants."""

# fmt: off
_PUBLIC_RESOLVERS = frozenset(
    {
        "1.0.0.1", "1.1.1.1", "4.2.2.1", "4.2.2.2", "8.8.4.4", "8.8.8.8", "9.9.9.9", "64.6.64.6", "64.6.65.6",
        "94.140.14.14", "94.140.15.15", "114.114.114.114", "114.114.115.115", "119.29.29.29", "149.112.112.112",
        "180.76.76.76", "208.67.220.220", "208.67.222.222", "223.5.5.5", "223.6.6.6",
    }
)
# fmt: on
_TOLL_FREE = re.compile(
    r"(?:\+?1)?8(?:00|33|44|55|66|77|88)\d{7}|(?:\+?86)?[48]00\d{7}|(?:\+(?:49|44|33|39)0?|00?)800\d{3,8}|(?:\+61)?1800\d{6}"
)
"""North American toll-free numbers, Chinese 400 and 800 numbers, and 0800: a firm's, not a person's."""

_RESIDENT_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True, slots=True)
class PersonalValue:
    """One value: its *kind*, its characters as they stand in the text (never to be printed), and where they begin.

    *key*: what stays of it whatever its spacing, case and width; equal keys of a kind are one value.
    """

    kind: str
    value: str = field(repr=False)
    start: int
    key: str = field(repr=False)

    @property
    def end(self) -> int:
        """Where it ends, excluded."""
        return self.start + len(self.value)


def find_personal(text: str) -> list[PersonalValue]:
    """The personal data of *text*, in order; of two that overlap the more certain kind is given."""
    plain = text.translate(_FULL_WIDTH)
    found: list[PersonalValue] = []
    taken: list[tuple[int, int]] = []
    numbers = _SOME_DIGITS.search(plain) is not None
    for kind, pattern, holds in _KINDS:
        if not numbers and kind not in _WITHOUT_DIGITS:
            continue  # most texts hold neither, and one look is quicker than twelve
        for match in pattern.finditer(plain):
            start, end = match.span("value")
            if any(a < end and start < b for a, b in taken) or not holds(match["value"]):
                continue
            taken.append((start, end))
            found.append(PersonalValue(kind, text[start:end], start, _key(kind, match["value"])))
    return sorted(found, key=lambda value: value.start)


def stands_in(value: PersonalValue, text: str) -> bool:
    """Whether *text* holds *value*, whatever its spacing, punctuation, case and width."""
    return _bare(value.key) in _bare(text.translate(_FULL_WIDTH))


def _bare(text: str) -> str:
    return _NO_WORD.sub("", text).casefold()


def hidden(value: str) -> str:
    """*value* as it may be printed: its first and its last character."""
    return f"{value[0]}…{value[-1]}" if len(value) > 4 else "…"


def _key(kind: str, value: str) -> str:
    if kind in ("e-mail", "WeChat ID", "IPv4 address"):
        return value.lower()
    bare = "".join(char for char in value if char.isalnum()).upper()
    return bare[-11:] if kind == "mobile number" else bare


def _email(value: str) -> bool:
    name, domain = value.lower().split("@")
    return not _ROLES.fullmatch(name) and not _DOCUMENTATION.fullmatch(domain)


def _resident(value: str) -> bool:
    """GB 11643: a date of birth and a check digit, ISO 7064 MOD 11-2."""
    bare = "".join(char for char in value if char.isalnum()).upper()
    try:
        date(int(bare[6:10]), int(bare[10:12]), int(bare[12:14]))
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(bare, _RESIDENT_WEIGHTS, strict=False))
    return bare[17] == "10X98765432"[total % 11]


def _card(value: str) -> bool:
    """The Luhn check (ISO/IEC 7812)."""
    digits = [int(char) for char in value if char.isdigit()]
    doubled = [digit if i % 2 == 0 else digit * 2 - 9 * (digit > 4) for i, digit in enumerate(reversed(digits))]
    return sum(doubled) % 10 == 0 and len(set(digits)) > 2


def _iban(value: str) -> bool:
    """ISO 13616: the number, its first four characters last and letters as 10 to 35, is 1 modulo 97."""
    bare = value.replace(" ", "")
    return 15 <= len(bare) <= 34 and int("".join(str(int(char, 36)) for char in bare[4:] + bare[:4])) % 97 == 1


def _phone(value: str) -> bool:
    digits = "".join(char for char in value if char in "+0123456789")
    return 9 <= len(digits.lstrip("+")) <= 15 and not _TOLL_FREE.fullmatch(digits)


def _ipv4(value: str) -> bool:
    try:
        return ipaddress.IPv4Address(value).is_global and value not in _PUBLIC_RESOLVERS
    except ValueError:
        return False


def _always(_: str) -> bool:
    return True


def _kind(name: str, pattern: str, holds: Callable[[str], bool]) -> tuple[str, re.Pattern[str], Callable[[str], bool]]:
    return name, re.compile(pattern, re.ASCII), holds


_D, _W = r"(?<![0-9A-Za-z])", r"(?![0-9A-Za-z])"
# From the most certain to the least: what one has taken, the next ones leave alone.
_KINDS = (
    _kind(
        "e-mail",
        r"(?<![A-Za-z0-9._%+\-])(?P<value>[A-Za-z0-9](?:[A-Za-z0-9._%+\-]{0,62}[A-Za-z0-9_+\-])?"
        r"@(?:[A-Za-z0-9](?:[A-Za-z0-9\-]{0,61}[A-Za-z0-9])?\.){1,6}[A-Za-z]{2,24})(?![A-Za-z0-9\-])",
        _email,
    ),
    _kind("resident ID", rf"{_D}(?P<value>[1-9]\d{{5}}{_GAP}(?:19|20)\d{{6}}{_GAP}\d{{3}}[\dXx]){_W}", _resident),
    _kind("IBAN", rf"{_D}(?P<value>[A-Z]{{2}}\d{{2}}(?: ?[A-Z0-9]{{4}}){{2,7}}(?: ?[A-Z0-9]{{1,3}})?){_W}", _iban),
    _kind("bank card", rf"(?<![0-9]\.){_D}(?P<value>(?:2[2-7]|3[04-9]|4\d|5\d|6\d)(?:{_GAP}\d){{12,17}}){_W}", _card),
    _kind(
        "mobile number",
        rf"(?<![0-9A-Za-z.])(?P<value>(?:(?:\+|00)?86{_GAP})?1[3-9]\d{_GAP}\d{{4}}{_GAP}\d{{4}}){_W}",
        _always,
    ),
    _kind(
        "social security number", rf"{_D}(?P<value>(?!000|666|9)\d{{3}}-(?!00)\d\d-(?!0000)\d{{4}})(?![\d\-])", _always
    ),
    _kind(
        "phone number",
        rf"{_D}(?P<value>\+\d{{1,3}}[ .\-]?(?:\(\d{{1,4}}\)[ .\-]?)?\d{{1,4}}(?:[ .\-]?\d{{2,4}}){{2,4}}){_W}",
        _phone,
    ),
    _kind("phone number", rf"{_D}(?P<value>\(?\d{{3}}\)?[ .\-]\d{{3}}[.\-]\d{{4}}){_W}", _phone),
    _kind("phone number", rf"(?<![0-9A-Za-z\-])(?P<value>\(?0\d{{2,3}}\)?[ \-]\d{{7,8}}){_W}", _phone),
    _kind("IPv4 address", r"(?<![0-9A-Za-z.])(?P<value>(?:\d{1,3}\.){3}\d{1,3})(?![0-9A-Za-z]|\.\d)", _ipv4),
    _kind(
        "WeChat ID",
        r"(?:微信(?:号|ID)?|(?i:wechat)(?: ?(?i:id))?)\s{0,3}(?:是|为|:|=|is)?\s{0,3}"
        rf"(?P<value>[A-Za-z][A-Za-z0-9_\-]{{5,19}}){_W}",
        lambda value: any(char.isdigit() or char in "_-" for char in value),
    ),
    _kind(
        "QQ number", rf"(?i:QQ)(?:号码?|群)?\s{{0,3}}(?:是|为|:|=|is)?\s{{0,3}}(?P<value>[1-9]\d{{4,10}}){_W}", _always
    ),
)
