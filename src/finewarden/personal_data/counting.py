"""What a gate counts: what is certain enough, and is somebody's."""

from __future__ import annotations

import ipaddress
import re

from finewarden.personal_data.entities import entity
from finewarden.personal_data.finding import Finding
from finewarden.personal_data.no_persons import is_no_person
from finewarden.personal_data.own_addresses import is_own_address
from finewarden.personal_data.rules.characters import plain
from finewarden.personal_data.rules.ip import is_other_number
from finewarden.personal_data.rules.phones import is_quantity
from finewarden.personal_data.stand_ins import is_stand_in, is_written

__all__ = ["counted", "is_nobodys"]

_ROLES = re.compile(
    r"(?:(?:customer|client|our|the|my|we)[._-]?)?(?:"
    r"abuse|accounting|accounts|admin|administrator|billing|bookings?|careers?|cs|care|customers?|contact|contactus|"
    r"customercare|customerservice|datenschutz|donotreply|dpo|enquir(?:y|ies)|feedback|finance|git|hallo|hello|help|helpdesk|"
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
        "2001:4860:4860::8888", "2001:4860:4860::8844", "2606:4700:4700::1111", "2606:4700:4700::1001", "2620:fe::fe",
        "2400:3200::1", "2400:3200:baba::1",
    }
)
# Numbers that payment firms publish for trying a checkout (Stripe, Adyen, Braintree).
_TEST_CARDS = frozenset(
    {
        "4242424242424242", "4000056655665556", "4111111111111111", "4012888888881881", "4000000000000002",
        "5555555555554444", "2223003122003222", "5200828282828210", "5105105105105100", "378282246310005",
        "371449635398431", "6011111111111117", "6011000990139424", "3056930009020004", "36227206271667",
        "6555900000604105", "3566002020360505", "3530111333300000", "6200000000000005", "6200000000000047",
        "30569309025904", "38520000023237", "4917610000000000", "6205500000000000004",
    }
)
# fmt: on
_TOLL_FREE = re.compile(
    r"(?:\+?1)?8(?:00|33|44|55|66|77|88)\d{7}|(?:\+?86)?[48]00\d{7}|(?:\+(?:49|44|33|39)0?|00?)800\d{3,8}|(?:\+61)?1800\d{6}"
)
"""North American toll-free numbers, Chinese 400 and 800 numbers, and 0800: a firm's, not a person's."""

_FEWEST_PHONE_DIGITS = 7
_DATE_OR_DECIMAL = re.compile(
    r"(?:19|20)\d\d[-/. ](?:0?[1-9]|1[0-2])[-/. ](?:[0-2]?\d|3[01])(?:[ T:]+\d{1,2})?.*|\d+\.\d+|\d+(?:,\d{3})+"
)
_DOCUMENTATION_MAC = re.compile(r"(?:0{12}|F{12}|00005E0053..|0123456789AB|001122334455|AABBCCDDEEFF|123456789ABC)")


def counted(text: str, finding: Finding) -> bool:
    """Whether a gate counts *finding* of *text*: it reaches its entity's `counts_from` and is not nobody's.

    Give it what `overlaps.resolve` has left.
    """
    return finding.score >= entity(finding.entity).counts_from and not is_nobodys(text, finding)


def is_nobodys(text: str, finding: Finding) -> bool:
    """Whether the value is a firm's, a document's or a machine's own: a role mailbox, a documentation domain, a
    toll-free number, a private address, a public resolver, a card for tests, a version or a section taken for an
    address, a quantity taken for a phone number, the address of a shop for returns, a product taken for a name, or
    what stands where a value was taken out.
    """
    value = text[finding.start : finding.end]
    if is_stand_in(finding.entity, value) or is_written(text, finding.start, finding.end):
        return True
    beside = _BESIDE.get(finding.entity)
    if beside is not None and beside(text, finding.start, finding.end):
        return True
    nobodys = _NOBODYS.get(finding.entity)
    return nobodys is not None and nobodys(plain(value).text)


def _email(value: str) -> bool:
    name, _, domain = value.lower().partition("@")
    return bool(_ROLES.fullmatch(name) or _DOCUMENTATION.fullmatch(domain))


def _phone(value: str) -> bool:
    digits = "".join(char for char in value if char in "+0123456789")
    spoken = not any(char.isdigit() and char.isascii() for char in value)
    if spoken:
        return False
    few = len(digits.lstrip("+")) < _FEWEST_PHONE_DIGITS
    return few or _TOLL_FREE.fullmatch(digits) is not None or _DATE_OR_DECIMAL.fullmatch(value) is not None


def _ip(value: str) -> bool:
    try:
        address = ipaddress.ip_address(value.partition("/")[0].strip("[]"))
    except ValueError:
        return False
    return not address.is_global or address.is_multicast or str(address) in _PUBLIC_RESOLVERS


def _card(value: str) -> bool:
    return "".join(char for char in value if char.isdigit()) in _TEST_CARDS


def _mac(value: str) -> bool:
    return _DOCUMENTATION_MAC.fullmatch("".join(char for char in value if char.isalnum()).upper()) is not None


def _ssn(value: str) -> bool:
    return (
        value.replace(" ", "-") == "078-05-1120"
    )  # printed on a sample card (SSA, "Social Security Cards Issued by Woolworth")


# Told by what stands beside the value, and by the value alone.
_BESIDE = {"IP_ADDRESS": is_other_number, "PHONE_NUMBER": is_quantity, "STREET_ADDRESS": is_own_address}
_NOBODYS = {
    "PERSON": is_no_person,
    "EMAIL_ADDRESS": _email,
    "PHONE_NUMBER": _phone,
    "IP_ADDRESS": _ip,
    "CREDIT_CARD": _card,
    "CN_BANK_CARD": _card,
    "MAC_ADDRESS": _mac,
    "US_SSN": _ssn,
}
