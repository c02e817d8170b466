"""E-mail addresses, beside Chinese characters as beside spaces, with domains of other scripts as well."""

from __future__ import annotations

import re

from finewarden.personal_data.rules.rule import BY_CONTEXT, BY_SHAPE, WEAK, rule

__all__ = ["RULES"]

_A = r"A-Za-z0-9\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0370-\u03ff\u0400-\u04ff"
_LOCAL = rf"[{_A}](?<![{_A}][{_A}])(?<![{_A}][._%+\-][{_A}])(?:[{_A}._%+\-]{{0,62}}[{_A}_+\-])?"
# What stands after a point and is no top-level domain: files ("icon@2x.png") and units of systemd.
_NO_DOMAIN = re.compile(
    r"(?i)png|jpe?g|gif|svg|webp|bmp|ico|css|jsx?|tsx?|json|xml|html?|txt|pdf|exe|dll|gz|tar|ya?ml|toml|lock|log|csv|"
    r"mp[34]|java|cpp|hpp|class|service|socket|timer|target|mount|slice|scope|conf|cfg|ini"
)
_END = r"(?![A-Za-z0-9\-])"
_LABEL = rf"[{_A}](?:[{_A}\-]{{0,61}}[{_A}])?"
_HAN_LABEL = r"[\u4e00-\u9fff][\u4e00-\u9fffA-Za-z0-9\-]{0,20}"
# Of what a Chinese sentence goes on with after a name, only these are top-level domains of Chinese names.
_HAN_TOP = r"(?:(?:com|net|org)(?:\.cn)?|cn|中国|公司|网络|在线|中文网|商城)"
_AT, _DOT = r" ?[\[({<]\s?(?i:at)\s?[\])}>] ?", r" ?[\[({<]\s?(?i:dot)\s?[\])}>] ?"


def _score(match: re.Match[str]) -> float:
    return 0.0 if _NO_DOMAIN.fullmatch(match["value"].rpartition(".")[2]) else BY_CONTEXT


RULES = (
    rule(
        "EMAIL_ADDRESS",
        "email",
        rf"(?P<value>{_LOCAL}@(?:{_LABEL}\.){{1,6}}(?:[A-Za-z]{{2,24}}|xn--[A-Za-z0-9\-]{{2,40}})){_END}",
        _score,
        anchors="@",
    ),
    rule(
        "EMAIL_ADDRESS",
        "email_han_domain",
        rf"(?P<value>{_LOCAL}@(?:[{_A}\-]{{1,30}}\.)?{_HAN_LABEL}\.{_HAN_TOP}){_END}",
        BY_SHAPE,
        anchors="@",
    ),
    rule(
        "EMAIL_ADDRESS",
        "email_spelled",
        rf"(?P<value>{_LOCAL}{_AT}[A-Za-z0-9\-]{{1,40}}(?:{_DOT}[A-Za-z0-9\-]{{2,24}}|\.[A-Za-z]{{2,24}}){{1,3}}){_END}",
        WEAK,
        anchors="at",
    ),
)
