"""Check digits, each from its standard. Pure functions of bare characters, without separators."""

from __future__ import annotations

from datetime import date

__all__ = ["iban_holds", "is_date", "luhn_holds", "resident_id_holds", "uscc_holds"]

_RESIDENT_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_USCC = {char: value for value, char in enumerate("0123456789ABCDEFGHJKLMNPQRTUWXY")}
_USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_DOUBLED = bytes.maketrans(b"0123456789", b"0246813579")  # twice the digit, digits of it added

# ISO 13616: length of the whole number by country (SWIFT IBAN registry).
# fmt: off
_IBAN_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BR": 29, "BY": 28,
    "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18,
    "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28, "HR": 21, "HU": 28, "IE": 22,
    "IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LC": 32, "LI": 21, "LT": 20,
    "LU": 20, "LV": 21, "LY": 25, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MR": 27, "MT": 31, "MU": 30, "NL": 18,
    "NO": 15, "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "SA": 24, "SC": 31, "SE": 24,
    "SI": 19, "SK": 24, "SM": 27, "ST": 25, "SV": 28, "TL": 23, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24,
    "XK": 20,
}
# fmt: on


def is_date(digits: str) -> bool:
    """Whether eight *digits* are a day, ``YYYYMMDD``, from 1900 on."""
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return False
    return digits[:2] in ("19", "20")


def resident_id_holds(bare: str) -> bool:
    """GB 11643-1999: 18 characters, a day of birth at 7 to 14, and the check character of ISO 7064 MOD 11-2."""
    if len(bare) != 18 or not is_date(bare[6:14]):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(bare, _RESIDENT_WEIGHTS, strict=False))
    return bare[17].upper() == "10X98765432"[total % 11]


def luhn_holds(digits: str) -> bool:
    """ISO/IEC 7812-1, annex B."""
    backwards = digits.encode()[::-1]
    # Bytes are summed without a step of Python's for each; a row may hold a million candidates.
    return (sum(backwards[::2]) + sum(backwards[1::2].translate(_DOUBLED)) - ord("0") * len(digits)) % 10 == 0


def uscc_holds(bare: str) -> bool:
    """GB 32100-2015: 18 characters without I, O, S, V, Z, the last a check modulo 31."""
    if len(bare) != 18 or any(char not in _USCC for char in bare):
        return False
    total = sum(_USCC[char] * weight for char, weight in zip(bare, _USCC_WEIGHTS, strict=False))
    return _USCC[bare[17]] == (31 - total % 31) % 31


def iban_holds(bare: str) -> bool:
    """ISO 13616: as long as its country's are, and 1 modulo 97 with its first four characters last."""
    if _IBAN_LENGTHS.get(bare[:2]) != len(bare):
        return False
    return int("".join(str(int(char, 36)) for char in bare[4:] + bare[:4])) % 97 == 1
