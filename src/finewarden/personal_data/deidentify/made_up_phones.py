"""Phone numbers that nobody can be given, in the shape of one that somebody was."""

from __future__ import annotations

import re

from finewarden.personal_data.deidentify.shaped import into_shape

__all__ = ["is_made_up_phone", "made_up_phone"]

_MADE_UP = re.compile(
    r"(?:\+?86|0086)?111[0-9]{8}"  # Chinese mobile
    r"|0111[0-9]{6,8}"  # an area code that is not there
    r"|(?:\+?1)?[2-9][0-9]{2}55501[0-9]{2}"  # North American fiction
    r"|(?:\+|00)999[0-9]{4,12}"  # a country code that is not there
)


def made_up_phone(plain: str, number: int) -> str | None:
    """*plain* with digits of a range that is nobody's; None where none is known for its shape."""
    digits = "".join(c for c in plain if c.isdecimal())
    if sum(c.isalnum() for c in plain) != len(digits):
        return None
    made = _made(digits, number, plus=plain.lstrip(" (").startswith("+"))
    return None if made is None else into_shape(made, plain)


def is_made_up_phone(plain: str) -> bool:
    """Whether *plain* is of such a range."""
    return _MADE_UP.fullmatch("".join(c for c in plain if c.isdecimal() or c == "+")) is not None


def _made(digits: str, number: int, *, plus: bool) -> str | None:
    prefix = "00" if digits.startswith("00") else ""
    national = digits[len(prefix) :]
    if re.fullmatch(r"861[3-9][0-9]{9}", national):
        return f"{prefix}86111{number % 10**8:08d}"
    if plus or prefix:
        if national.startswith("1") and len(national) == 11:
            return f"{prefix}1{_fiction(number)}"
        rest = len(national) - 3
        return f"{prefix}999{number % 10**rest:0{rest}d}" if 4 <= rest <= 12 else None
    if re.fullmatch(r"1[3-9][0-9]{9}", digits):
        return f"111{number % 10**8:08d}"
    if re.fullmatch(r"0[0-9]{9,11}", digits):
        rest = len(digits) - 4
        return f"0111{number % 10**rest:0{rest}d}"
    if re.fullmatch(r"1?[2-9][0-9]{9}", digits):
        return digits[:-10] + _fiction(number)
    return None


def _fiction(number: int) -> str:
    number, line = divmod(number, 100)
    number, last = divmod(number, 90)
    return f"{number % 8 + 2}{last:02d}55501{line:02d}"
