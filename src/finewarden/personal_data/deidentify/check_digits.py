"""Check digits of numbers that are made up, so that a program that validates them takes them."""

from __future__ import annotations

__all__ = ["luhn_digit", "mod_11_2_digit"]


def luhn_digit(digits: str) -> str:
    """The digit that follows *digits* (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return str(-total % 10)


def mod_11_2_digit(digits: str) -> str:
    """The digit or X that follows the 17 *digits* of a resident ID (GB 11643, ISO 7064 MOD 11-2)."""
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(digits))
    return "10X98765432"[total % 11]
