"""What must never be printed or shipped: live tokens and private paths, and how they are masked.

Patterns are those of the issuing services' own documentation; each asks for a fixed prefix or for context, because a
bare "high entropy" rule cries wolf on every tokenizer file. Each rule names literal anchors: the text is searched for
those first, at the speed of `str.find`, and the pattern is tried only around them, so that tens of megabytes of
tokenizer take a second or two.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["LOCAL_PATH", "REDACTED", "SECRET_SHAPES", "Match", "find_local_paths", "find_secrets", "mask", "redact"]

REDACTED = "<redacted>"

# A left boundary that is not part of a longer word; for keys of letters and digits alone, not of a base64 run either.
# The letter of an escaped control character (in JSON) belongs to no word.
_ESCAPED = r"(?<=\\[nrtbf])"
_L = rf"(?:(?<![A-Za-z0-9_\-])|{_ESCAPED})"
_B = rf"(?:(?<![A-Za-z0-9_\-+/])|{_ESCAPED})"
_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_ASSIGN = r"[\"']?\s{0,8}(?:[:=]|=>)\s{0,8}\\?[\"'](?P<value>[A-Za-z0-9_\-+/=.]{16,200})\\?[\"']"
_TOKEN_OF = "|".join(
    rf"(?<={word}[_\-])" for word in ("access", "auth", "api", "hub", "hf", "bot", "bearer", "refresh")
)
_SECRET_NAME = rf"(?:api[_\-]?key|secret(?:[_\-]?(?:access)?[_\-]?key)?|passw(?:or)?d|(?:{_TOKEN_OF})token)"


@dataclass(frozen=True, slots=True)
class _Rule:
    kind: str
    anchors: tuple[str, ...]
    pattern: re.Pattern[str]
    before: tuple[int, ...] = (0,)  # how far before an anchor a match may start
    folded: bool = False  # anchors are lower case and stand for any case


def _rule(kind: str, anchors: str, pattern: str, *, folded: bool = False) -> _Rule:
    return _Rule(kind, tuple(anchors.split()), re.compile(pattern), folded=folded)


_SECRETS: tuple[_Rule, ...] = (
    _rule("Hugging Face token", "hf_ api_org_", _L + r"(?:hf|api_org)_[A-Za-z0-9]{34,200}"),
    _rule("Anthropic key", "sk-ant-", _L + r"sk-ant-[A-Za-z0-9_\-]{24,200}"),
    # DashScope, DeepSeek, Moonshot and OpenRouter keys have the same shape. A digit: kebab-case prose has none.
    _rule("OpenAI-style key", "sk-", _L + r"sk-(?=[A-Za-z_\-]{0,60}[0-9])(?:[a-z0-9]{2,10}-)*[A-Za-z0-9_\-]{32,250}"),
    _rule("GitHub token", "ghp_ gho_ ghu_ ghs_ ghr_", _L + r"gh[pousr]_[A-Za-z0-9]{36,255}"),
    _rule("GitHub token", "github_pat_", _L + r"github_pat_[A-Za-z0-9_]{60,255}"),
    _rule("GitLab token", "glpat-", _L + r"glpat-[A-Za-z0-9_\-]{20,100}"),
    _rule("AWS access key id", "AKIA ASIA", _B + r"(?:AKIA|ASIA)[0-9A-Z]{16}(?![0-9A-Za-z+/=])"),
    _rule("Google API key", "AIza", _L + r"AIza[0-9A-Za-z_\-]{35}(?![0-9A-Za-z_\-])"),
    _rule("Slack token", "xox", _L + r"xox[abposr]-[0-9]{6,}[0-9A-Za-z\-]{12,200}"),
    _rule("Stripe key", "sk_live_ rk_live_", _L + r"[sr]k_live_[0-9A-Za-z]{20,200}"),
    _rule("PyPI token", "pypi-AgE", _L + r"pypi-AgE[0-9A-Za-z_\-]{50,400}"),
    _rule("Replicate token", "r8_", _L + r"r8_[0-9A-Za-z]{37,40}(?![0-9A-Za-z])"),
    _rule("ModelScope token", "ms-", _L + r"ms-" + _UUID),
    _rule("Alibaba Cloud key id", "LTAI", _B + r"LTAI[0-9A-Za-z]{20}(?![0-9A-Za-z+/=])"),
    _rule("Tencent Cloud key id", "AKID", _B + r"AKID[0-9A-Za-z]{32}(?![0-9A-Za-z+/=])"),
    _rule("Volcengine key id", "AKLT", _B + r"AKLT[0-9A-Za-z]{30,60}(?![0-9A-Za-z+/])"),
    _rule("Baidu Cloud key", "bce-v3/ALTAK-", _L + r"bce-v3/ALTAK-[0-9A-Za-z]{21}/[0-9a-f]{40}"),
    _rule(
        "JSON Web Token", "eyJ", _L + r"eyJ[A-Za-z0-9_\-]{10,2000}\.eyJ[A-Za-z0-9_\-]{10,4000}\.[A-Za-z0-9_\-]{20,1000}"
    ),
    # With its first line of base64: the bare marker stands in documentation and in vocabularies. To its end: all of it
    # must go when it is redacted.
    _rule(
        "private key",
        "-----BEGIN",
        r"-----BEGIN (?:[A-Z0-9]{1,12} ){0,4}PRIVATE KEY(?: BLOCK)?-----"
        r"(?:\\[nr]|\s|[A-Za-z\-]{4,24}: [^\n\\]{1,80}){1,12}[A-Za-z0-9+/]{32,64}"
        r"[A-Za-z0-9+/=\s\\]{0,16000}(?:-----END [A-Z0-9 ]{0,50}-----)?",
    ),
    _rule(
        "password in URL",
        "://",
        r"(?<=[a-z][a-z0-9+.\-])://"
        r"[^\s:/@'\"<>{}$()\[\]]{0,64}:(?P<value>[^\s:/@'\"<>{}$*()\[\]]{3,128})@[\w.\-]{1,100}",
    ),
    _rule(
        "W&B key",
        "wandb biases",
        r"(?i:wandb|biases)[^\n]{0,60}?(?<![0-9A-Za-z])(?P<value>[0-9a-f]{40})(?![0-9A-Za-z])",
        folded=True,
    ),
    _rule("assigned secret", "api secret token passw", r"(?i)" + _SECRET_NAME + _ASSIGN, folded=True),
    _rule(
        "environment secret",
        "KEY= TOKEN= SECRET= PASSWORD= PASSWD=",
        r"(?m)(?<![a-z])(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD)=(?P<value>[A-Za-z0-9_\-+/]{20,200}={0,2})[ \t\r]*$",
    ),
)
SECRET_SHAPES = tuple((rule.kind, rule.pattern, rule.anchors) for rule in _SECRETS)
"""Kind, pattern and anchors of each, for a quicker look whether a text can hold any."""
_ANYTHING = frozenset({"private key", "password in URL"})  # values that need not look random
_PLACEHOLDER = re.compile(
    r"(?i)x{4}|\.{3}|\*{3}|your|example|placeholder|redacted|dummy|changeme|insert|1234567890|0{8}|<|\$\{"
)
_COMMON_PASSWORDS = frozenset({"password", "passwd", "pass", "pwd", "secret", "token", "xxx", "key", "admin", "test"})

_REST = r"[^\s\"'<>|:,;)\]}\\]"
# Home folders name a person or a host; the system-wide ones (/usr, /opt) do not and stay.
_MOUNTS = (
    "mnt|media|workspace|workspaces|data|scratch|content|kaggle|tmp|private/tmp|var/folders|teamspace|dbfs|gpfs"
    "|lustre|nfs|Volumes|autodl-tmp|autodl-fs"
)
LOCAL_PATH = re.compile(
    rf"(?:(?<![\w./~\-])|{_ESCAPED})(?:file://)?(?:"
    rf"/(?:home|Users)/[^\s/\"'<>|:,;)\]}}\\]+(?:/{_REST}*)?"
    rf"|/root/{_REST}+"
    rf"|/(?:{_MOUNTS})/{_REST}+"
    r"|[A-Za-z]:\\\\?Users\\\\?[^\s\\\"'<>|,;)]+(?:\\\\?[^\s\"'<>|,;)]*)?"
    r")"
)
_PATHS = _Rule(
    "local path",
    ("/home/", "/Users/", "/root/", *(f"/{mount}/" for mount in _MOUNTS.split("|")), ":\\Users\\", ":\\\\Users\\\\"),
    LOCAL_PATH,
    (len("file://"), 1, 0),
)

# Names that documentation and containers use: they say nothing of a person.
_INNOCENT_USERS = frozenset({"user", "username", "you", "me", "xxx", "...", "your_name", "yourname", "path", "name"})
# Beyond so many anchors their places would take more memory than the text: one pass of the pattern instead.
_MANY = 2_000_000


@dataclass(frozen=True, slots=True)
class Match:
    """A secret or a path in a text: its kind, the value (never to be printed) and its span in characters."""

    kind: str
    value: str
    start: int
    end: int


def find_secrets(text: str) -> Iterator[Match]:
    """Each live-looking token of *text*, in order of kind; of two that overlap the first kind is given."""
    taken: list[tuple[int, int]] = []
    lowered = text.lower()
    if len(lowered) != len(text):  # a letter that lower-cases to two: places would not agree
        lowered = "".join(char.lower() if char.isascii() else char for char in text)
    for rule in _SECRETS:
        for found in _matches(rule, text, lowered):
            group: int | str = "value" if "value" in rule.pattern.groupindex else 0
            value, (start, end) = found[group], found.span(group)
            at = bisect_left(taken, (start, end))
            if any(start < b and a < end for a, b in taken[max(0, at - 1) : at + 1]):
                continue
            if rule.kind == "password in URL" and value.lower() in _COMMON_PASSWORDS:
                continue
            if not _is_live(rule.kind, value):
                continue
            taken.insert(at, (start, end))
            yield Match(rule.kind, value, start, end)


def find_local_paths(text: str) -> Iterator[Match]:
    """Each path of *text* that names a person's or a host's own folder."""
    for found in _matches(_PATHS, text, text):
        parts = re.split(r"[/\\]+", found[0].removeprefix("file://"))
        if len(parts) > 2 and parts[1].lower() in {"home", "users"}:
            name = parts[2].lower()
            if name in _INNOCENT_USERS or name.startswith(("$", "*", "{", "%", "your")):
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


def _is_live(kind: str, value: str) -> bool:
    """Whether *value* looks issued rather than written by hand in a manual."""
    if _PLACEHOLDER.search(value):
        return False
    if kind in _ANYTHING:
        return True
    if kind in ("assigned secret", "environment secret") and not (
        any(char.isdigit() for char in value) and any(char.isalpha() for char in value)
    ):
        return False
    return len(set(value)) >= 8


def _matches(rule: _Rule, text: str, lowered: str) -> Iterator[re.Match[str]]:
    """Matches of the rule's pattern, in order, tried around its anchors only."""
    searched = lowered if rule.folded else text
    places: list[int] = []
    for anchor in rule.anchors:
        at = searched.find(anchor)
        while at >= 0:
            places.append(at)
            if len(places) > _MANY:
                yield from rule.pattern.finditer(text)
                return
            at = searched.find(anchor, at + 1)
    done = 0
    for at in sorted(places):
        for begin in (at - before for before in rule.before):
            found = rule.pattern.match(text, begin) if begin >= done else None
            if found is not None:
                done = found.end()
                yield found
                break
