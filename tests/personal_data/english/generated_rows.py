"""Rows of English as training data has it, made from a seed: prose, personal data in it, and what breaks parsers."""

from __future__ import annotations

import random
import string

__all__ = ["rows"]

_NAMES = ("John Smith", "Maria Garcia-Lopez", "Dr. Ahmed Al-Rashid", "Siobhán O'Neill", "Wei Zhang", "Priya")
_PLACES = ("Paris", "New York City", "12 High Street, Leeds", "the Bay Area", "Berlin", "São Paulo")
_WORDS = (
    "the model returns an error when the phone number is missing from the request and you call it again",
    "We were told that it does not matter; they have been waiting since Tuesday, March 3rd 2021 for an answer.",
    "See os.path.join and numpy.linalg for e.g. details. It costs $1,250.00 or 30 % of 2019's price.",
    "My bank account, driver license and passport were lost. Please send the website link to my email",
    "Version 3.11.4 was released on 2023-06-06, cf. section 4.2.1 (p. 211-227 (2003)).\n\n  * It's done.",
    "British and American engineers met the Senate. Is it you, or who? But I do, and she has had it done.",
)
_NOISE = (
    *(
        "\u200b",
        "\u202e",
        "\u0301",
        "\x00",
        "²",
        "①",
        "\u00a0",
        "\u3000",
        "é",
        "’",
        "—",
        "😀",
        "９",
        "٣",
        "ſ",
        "\u212a",
    ),
    *("İ", "\u2028", "\x85", "\ufeff", "\t", "中文", "\ufffd", "\r\n"),
)


def rows(number: int, seed: int) -> list[str]:
    """*number* rows; the same for the same *seed*."""
    draw = random.Random(seed)
    return [_row(draw) for _ in range(number)]


def _row(draw: random.Random) -> str:
    parts = [draw.choice((_prose, _personal, _personal, _loose))(draw) for _ in range(draw.randint(1, 3))]
    row = draw.choice((" ", ". ", "\n", ", ", "")).join(parts)
    for _ in range(draw.choice((0, 0, 1, 3))):
        at = draw.randint(0, len(row))
        row = row[:at] + draw.choice(_NOISE) + row[at:]
    return row


def _prose(draw: random.Random) -> str:
    words = draw.choice(_WORDS).split(" ")
    return " ".join(words[draw.randint(0, 3) :])


def _personal(draw: random.Random) -> str:
    name, place = draw.choice(_NAMES), draw.choice(_PLACES)
    host = f"{_letters(draw, 6)}.{draw.choice(('com', 'co.uk', 'io', 'notatld', 'org'))}"
    iban = "DE89370400440532013000" if draw.random() < 0.5 else f"GB{_digits(draw, 20)}"
    return draw.choice(
        (
            f"{name} lives in {place}",
            f"call {draw.choice(('phone', 'me', 'number'))} {_phone(draw)}",
            f"mail {_letters(draw, 4)}.{_letters(draw, 3)}@{host}",
            f"card 4111{draw.choice('- ')}1111{draw.choice('- ')}1111-1111 or {_digits(draw, 16)}",
            f"SSN {_digits(draw, 3)}-{_digits(draw, 2)}-{_digits(draw, 4)}",
            f"ITIN 9{_digits(draw, 2)}-70-{_digits(draw, 4)}",
            f"driver license {draw.choice(string.ascii_uppercase)}{_digits(draw, 7)} passport {_digits(draw, 9)}",
            f"IBAN {iban} bank account {_digits(draw, 11)}",
            f"ip {draw.randint(0, 300)}.0.{draw.randint(0, 255)}.1 and 2001:db8::{_digits(draw, 4)}:1 or ::1",
            f"'https://www.{host}/a?b={_digits(draw, 3)}' \"{host}\" ({host}/x)",
            f"mac 00:1a:2B:{draw.randint(10, 99)}:4d:5e uuid 123e4567-e89b-12d3-a456-426614174000",
            f"born {draw.randint(1, 31)}/{draw.randint(1, 12)}/{draw.randint(1900, 2030)} or 12-MAR-{_digits(draw, 2)}",
            f"NHS 943 476 {_digits(draw, 4)} DEA AB{_digits(draw, 7)} btc 1BoatSLRHtKNngkdXEeobR76b53LETtpyT",
        )
    )


def _phone(draw: random.Random) -> str:
    return draw.choice(
        (
            f"({_digits(draw, 3)}) 555-{_digits(draw, 4)}",
            f"+44 20 7946 0{_digits(draw, 3)}",
            f"+1-{_digits(draw, 3)}-{_digits(draw, 3)}-{_digits(draw, 4)} ext. {_digits(draw, 3)}",
            f"0{_digits(draw, 3)} {_digits(draw, 6)}/{_digits(draw, 7)}",
            f"{_digits(draw, 4)} ext {_digits(draw, 3)}",
            f"2012-01-02 08:{_digits(draw, 2)} {_digits(draw, 10)}",
        )
    )


def _loose(draw: random.Random) -> str:
    alphabet = string.digits * 3 + string.ascii_letters + " .,:;-/()+@#$%&'\"[]{}<>\n"
    return "".join(draw.choice(alphabet) for _ in range(draw.randint(1, 40)))


def _digits(draw: random.Random, number: int) -> str:
    return "".join(draw.choice(string.digits) for _ in range(number))


def _letters(draw: random.Random, number: int) -> str:
    return "".join(draw.choice(string.ascii_lowercase) for _ in range(number))
