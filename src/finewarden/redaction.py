"""What must never be printed or shipped: live tokens and private paths, and how they are masked.

Patterns are those of the issuing services' own documentation; each asks for a fixed prefix or for context, because a
bare "high entropy" rule cries wolf on every tokenizer file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["LOCAL_PATH", "REDACTED", "Match", "find_local_paths", "find_secrets", "mask", "redact"]

REDACTED = "<redacted>"

# A left boundary that is not part of a longer word; base64 and hex runs would else match by chance.
_L = r"(?<![A-Za-z0-9_\-])"

_SECRETS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        ("Hugging Face token", _L + r"hf_[A-Za-z0-9]{34,}"),
        ("Anthropic key", _L + r"sk-ant-[A-Za-z0-9_\-]{24,}"),
        ("OpenAI key", _L + r"sk-(?:proj-|svcacct-)?[A-Za-z0-9_\-]{32,}"),
        ("GitHub token", _L + r"(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{60,})"),
        ("GitLab token", _L + r"glpat-[A-Za-z0-9_\-]{20,}"),
        ("AWS access key id", _L + r"(?:AKIA|ASIA)[0-9A-Z]{16}(?![0-9A-Za-z])"),
        ("Google API key", _L + r"AIza[0-9A-Za-z_\-]{35}"),
        ("Slack token", _L + r"xox[abposr]-[0-9A-Za-z\-]{20,}"),
        ("Stripe key", _L + r"[sr]k_live_[0-9A-Za-z]{20,}"),
        ("ModelScope token", _L + r"ms-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"),
        ("Alibaba Cloud key id", _L + r"LTAI[0-9A-Za-z]{20}(?![0-9A-Za-z])"),
        ("Tencent Cloud key id", _L + r"AKID[0-9A-Za-z]{32}(?![0-9A-Za-z])"),
        ("JSON Web Token", _L + r"eyJ[A-Za-z0-9_\-]{10,}\.eyJ[A-Za-z0-9_\-]{10,}\.[A-Za-z0-9_\-]{20,}"),
        ("private key", r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----"),
        (
            "password in URL",
            r"\b[a-z][a-z0-9+.\-]{2,20}://[^\s:/@'\"<>{}$]{1,64}:(?P<value>[^\s:/@'\"<>{}$*]{3,128})@[\w.\-]+",
        ),
        (
            "W&B key",
            r"(?i:wandb|weights.{0,3}biases)[^\n]{0,40}?(?<![0-9a-f])(?P<value>[0-9a-f]{40})(?![0-9a-f])",
        ),
        (
            "assigned secret",
            r"(?i)\b(?:api[_\-]?key|secret[_\-]?key|access[_\-]?token|auth[_\-]?token|client[_\-]?secret|passwd|password|hub[_\-]?token)"
            r"[\"']?\s*[:=]\s*[\"'](?P<value>(?=[^\"']*[0-9])(?=[^\"']*[A-Za-z])[A-Za-z0-9_\-+/=.]{16,200})[\"']",
        ),
    )
)

# Home folders name a person or a host; the system-wide ones (/usr, /opt, /tmp) do not and stay.
LOCAL_PATH = re.compile(
    r"(?<![\w./~\-])(?:file://)?(?:"
    r"/(?:home|Users)/[^\s/\"'<>|:,;)\]}\\]+(?:/[^\s\"'<>|:,;)\]}\\]*)?"
    r"|/root(?:/[^\s\"'<>|:,;)\]}\\]+)"
    r"|/(?:mnt|media|workspace|data|scratch|content|kaggle|tmp|private/tmp|var/folders)/[^\s\"'<>|:,;)\]}\\]+"
    r"|[A-Za-z]:\\\\?Users\\\\?[^\s\\\"'<>|]+(?:\\\\?[^\s\"'<>|]*)?"
    r")"
)

# Names that documentation and containers use: they say nothing of a person.
_INNOCENT_USERS = frozenset({"user", "username", "you", "me", "<user>", "xxx", "...", "your_name", "yourname", "path"})


@dataclass(frozen=True, slots=True)
class Match:
    """A secret or a path in a text: its kind, the value (never to be printed) and its span in characters."""

    kind: str
    value: str
    start: int
    end: int


def find_secrets(text: str) -> Iterator[Match]:
    """Each live-looking token of *text*, in order of kind; one value is given once per place."""
    taken: set[tuple[int, int]] = set()
    for kind, pattern in _SECRETS:
        for found in pattern.finditer(text):
            group: int | str = "value" if "value" in pattern.groupindex else 0
            start, end = found.span(group)
            if any(start < b and a < end for a, b in taken):
                continue
            taken.add((start, end))
            yield Match(kind, found[group], start, end)


def find_local_paths(text: str) -> Iterator[Match]:
    """Each path of *text* that names a person's or a host's own folder."""
    for found in LOCAL_PATH.finditer(text):
        parts = re.split(r"[/\\]+", found[0].removeprefix("file://"))
        if len(parts) > 2 and parts[1].lower() in {"home", "users"} and parts[2].lower() in _INNOCENT_USERS:
            continue
        yield Match("local path", found[0], found.start(), found.end())


def redact(text: str) -> str:
    """*text* with every secret and every local path replaced by `<redacted>`; a path keeps its last part."""
    spans = [(m.start, m.end, REDACTED) for m in find_secrets(text)]
    for m in find_local_paths(text):
        last = re.split(r"[/\\]+", m.value.rstrip("/\\"))[-1]
        spans.append((m.start, m.end, f"{REDACTED}/{last}"))
    out, at = [], 0
    for start, end, new in sorted(spans):
        if start < at:
            continue
        out += [text[at:start], new]
        at = end
    return "".join([*out, text[at:]])


def mask(value: str) -> str:
    """*value* as it may be printed: at most its first four characters (fewer for a short one) and its length."""
    shown = min(4, len(value) // 4)
    return f"{value[:shown]}… ({len(value)} characters)"
