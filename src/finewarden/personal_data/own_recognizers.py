"""Presidio recognizers of the user's own, by name, so that every process can load them."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from finewarden.personal_data.reading.rows import InputError

if TYPE_CHECKING:
    from presidio_analyzer import EntityRecognizer

__all__ = ["load_own"]


def load_own(names: Sequence[str]) -> list[EntityRecognizer]:
    """The recognizers that each ``module:attribute`` holds: one, or a list of them.

    Raises InputError for a name that leads to none; importing the module runs its code.
    """
    loaded: list[EntityRecognizer] = []
    for name in names:
        module, _, attribute = name.partition(":")
        if not module or not attribute:
            raise InputError(f"recognizers: got {name!r}, allowed: module:attribute, such as my_rules:RECOGNIZERS")
        try:
            held = getattr(importlib.import_module(module), attribute)
            from presidio_analyzer import EntityRecognizer
        except (ImportError, AttributeError, ValueError) as error:
            raise InputError(f"recognizers: {name!r} can't be loaded ({error}); name an importable module") from None
        each = list(held) if isinstance(held, list | tuple) else [held]
        if wrong := [one for one in each if not isinstance(one, EntityRecognizer)]:
            got = type(wrong[0]).__name__
            raise InputError(f"recognizers: {name!r} holds a {got}, allowed: Presidio's EntityRecognizer")
        loaded += each
    return loaded
