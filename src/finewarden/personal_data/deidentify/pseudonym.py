"""A name for a value that only the key's holder can make again: ``<PERSON_bkqzmtrwpdfhvns>``."""

from __future__ import annotations

from finewarden.personal_data.deidentify.key import Key
from finewarden.personal_data.deidentify.spelling import one_spelling
from finewarden.personal_data.stand_ins import LETTERS, LETTERS_OF

__all__ = ["letters_of", "pseudonym"]


def pseudonym(entity: str, value: str, key: Key) -> str:
    """The same for the same value in any spelling, under one key; its letters also where it was taken for another
    entity, as a phone number may be by the words beside it.

    15 letters of 20 are 64.8 bits: of a million values, two share one with probability 3·10^-8 (n²/2^65.8).
    """
    return f"<{entity}_{letters_of(key.number('pseudonym', one_spelling(entity, value)))}>"


def letters_of(number: int) -> str:
    """15 letters for the lowest 64.8 bits of *number*."""
    letters = []
    for _ in range(LETTERS_OF):
        number, digit = divmod(number, len(LETTERS))
        letters.append(LETTERS[digit])
    return "".join(letters)
