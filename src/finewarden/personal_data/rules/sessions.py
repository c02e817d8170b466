"""Cookies, session identifiers and JSON Web Tokens: with one, someone else's session goes on."""

from __future__ import annotations

import re

from finewarden.personal_data.rules.rule import BY_CHECK, BY_CONTEXT, rule

__all__ = ["RULES"]

_PLACEHOLDER = re.compile(r"(?i)x{4}|\.{3}|\*{3}|your|example|placeholder|redacted|dummy|<|\$\{|\{\{|0{8}")


def _issued(match: re.Match[str]) -> float:
    value = match["value"]
    random = len(set(value)) >= 6 and any(char.isdigit() for char in value)
    return BY_CONTEXT if random and not _PLACEHOLDER.search(value) else 0.0


def _token(match: re.Match[str]) -> float:
    return BY_CHECK if len(set(match["value"])) >= 12 else 0.0


_VALUE = r"(?P<value>[A-Za-z0-9%._\-+/~]{8,1000}={0,2})"
_NAME, _OCTET = r"[A-Za-z0-9_.\-]{1,100}", r"[^\s;\"'\u4e00-\u9fff]"
_PART = r"[A-Za-z0-9_\-]"
_NAMES = (
    r"(?:session[_\- ]?(?:id|token|key)|jsessionid|phpsessid|asp\.net_sessionid|aspsessionid[a-z]{0,8}|connect\.sid|"
    r"sessid|laravel_session|"
    r"csrf[_\-]?token|xsrf[_\-]?token|auth[_\-]?token|会话(?:id|标识|令牌))"
)

RULES = (
    rule(
        "SESSION_ID",
        "cookie",
        r"(?<![A-Za-z0-9_])(?i:(?:set-)?cookie)\"?\s{0,2}:\s{0,2}\"?"
        rf"(?P<value>{_NAME}={_OCTET}{{1,1000}}(?:; ?{_NAME}(?:={_OCTET}{{0,1000}})?){{0,40}})",
        _issued,
        anchors="cookie",
    ),
    rule(
        "SESSION_ID",
        "session_id",
        rf"(?<![A-Za-z0-9])(?i:{_NAMES})[\"']?\s{{0,2}}(?:=|:|=>|是|为)\s{{0,2}}[\"']?{_VALUE}",
        _issued,
        anchors="sess csrf xsrf auth connect 会话",
    ),
    rule(
        "SESSION_ID",
        "sid",
        r"(?<![A-Za-z0-9_])(?i:sid)=(?P<value>[A-Za-z0-9%._\-+/~]{16,1000}={0,2})",
        _issued,
        anchors="sid=",
    ),
    rule(
        "SESSION_ID",
        "json_web_token",
        rf"(?P<value>eyJ(?<!{_PART}eyJ){_PART}{{10,2000}}\.eyJ{_PART}{{10,4000}}\.{_PART}{{20,1000}})",
        _token,
        anchors="eyj",
    ),
)
