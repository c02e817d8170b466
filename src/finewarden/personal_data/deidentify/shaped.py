"""Characters poured into the shape of another text."""

from __future__ import annotations

__all__ = ["into_shape"]


def into_shape(characters: str, shape: str) -> str | None:
    """*shape* with its letters and digits replaced by *characters*, in order; None where their numbers differ.

    Invisible characters of *shape*, which only serve to hide a number, are left out.
    """
    places = sum(char.isalnum() for char in shape)
    if places != len(characters):
        return None
    rest = iter(characters)
    return "".join(next(rest) if char.isalnum() else char for char in shape if char.isalnum() or char.isprintable())
