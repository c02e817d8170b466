"""What a stored robots.txt says of an address, to those who collect for AI and to everybody (RFC 9309).

Matching is Protego's: the standard library's parser knows neither wildcards nor the longest match. `Content-Signal`
lines (contentsignals.org) stand in the groups of the same file, and no library reads them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

__all__ = ["AGENTS", "Refusal", "is_web_address", "refused"]

AGENTS = (
    "*",
    "GPTBot",
    "ClaudeBot",
    "CCBot",
    "Google-Extended",
    "Applebot-Extended",
    "Bytespider",
    "PerplexityBot",
    "Amazonbot",
    "meta-externalagent",
)
"""Everybody, and the agents under whose names content is collected for AI."""

_LINE = re.compile(r"[ \t]*([A-Za-z-]{1,40})[ \t]*:([^#]*)")
_KNOWN = frozenset(
    {
        "user-agent",
        "allow",
        "disallow",
        "sitemap",
        "crawl-delay",
        "host",
        "content-signal",
        "request-rate",
        "visit-time",
    }
)
_NO = re.compile(r"(?:^|[,;\s])ai-train\s*=\s*no(?=$|[,;\s])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Who may not fetch an address, and for whom `ai-train=no` is said."""

    may_not_fetch: tuple[str, ...]
    may_not_train: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.may_not_fetch or self.may_not_train)


def is_web_address(uri: str | None) -> bool:
    """Whether robots.txt can speak of *uri* at all."""
    try:
        parts = urlsplit(uri or "")
    except ValueError:
        return False
    return parts.scheme.lower() in ("http", "https") and bool(parts.hostname)


def refused(text: str, uri: str) -> Refusal:
    """What the robots.txt *text* refuses of *uri*, to `AGENTS`.

    Raises ImportError without Protego, ValueError when *text* is no robots.txt: a site that has none often answers with
    a web page, or a message.
    """
    from protego import Protego

    if text.lstrip()[:1] == "<":
        raise ValueError("is a web page and no robots.txt: store what the site's /robots.txt said, or drop the key")
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    if "\0" in text or (
        lines and not any((found := _LINE.match(line)) and found[1].lower() in _KNOWN for line in lines)
    ):
        raise ValueError(
            "holds no line of a robots.txt: store what the site's /robots.txt said, as UTF-8, or drop the key"
        )
    parser = Protego.parse(text)
    may_not_fetch = tuple(agent for agent in AGENTS if not parser.can_fetch(uri, agent))
    return Refusal(may_not_fetch, _may_not_train(text))


def _may_not_train(text: str) -> tuple[str, ...]:
    """The agents whose group says ``Content-Signal: ai-train=no``; what stands before any group is for everybody."""
    said: dict[str, bool] = {}
    group: list[str] = ["*"]
    open_group = False
    for line in text.splitlines():
        match = _LINE.match(line)
        if match is None:
            continue
        field, value = match[1].lower(), match[2].strip()
        if field == "user-agent":
            group = [*group, value.lower()] if open_group else [value.lower()]
            open_group = True
            said.setdefault(value.lower(), False)
            continue
        open_group = False
        if field == "content-signal" and _NO.search(value):
            said.update(dict.fromkeys(group, True))
    return tuple(agent for agent in AGENTS if said.get(agent.lower(), agent != "*" and said.get("*", False)))
