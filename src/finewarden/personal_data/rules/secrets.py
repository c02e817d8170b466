"""Live tokens and keys, by the patterns that releases are searched with, and passwords that a text tells."""

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


# What stands behind the word in programs and manuals: a variable, a call, a kind of hash, how long it must be.
_CODE = re.compile(
    r"[$%<{]|https?:|(?i:sha[\-_]?[0-9]|md[45]|base64|bcrypt|scrypt|argon|pbkdf|aes[\-_]?[0-9]|utf-?[0-9]|oauth|varchar|str[0-9]"
    r"|ldap|x509|rfc|version|at-least|min(?:imum)?[0-9])|[0-9]+(?:\+|-[0-9]+)?[\-_]?(?i:char|digit|letter|bit|byte|day|hour|min)"
)
_VARIABLE = re.compile(
    r"[A-Za-z_][A-Za-z0-9_]*(?:[.][A-Za-z_][A-Za-z0-9_]*)+|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|_[A-Za-z0-9_]+"
)
_UNQUOTED = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)+|[a-z]+[0-9]?[A-Z][a-z]+[0-9]?|.*(?i:passw|pwd).*")


def _english_password(match: re.Match[str]) -> float:
    value = match["value"]
    called = any(char in value for char in "()[]{}") or _CODE.match(value) or _VARIABLE.fullmatch(value)
    if called or (not match["quote"] and _UNQUOTED.fullmatch(value)):
        return 0.0
    return _password(match)


RULES = (
    rule(
        "SECRET",
        "password",
        r"(?:密码|密碼|口令)\s{0,2}(?:是|为|:|=)\s{0,2}(?P<value>[!-~]{6,64})(?<![,;.)\]\"'}])",
        _password,
        anchors="密码 密碼 口令",
    ),
    rule(
        "SECRET",
        "password in English",
        r"(?:(?i:pass(?:word|wd|code|phrase))|(?i:pwd))(?<![$.@]pwd)(?<![$.@]password)\\?[\"'`]?\s{0,2}(?:[:=]|(?i:is)\s)\s{0,2}"
        r"\\?(?P<quote>[\"'`]?)(?P<value>[!#-&(-+\--:<-\[\]-_a-~]{6,64})(?<![.:)\]}>])",
        _english_password,
        anchors="passw passcode passphrase pwd",
    ),
)

TOKENS = tuple(
    Rule("SECRET", kind, pattern, lambda _: BY_CHECK, tuple(anchor.lower() for anchor in anchors))
    for kind, pattern, anchors in SECRET_SHAPES
)
"""The shapes that `tokens` looks for: a text that can match none of them needs no look."""
