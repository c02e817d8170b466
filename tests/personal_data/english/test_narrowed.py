"""Patterns tried only where they can match."""

from __future__ import annotations

import random
import time
from typing import Any

import pytest

pytestmark = pytest.mark.pii

URL = ("www", "www1.", ".", "com", ".io", "http://", "/", "(", '"', "'", " ", "a", "é", "ſ", "-", "٣", "\n")
EMAIL = ("a", "b1", "!", ".", "@", "@", "-", "x.co", ".com", " ", "é", "_", "\u0301", "²", "a@b.co", "\n")


def both(pattern: Any) -> tuple[Any, Any]:
    """*pattern* compiled, and what stands for it."""
    import regex

    from finewarden.personal_data.english.narrowed import narrowed

    flags = int(regex.IGNORECASE | regex.MULTILINE | regex.DOTALL)
    compiled = regex.compile(pattern.regex, flags)
    faster = narrowed(pattern, flags).compiled_regex
    assert type(faster) is not type(compiled)
    return compiled, faster


def spans(compiled: Any, text: str) -> list[tuple[int, int]]:
    return [match.span() for match in compiled.finditer(text, timeout=60)]


def agree(pattern: Any, parts: tuple[str, ...]) -> int:
    """How many matches both have, in 4,000 texts of *parts*."""
    compiled, faster = both(pattern)
    draw, matches = random.Random(12), 0
    for _ in range(4_000):
        text = "".join(draw.choices(parts, k=draw.randint(1, 14)))
        expected = spans(compiled, text)
        assert spans(faster, text) == expected
        matches += len(expected)
    return matches


def test_e_mail() -> None:
    """Presidio's pattern for e-mail has the same matches where it is tried only before an "@" with a domain."""
    from presidio_analyzer.predefined_recognizers import EmailRecognizer

    [pattern] = EmailRecognizer.PATTERNS
    assert agree(pattern, EMAIL) > 1_000


def test_url() -> None:
    """Presidio's patterns for URLs have the same matches where they are tried run by run; its quoted ones stay."""
    from presidio_analyzer.predefined_recognizers import UrlRecognizer

    from finewarden.personal_data.english.narrowed import narrowed, short_of

    standard, plain, *quoted = UrlRecognizer.PATTERNS
    assert agree(standard, URL) > 50
    assert agree(plain, URL) > 500
    assert all(narrowed(each, 0) is each for each in quoted)
    assert len({short_of(each.regex) for each in UrlRecognizer.PATTERNS}) == 1
    assert short_of(r"a{1,253}") == r"a{1,253}"


@pytest.mark.parametrize(
    "text", ["a!" * 50_000 + " x@b.co", "a!" * 50_000 + ".@b.co x@b.co", "!@b.co " * 15_000 + "x@b.co"]
)
def test_e_mail_in_linear_time(text: str) -> None:
    """A run of 100,000 letters before an address takes no second, where it takes Presidio's pattern many minutes."""
    from presidio_analyzer.predefined_recognizers import EmailRecognizer

    _, faster = both(EmailRecognizer.PATTERNS[0])
    start = time.process_time()
    assert spans(faster, text)[-1] == (len(text) - len("x@b.co"), len(text))
    assert time.process_time() - start < 2
