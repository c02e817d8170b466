"""Live tokens and keys, by the patterns that releases are searched with, and passwords that a Chinese text tells."""

from __future__ import annotations

import re

from finewarden.personal_data.finding import Finding
from finewarden.personal_data.rules.rule import BY_CHECK, BY_CONTEXT, Rule, rule
from finewarden.redaction import SECRET_SHAPES, find_secrets

__all__ = ["RULES", "TOKENS", "tokens"]

_PLACEHOLDER = re.compile(r"(?i)x{4}|\.{3}|\*{3}|your|example|placeholder|redacted|dummy|changeme")
_A_SESSION = "JSON Web Token"


def tokens(text: str) -> list[Finding]:
    """The tokens of *text*; a JSON Web Token is a session's and found there."""
    return [
        Finding("SECRET", match.start, match.end, BY_CHECK, "token")
        for match in find_secrets(text)
        if match.kind != _A_SESSION
    ]


def _password(match: re.Match[str]) -> float:
    value = match["value"]
    mixed = any(char.isdigit() for char in value) and any(char.isalpha() for char in value)
    return BY_CONTEXT if mixed and not _PLACEHOLDER.search(value) else 0.0


RULES = (
    rule(
        "SECRET",
        "password",
        r"(?:密码|密碼|口令)\s{0,2}(?:是|为|:|=)\s{0,2}(?P<value>[!-~]{6,64})(?<![,;.)\]\"'}])",
        _password,
        anchors="密码 密碼 口令",
    ),
)

TOKENS = tuple(
    Rule("SECRET", kind, pattern, lambda _: BY_CHECK, tuple(anchor.lower() for anchor in anchors))
    for kind, pattern, anchors in SECRET_SHAPES
)
"""The shapes that `tokens` looks for: a text that can match none of them needs no look."""
