"""WeChat IDs, QQ numbers and Alipay accounts: known by the words beside them, in Chinese and in English."""

from __future__ import annotations

import re

from finewarden.personal_data.rules.rule import BY_CONTEXT, BY_SHAPE, END, alone, beside, rule, words

__all__ = ["RULES"]

_OPEN, _QUOTE = r"[(（\[【]?\s{0,2}", r"""["'“”\[【「]?\s{0,2}"""
_LINK = rf"""["'“”]?\s{{0,3}}{_OPEN}(?:是|为|為|叫|:|=|→|➡|>|\bis\b|-{{1,2}}>?)?\s{{0,3}}{_QUOTE}"""
_TOLD = rf"""["'“”]?\s{{0,3}}(?:是|为|為|叫|:|=|→|➡|\bis\b)\s{{0,3}}{_QUOTE}"""

# WeChat's own rule: a letter, then 5 to 19 letters, digits, underscores and hyphens.
_ID = r"(?P<value>[A-Za-z][A-Za-z0-9_\-]{4,18}[A-Za-z0-9_])(?![0-9A-Za-z_\-]|[.@/(=][0-9A-Za-z_]|\()"
_WECHAT = r"(?:微信|薇信|威信|徽信|微❤|(?<![A-Za-z])(?i:we ?chat|weixin))"
_WECHAT_ID = r"(?:号码?|號|(?i: ?id\b)|账号|帐号)"
# Slang of a letter or two; code names speeds so as well.
_SLANG = r"(?:(?<![0-9A-Za-z_.$@])(?i:vx|wx)|[VvWw]信|[加我的➕+][vV])(?:号|號|(?i:id))?"
_NO_ID = re.compile(
    r"(?i)(?:wechat|weixin|android|iphone|ipad|windows|macos|harmony(?:os)?|official|facebook|twitter|telegram|whatsapp|alipay|"
    r"instagram|taobao|tiktok|username|string|number|undefined|object|public|private|function|return|require|import|please|"
    r"contact|download|account|openid|unionid|appid|jssdk|github|google|version|beta)[0-9_\-]*|v[0-9_\-]+|wx[0-9a-f]{16}|gh_[0-9a-f]{12}"
)
"""Words, releases, and the ids of programs and public accounts, which are no person's."""


def _chosen(match: re.Match[str]) -> float:
    """An ID that someone chose has a digit or an underscore in it, as hardly any word does."""
    value = match["value"]
    chosen = any(char.isdigit() or char == "_" for char in value)
    return BY_CONTEXT if chosen and not _NO_ID.fullmatch(value) else 0.0


def _told(match: re.Match[str]) -> float:
    return 0.0 if _NO_ID.fullmatch(match["value"]) else BY_SHAPE


def _slang(match: re.Match[str]) -> float:
    return _chosen(match) if any(char.isdigit() for char in match["value"]) else 0.0


# A bare "Q: " opens a question.
_QQ = r"(?:(?<![A-Za-z])(?i:QQ)|扣扣|企鹅号|(?<=[加我的])[Qq]|(?<![0-9A-Za-z])[Qq](?=号|:[1-9][0-9]{5}))"
_QQ_NUMBER = r"(?:号码?|號碼?|群号?|(?i: ?(?:number|no\.?|id)))?"
_COUNTED = r"(?!\s?(?:人|个|元|万|亿|年|次|%|级|分|块|天|多|MB|GB))"
_ALIPAY = r"(?:支付宝|支付寶|(?<![A-Za-z])(?i:alipay|zfb))(?:账号|帐号|账户|帐户|号|(?i: ?(?:account|id)))?"
_ALIPAY_WORDS = words(r"支付宝|支付寶|alipay|zhifubao|zfb|商户|partner|seller|pid")
_MOBILE = r"1[3-9][0-9][ \-]?[0-9]{4}[ \-]?[0-9]{4}(?![0-9A-Za-z])"
_MAIL = r"[A-Za-z0-9][A-Za-z0-9._\-]{0,40}@(?:[A-Za-z0-9\-]{1,40}\.){1,3}[A-Za-z]{2,10}(?![0-9A-Za-z])"


def _alipay_user(match: re.Match[str]) -> float:
    return BY_CONTEXT if beside(match, _ALIPAY_WORDS) else 0.0


RULES = (
    rule(
        "WECHAT_ID",
        "wechat",
        rf"{_WECHAT}(?:{_WECHAT_ID}|同号|名)?{_LINK}{_ID}",
        _chosen,
        anchors="信 微❤ chat weixin",
    ),
    rule("WECHAT_ID", "wechat_told", rf"{_WECHAT}{_WECHAT_ID}{_TOLD}{_ID}", _told, anchors="信 微❤ chat weixin"),
    rule(
        "WECHAT_ID",
        "wechat_slang",
        rf"{_SLANG}(?:\s{{0,2}}(?:是|为|:)\s{{0,2}}|\s{{1,2}}|(?<=[号加信])){_ID}",
        _slang,
        anchors="v wx w信",
    ),
    rule(
        "WECHAT_ID", "wxid", rf"(?P<value>w(?<![0-9A-Za-z_]w)xid_[0-9a-z]{{12,20}}){END}", BY_CONTEXT, anchors="wxid_"
    ),
    rule(
        "QQ_ID",
        "qq",
        rf"{_QQ}{_QQ_NUMBER}{_LINK}(?P<value>[1-9][0-9]{{4,10}}){END}(?![.\-@/][0-9A-Za-z]){_COUNTED}",
        BY_CONTEXT,
        anchors="q 扣扣 企鹅",
        digits=5,
    ),
    rule(
        "QQ_ID",
        "qq_after",
        rf"(?P<value>{alone('[1-9]')}[0-9]{{5,10}})\s{{0,2}}(?:[(（]\s?(?i:qq)号?\s?[)）]|是?我的?(?i:qq))",
        BY_CONTEXT,
        anchors="q",
        digits=6,
    ),
    rule(
        "ALIPAY_ID", "alipay", rf"{_ALIPAY}{_LINK}(?P<value>{_MOBILE}|{_MAIL})", BY_CONTEXT, anchors="支付 alipay zfb"
    ),
    rule("ALIPAY_ID", "alipay_user", rf"(?P<value>{alone('2')}088[0-9]{{12}}){END}", _alipay_user, anchors="2088"),
)
