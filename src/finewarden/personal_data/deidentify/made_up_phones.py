"""Phone numbers that nobody can be given, in the shape of one that somebody was."""

from __future__ import annotations

import re

from finewarden.personal_data.deidentify.shaped import into_shape

__all__ = ["made_up_phone"]


def made_up_phone(plain: str, number: int) -> str | None:
    """*plain* with digits of a range that is nobody's; None where none is known for its shape."""
    digits = "".join(c for c in plain if c.isdecimal())
    if sum(c.isalnum() for c in plain) != len(digits):
        return None
    made = _made(digits, number, plus=plain.lstrip(" (").startswith("+"))
    return None if made is None else into_shape(made, plain)


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
    if re.fullmatch(r"1?[2-9][0-9]{9}", digits):
        return digits[:-10] + _fiction(number)
    return None


def _fiction(number: int) -> str:
    number, line = divmod(number, 100)
    number, last = divmod(number, 90)
    return f"{number % 8 + 2}{last:02d}55501{line:02d}"
