"""What is wrong with a policy's values, as sentences: each with its key, what it holds and what is allowed."""

from __future__ import annotations

import difflib
from collections.abc import Callable

from pydantic import ValidationError
from pydantic_core import ErrorDetails

__all__ = ["problems"]

KeysAt = Callable[[tuple[int | str, ...]], list[str]]
# More are counted: whoever mends five looks again.
_TOLD = 5


def problems(error: ValidationError, prefix: str, *, keys_at: KeysAt) -> list[str]:
    """What is wrong, the first few of it: each one sentence with the key, what is allowed and, for a typing slip, the
    near miss. *prefix* stands before each key, *keys_at* are the keys of the table at a place."""
    # A slip leaves two traces, an unknown key and a missing one: the first tells more.
    errors = sorted(error.errors(), key=lambda one: one["type"] == "missing")
    slips = {(*one["loc"][:-1], near) for one in errors if (near := _near_miss(one, keys_at)) is not None}
    told = [one for one in errors if one["type"] != "missing" or one["loc"] not in slips]
    said = list(dict.fromkeys(_sentence(one, prefix, keys_at) for one in told))
    more = len(said) - _TOLD
    return said[:_TOLD] + ([f"and {more} more problem{'s' * (more > 1)}: mend these first"] if more > 0 else [])


def _sentence(one: ErrorDetails, prefix: str, keys_at: KeysAt) -> str:
    loc = one["loc"]
    key = prefix + ".".join(str(part) for part in loc if not (isinstance(part, str) and part.startswith("function")))
    if one["type"] == "extra_forbidden":
        near = _near_miss(one, keys_at)
        hint = f"did you mean {near!r}? " if near is not None else ""
        return f"unknown key {key!r}: {hint}allowed here: {', '.join(keys_at(loc[:-1]))}"
    message = (one["msg"][0].lower() + one["msg"][1:]).replace("tuple", "array")  # TOML's word
    return f"key {key!r} is missing" if one["type"] == "missing" else f"key {key!r}: {message}, got {one['input']!r}"


def _near_miss(one: ErrorDetails, keys_at: KeysAt) -> str | None:
    """The key that was meant by an unknown one; None when *one* is another error or nothing is near."""
    if one["type"] != "extra_forbidden":
        return None
    return next(iter(difflib.get_close_matches(str(one["loc"][-1]), keys_at(one["loc"][:-1]), n=1)), None)
