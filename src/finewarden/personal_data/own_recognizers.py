"""Presidio recognizers of the user's own, by name, so that every process can load them."""

from __future__ import annotations

import importlib
import traceback
from collections.abc import Sequence
from pathlib import Path
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
            if (place := _where(error)) is None:
                raise InputError(
                    f"recognizers: {name!r} can't be loaded ({error}); name an importable module"
                ) from None
            raise InputError(f"recognizers: {name!r} can't be loaded: {place}; mend the module") from None
        except (Exception, SystemExit) as error:
            place = _where(error) or f"{type(error).__name__} is raised"
            raise InputError(f"recognizers: {name!r} can't be loaded: {place}; mend the module") from None
        each = list(held) if isinstance(held, list | tuple) else [held]
        if wrong := [one for one in each if not isinstance(one, EntityRecognizer)]:
            got = type(wrong[0]).__name__
            raise InputError(f"recognizers: {name!r} holds a {got}, allowed: Presidio's EntityRecognizer")
        loaded += each
    return loaded


def _where(error: BaseException) -> str | None:
    """The kind of *error* and the line of the user's module that raised it; None where none of its lines ran."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{type(error).__name__} in {Path(error.filename).name}:{error.lineno}"
    frames = [each for each in traceback.extract_tb(error.__traceback__) if not _is_ours(each.filename)]
    return f"{type(error).__name__} in {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else None


def _is_ours(filename: str) -> bool:
    return filename == __file__ or filename == importlib.__file__ or filename.startswith("<frozen importlib")
