"""One value, however it is spelt: 138-0013-8000, +86 138 0013 8000 and full-width digits are one phone number."""

from __future__ import annotations

import ipaddress
import re
import unicodedata

__all__ = ["one_spelling"]

_DIGITS_ALONE = frozenset(
    {"PHONE_NUMBER", "CN_BANK_CARD", "CREDIT_CARD", "QQ_ID", "IMEI", "US_SSN", "US_ITIN", "US_BANK_NUMBER", "UK_NHS"}
)
_LETTERS_AND_DIGITS = frozenset(
    {
        "CN_RESIDENT_ID", "CN_PASSPORT", "CN_TRAVEL_PERMIT", "CN_USCC", "CN_PLATE", "IBAN_CODE", "MAC_ADDRESS",
        "US_PASSPORT", "US_DRIVER_LICENSE", "MEDICAL_LICENSE", "DEVICE_ID", "UUID",
    }
)  # fmt: skip
# Lower and upper case are different values.
_CASE_COUNTS = frozenset({"SECRET", "SESSION_ID", "CRYPTO", "URL"})
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


def one_spelling(entity: str, value: str) -> str:
    """*value* as all spellings of it give it: compatibility forms folded (NFKC), invisible characters left out, case
    folded and separators left out where they mean nothing for *entity*. Never empty for a value that is not.
    """
    text = unicodedata.normalize("NFKC", value)
    text = "".join(c for c in text if unicodedata.category(c) not in ("Cf", "Cc", "Mn"))
    if entity not in _CASE_COUNTS:
        text = text.casefold()
    if entity == "PHONE_NUMBER":
        text = _phone(text)
    elif entity in _DIGITS_ALONE:
        text = "".join(c for c in text if c.isdecimal())
    elif entity in _LETTERS_AND_DIGITS:
        text = "".join(c for c in text if c.isalnum())
    elif entity == "IP_ADDRESS":
        text = _address(text.strip())
    else:
        text = ("" if _HAN.search(text) else " ").join(text.split())
    return text or value


def _phone(text: str) -> str:
    digits = "".join(c for c in text if c.isdecimal())
    international = text.lstrip(" (").startswith("+")
    if not international and digits.startswith("00"):
        international, digits = True, digits[2:]
    if digits.startswith("86") and (international or re.fullmatch(r"861[3-9][0-9]{9}", digits)):
        national = digits[2:]
        return national if national.startswith("1") and len(national) == 11 else f"0{national.lstrip('0')}"
    if international and digits.startswith("1") and len(digits) == 11:
        return digits[1:]
    if international and digits.startswith("44"):
        return f"0{digits[2:].lstrip('0')}"
    return f"+{digits}" if international else digits


def _address(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text.strip("[]")))
    except ValueError:
        return text
