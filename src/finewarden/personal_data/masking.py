"""A found value as it may be printed: it tells the kind of thing, and not which one."""

from __future__ import annotations

from finewarden.personal_data.entities import entity

__all__ = ["masked"]

_HIDDEN = "…"
_SHORT = 4


def masked(name: str, value: str) -> str:
    """*value*, found as entity *name*, with at most its first and its last character; of a secret nothing, of a name
    the first character, of an e-mail address no domain. What does not print is given as `?`.
    """
    what = entity(name)
    if what.kind == "secret" or len(value) < 2:
        return _HIDDEN
    if what.kind == "name":
        return _shown(value[0]) + _HIDDEN
    if name == "EMAIL_ADDRESS":
        return f"{_shown(value[0])}{_HIDDEN}@{_HIDDEN}"
    if len(value) <= _SHORT:
        return _HIDDEN
    return _shown(value[0]) + _HIDDEN + _shown(value[-1])


def _shown(char: str) -> str:
    return char if char.isprintable() else "?"
