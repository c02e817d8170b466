"""IP addresses of both versions; four numbers after a word for a version, a chapter or a figure are none."""

from __future__ import annotations

import ipaddress
import re

from finewarden.personal_data.rules.rule import BY_SHAPE, rule, words

__all__ = ["RULES", "is_other_number", "is_version"]

_VERSION = words(
    r"(?:(?<![a-z])v|ver|version|版本|版|release[sd]?|build|固件|升级到|更新到|内核|firmware|driver|驱动|kernel|sections?|chapters?|figures?|tables?|lines?|§|第|章|节|条|"
    r"(?<![a-z])(?:fig|tab|sec|no))[^0-9A-Za-z\n]{0,4}$|(?:[=<>~!]=|[<>~^])\s?$|[A-Za-z][/\-_]$"
)
_NUMBERED = re.compile(r"\s?[章节節条條款项]|(?:\.[A-Za-z])|-[A-Za-z]|_")

_ADDRESS = words(
    r"(?<![a-z])(?:ip(?:v4)?|host(?:name)?|addr(?:ess)?|server|from|ports?|clients?|peer|remote|gateway|dns|ping|proxy|"
    r"login|logged|ssh|connect(?:ed|ion|ing)?|src|dst|source|visitor|user|traceroute)(?![a-z])"
    r"|地址|服务器|主机|登录|登陆|登錄|访问|连接|来源|来自|网关|代理|客户端|端口|://|@"
)
_PORT = re.compile(r":[0-9]{2,5}(?![0-9])|/(?:[0-9]|[12][0-9]|3[0-2])(?![0-9./])|/[A-Za-z]| - - \[")
_WORDS = re.compile(r"[A-Za-z@\u4e00-\u9fff]")  # none in a row of numbers, which is then quickly judged
_BEFORE, _AFTER, _MARGIN = 28, 16, 8


def is_other_number(text: str, start: int, end: int) -> bool:
    """Whether what was found at *start* to *end* is a version, a chapter ("see 3.3.2.4") or a count, and no address.

    Four numbers are an address by themselves where two of them are 10 or more, else by the words beside them, by a
    port or a mask, or where they are all that the text is.
    """
    if is_version(text, start, end):
        return True
    parts = text[start:end].split(".")
    if len(parts) != 4 or sum(len(part) > 1 for part in parts) > 1:
        return False
    if start <= _MARGIN and len(text) - end <= _MARGIN and not (text[:start] + text[end:]).strip():
        return False
    if _PORT.match(text, end):
        return False
    near = (text[max(0, start - _BEFORE) : start], text[end : end + _AFTER])
    return not any(_WORDS.search(each) and _ADDRESS.search(each) for each in near)


def is_version(text: str, start: int, end: int) -> bool:
    """Whether the four numbers at *start* to *end* are a version or a chapter by what stands beside them."""
    return bool(_NUMBERED.match(text, end) or _VERSION.search(text[max(0, start - 14) : start]))


def _v4(match: re.Match[str]) -> float:
    parts = match["value"].split(".")
    if any(int(part) > 255 or (len(part) > 1 and part[0] == "0") for part in parts):
        return 0.0
    return 0.0 if is_version(match.string, *match.span("value")) else BY_SHAPE


def _v6(match: re.Match[str]) -> float:
    value = match["value"]
    try:
        address = ipaddress.IPv6Address(value)
    except ValueError:
        return 0.0
    groups = [group for group in value.split(":") if group]
    # `a::b` and `dead::beef` are names in C++: digits, and as many groups as an address that is routed has.
    if len(groups) < 3 or not any(char.isdigit() for char in value) or address.is_unspecified:
        return 0.0
    return BY_SHAPE


RULES = (
    rule(
        "IP_ADDRESS",
        "ipv4",
        r"(?P<value>[0-9](?:(?<![0-9A-Za-z][0-9])|(?<=(?i:ip)[0-9]))(?<![0-9]\.[0-9])[0-9]{0,2}(?:\.[0-9]{1,3}){3})"
        r"(?![0-9A-Za-z]|\.[0-9])",
        _v4,
        digits=4,
    ),
    rule(
        "IP_ADDRESS",
        "ipv6",
        r"(?P<value>[0-9A-Fa-f:](?<![0-9A-Za-z.][0-9A-Fa-f:])(?<![0-9A-Fa-f:]:[0-9A-Fa-f:])(?:[0-9A-Fa-f]{0,4}:){2,7}(?:[0-9A-Fa-f]{1,4}|(?:[0-9]{1,3}\.){3}[0-9]{1,3})?)(?![0-9A-Za-z:])",
        _v6,
        anchors=":",
        digits=1,
    ),
)
