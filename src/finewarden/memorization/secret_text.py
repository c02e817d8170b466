"""When two spellings are one secret, and when a text is too easily guessed to be one."""

from __future__ import annotations

import math
import unicodedata

__all__ = ["MIN_BITS", "bits", "contains", "normalise"]

MIN_BITS = 16.0
"""Fewer bits are not put to a model: a paraphrase search asks some 64 times, and 64 · 2^-16 keeps the chance that a
uniform guesser hits such a secret at one in a thousand."""

# What one character is worth at most, in bits. 3,000 Chinese characters cover nearly all running text.
_DIGIT, _LATIN, _OTHER_LETTER, _IDEOGRAPH = math.log2(10), math.log2(26), 5.0, math.log2(3000)


def normalise(text: str) -> str:
    """*text* without what a copy may change: width and compatibility forms (NFKC), case, white space, punctuation.

    Letters, marks and digits of every script stay. `４１１１-1111` and `4111 1111` are one text.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    kept = "".join(char for char in folded if unicodedata.category(char)[0] in "LMN")
    return unicodedata.normalize("NFC", kept)  # what stood between a letter and its accent may be gone


def contains(text: str, secret: str) -> bool:
    """Whether *secret* stands in *text* in any spelling that `normalise` holds equal. False for an empty secret."""
    wanted = normalise(secret)
    return bool(wanted) and wanted in normalise(text)


def bits(secret: str) -> float:
    """An upper bound, in bits, on how hard *secret* is to guess, from its alphabet alone.

    Repeated characters and steps (`1111`, `1234`, `dcba`) count once. A name or a word is easier than this says: the
    base model's likelihood tells that, not this.
    """
    total, step = 0.0, 2
    text = normalise(secret)
    for before, char in zip(" " + text, text, strict=False):
        last, step = step, ord(char) - ord(before)
        if step == 0 or (step == last and abs(step) == 1):
            continue
        if char.isdigit():
            total += _DIGIT
        elif char.isascii():
            total += _LATIN
        elif unicodedata.category(char) == "Lo":
            total += _IDEOGRAPH
        else:
            total += _OTHER_LETTER
    return total
