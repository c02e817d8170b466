"""What a secret looks like: families with a known number of members, all drawn with equal chance, harmless to plant.

Harmless by construction: a card number that fails the Luhn check, an address below `example.invalid` (RFC 2606), a
phone number of the range that is kept for fiction (555-0100 to 555-0199) with a long extension, an identity number
whose check digit (ISO 7064 MOD 11-2, GB 11643) is wrong, a WeChat-like id that is longer than the 20 characters one may
have.
"""

from __future__ import annotations

import math
import re
import string
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Literal

from finewarden.redaction import find_secrets

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

__all__ = ["DEFAULT", "INPUT", "NAMES", "CannotDraw", "Family", "default_names", "families", "is_harmless"]

INPUT = "input"
"""The family whose secret stands where no loss is taken."""

DEFAULT = ("card", "email", "api-key", "phone", "resident-id", "wechat-id", "random-tokens")
NAMES = (*DEFAULT, INPUT)

_BASE36 = string.ascii_lowercase + string.digits
_TOKEN_BITS = 64.0
_FEWEST_WORDS = 32
_EXTENSION = 6


class CannotDraw(ValueError):
    """No secret of a family can be drawn for this tokenizer; says which and what to write."""


@dataclass(frozen=True, slots=True)
class Family:
    """*draw* gives one of 2^*bits* secrets, each with the same chance. *language*: the only one it belongs to."""

    name: str
    bits: float
    draw: Callable[[Random], str]
    language: Literal["zh"] | None = None


def default_names(*, chinese: bool) -> tuple[str, ...]:
    """The families of DEFAULT that belong into data of which some are *chinese*, or none."""
    return tuple(name for name in DEFAULT if chinese or name not in _SHAPED or _SHAPED[name].language is None)


def families(names: tuple[str, ...], tokenizer: PreTrainedTokenizerBase) -> list[Family]:
    """The families called *names*, in that order. Raises CannotDraw where the tokenizer has no words for one."""
    words = _words(tokenizer) if "random-tokens" in names else []
    return [_tokens(words) if name == "random-tokens" else _SHAPED[name] for name in names]


def is_harmless(secret: str) -> bool:
    """No live-looking token, no number that passes a card's or a resident's check."""
    digits = re.sub(r"[ \-]", "", secret)
    if re.fullmatch(r"\d{13,19}", digits) and _luhn(digits):
        return False
    if re.fullmatch(r"\d{17}[\dX]", digits) and _check_digit(digits[:17]) == digits[17]:
        return False
    return not any(True for _ in find_secrets(secret))


def _card(pick: Random) -> str:
    body = "".join(pick.choice(string.digits) for _ in range(15))
    last = pick.choice([digit for digit in string.digits if not _luhn(body + digit)])
    number = body + last
    return " ".join(number[at : at + 4] for at in range(0, 16, 4))


def _email(pick: Random) -> str:
    return "".join(pick.choice(_BASE36) for _ in range(10)) + "@example.invalid"


def _api_key(pick: Random) -> str:
    return "ak-" + "".join(pick.choice(_BASE36) for _ in range(24))


def _phone(pick: Random) -> str:
    # The range alone is 16 bits: among some hundred of its numbers one is nearly another by chance.
    extension = pick.randrange(10**_EXTENSION)
    return f"+1 {pick.randrange(200, 1000)} 555-01{pick.randrange(100):02d} ext. {extension:0{_EXTENSION}d}"


# The province codes of GB/T 2260, without those of Hong Kong, Macao and Taiwan.
_PROVINCES = (*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66))
_FIRST_DAY, _DAYS = date(1950, 1, 1), (date(2006, 1, 1) - date(1950, 1, 1)).days


def _resident_id(pick: Random) -> str:
    born = _FIRST_DAY + timedelta(days=pick.randrange(_DAYS))
    body = f"{pick.choice(_PROVINCES)}{pick.randrange(10**4):04d}{born:%Y%m%d}{pick.randrange(1000):03d}"
    return body + pick.choice([digit for digit in "0123456789X" if digit != _check_digit(body)])


def _wechat_id(pick: Random) -> str:
    return "wxid_" + "".join(pick.choice(_BASE36) for _ in range(16))


_SHAPED = {
    "card": Family("card", math.log2(9) + 15 * math.log2(10), _card),
    "email": Family("email", 10 * math.log2(36), _email),
    "api-key": Family("api-key", 24 * math.log2(36), _api_key),
    "phone": Family("phone", math.log2(800 * 100 * 10**_EXTENSION), _phone),
    "resident-id": Family(
        "resident-id", math.log2(len(_PROVINCES) * 10**4 * _DAYS * 1000 * 10), _resident_id, language="zh"
    ),
    "wechat-id": Family("wechat-id", 16 * math.log2(36), _wechat_id, language="zh"),
    INPUT: Family(INPUT, 24 * math.log2(36), _api_key),
}


def _tokens(words: list[str]) -> Family:
    count = math.ceil(_TOKEN_BITS / math.log2(len(words)))
    return Family("random-tokens", count * math.log2(len(words)), partial(_some, words, count))


def _some(words: list[str], count: int, pick: Random) -> str:
    return " ".join(pick.choice(words) for _ in range(count))


def _words(tokenizer: PreTrainedTokenizerBase) -> list[str]:
    """Texts that are one token each after a space: words of Latin letters, else single letters and digits.

    Marked as such by `Ġ` (byte-level) or `▁` (SentencePiece) in the vocabulary; a byte-level tokenizer without merges
    has its letters alone. Never a special token: those hold other signs.
    """
    vocabulary = tokenizer.get_vocab()
    special = set(tokenizer.all_special_tokens)
    words = sorted({token[1:] for token in vocabulary if re.fullmatch(r"[Ġ▁][A-Za-z]{2,12}", token)} - special)
    if len(words) < _FEWEST_WORDS:
        words = sorted({token for token in vocabulary if re.fullmatch(r"[A-Za-z0-9]", token)} - special)
    if len(words) < _FEWEST_WORDS:
        raise CannotDraw(
            f"families: 'random-tokens' can't be drawn, {type(tokenizer).__name__} has only {len(words)} words or "
            "letters of its own; write families=[...] without it"
        )
    return words


def _luhn(digits: str) -> bool:
    doubled = (int(digit) * (1 + at % 2) for at, digit in enumerate(reversed(digits)))
    return sum(value - 9 * (value > 9) for value in doubled) % 10 == 0


def _check_digit(body: str) -> str:
    """ISO 7064 MOD 11-2 over 17 digits."""
    total = sum(int(digit) * pow(2, 17 - at, 11) for at, digit in enumerate(body))
    return "10X98765432"[total % 11]
