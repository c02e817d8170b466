"""Phone numbers: Chinese mobiles, landlines and hotlines, North American ones, and any with a country code."""

from __future__ import annotations

import re

from finewarden.personal_data.rules.rule import BY_CONTEXT, BY_SHAPE, END, alone, beside, rule, words

__all__ = ["RULES"]

_CONTEXT = words(
    r"电话|電話|手机|手機|联系|聯繫|聯絡|致电|拨打|来电|座机|热线|短信|微信|号码|號碼|传真|客服|(?<![a-z])(?:tel|phone|mobile|cell|mob|call|"
    r"whatsapp|wechat|vx|fax|contact|text|sms|dial|reach|ring)"
)
_OTHER_NUMBER = words(
    r"(?:订单|訂單|单号|單號|编号|编码|编號|流水号?|运单|快递|物流|货号|型号|批号|序列号|条码|条形码|商品|交易号|发票|(?<![a-z])id|order|invoice|"
    r"tracking|serial|sku|isbn|ean|upc|item|product|tweet|ticket|timestamp|[¥￥$€£]|[=/_])[^0-9A-Za-z\n,;。]{0,4}(?:是|为|no\.?|number)?[^0-9\n,;。]{0,3}$"
)
_UNIT = re.compile(
    r"\s?(?:元|美元|万|亿|块|円|日元|%|个|人|次|[kKMG]?[bB](?:ytes?)?\b|ms\b|USD|RMB|CNY|\.[0-9]|\.html?|/[0-9a-zA-Z])"
)
# Networks' codes in the numbering plan of China (MIIT): the third digits that are given out.
_MOBILE = r"1(?:3[0-9]|4[5-9]|5[0-35-9]|6[2567]|7[0-8]|8[0-9]|9[0-35-9])"


def _is_number_of_something_else(match: re.Match[str]) -> bool:
    start, end = match.span("value")
    return (
        _UNIT.match(match.string, end) is not None
        or _OTHER_NUMBER.search(match.string, max(0, start - 20), start) is not None
    )


def _mobile(match: re.Match[str]) -> float:
    if match["value"].endswith("0000000"):
        return 0.0
    if beside(match, _CONTEXT, 16, 8):
        return BY_CONTEXT
    return 0.0 if _is_number_of_something_else(match) else BY_SHAPE


def _landline(match: re.Match[str]) -> float:
    if beside(match, _CONTEXT, 16, 4):
        return BY_CONTEXT
    return 0.0 if _is_number_of_something_else(match) else BY_SHAPE


def _by_words_alone(match: re.Match[str]) -> float:
    return BY_CONTEXT if beside(match, _CONTEXT, 16, 0) else 0.0


def _international(match: re.Match[str]) -> float:
    digits = sum(char in "0123456789" for char in match["value"])
    if not 8 <= digits <= 15:
        return 0.0
    return BY_CONTEXT if beside(match, _CONTEXT, 16, 4) else BY_SHAPE


def _north_american(match: re.Match[str]) -> float:
    return BY_CONTEXT if beside(match, _CONTEXT, 16, 0) else BY_SHAPE


_G = r"[ \-]?"
_CHINA = rf"(?:(?:\+|00)?86[ \-]?|\((?:\+|00)?86\)[ \-]?|\+?86\(0\)[ \-]?)"
# Not a digit nor a letter before it, save a word for a phone: "tel138…".
_FREE = (
    r"(?:(?<![0-9A-Za-z])|(?<=[a-zA-Z])(?:(?<=(?i:tel))|(?<=(?i:phone))|(?<=(?i:mobile))|(?<=(?i:mob))|(?<=(?i:call))"
    r"|(?<=(?i:vx))|(?<=(?i:wx))))(?<![0-9]\.)"
)
_CLOSED = r"(?:(?![0-9A-Za-z])|(?=(?i:vx|wx|qq|wechat)))"
_EXTENSION = r"(?:\s?(?:转|分机号?|(?i:ext)\.?|[#xX\-])\s?[0-9]{2,6})?"
_AREA = r"0(?:10|2[0-57-9]|[3-9][0-9]{2})"
_SPOKEN = "[〇零○一二三四五六七八九幺壹贰叁肆伍陆柒捌玖]"

RULES = (
    rule(
        "PHONE_NUMBER",
        "china_mobile",
        rf"{_FREE}(?P<value>{_CHINA}?(?:{_MOBILE}{_G}[0-9]{{4}}{_G}[0-9]{{4}}|{_MOBILE}[0-9][ \-][0-9]{{3}}[ \-][0-9]{{4}}"
        rf"|{_MOBILE}[0-9][ \-][0-9]{{4}}[ \-][0-9]{{3}}|{_MOBILE}\.[0-9]{{4}}\.[0-9]{{4}}|{_MOBILE}[0-9]{{3}}[ \-][0-9]{{5}}|1 [3-9](?: [0-9]){{9}})){_CLOSED}",
        _mobile,
        digits=11,
    ),
    rule(
        "PHONE_NUMBER",
        "china_landline",
        rf"(?<![0-9A-Za-z])(?<![0-9][.\-])(?P<value>(?:{_CHINA}\(?{_AREA[1:]}\)?|{_CHINA}\(0\)[ \-]?(?:10|2[0-57-9]|[3-9][0-9]{{2}})|\({_AREA}\)|{_AREA}(?=[ \-]))[ \-]?"
        rf"(?:[2-8][0-9]{{6,7}}|[2-8][0-9]{{2,3}}[ \-][0-9]{{4}}){_EXTENSION}){END}(?!-[0-9])",
        _landline,
        digits=9,
    ),
    rule(
        "PHONE_NUMBER",
        "china_landline_together",
        rf"(?P<value>{alone('0')}(?:10|2[0-57-9]|[3-9][0-9]{{2}})[2-8][0-9]{{6,7}}{_EXTENSION}){END}",
        _by_words_alone,
        digits=10,
    ),
    rule(
        "PHONE_NUMBER",
        "china_local",
        r"(?:电话|電話|座机|(?<![A-Za-z])(?i:tel)\.?)(?:号码)?\s{0,2}(?:是|为|:)?\s{0,3}"
        rf"(?P<value>[2-8][0-9]{{2,3}}{_G}[0-9]{{4}}{_EXTENSION}){END}(?!-[0-9])",
        BY_CONTEXT,
        anchors="电话 電話 座机 tel",
        digits=7,
    ),
    rule(
        "PHONE_NUMBER",
        "china_hotline",
        rf"(?P<value>{alone('[48]')}00(?:[ \-][0-9]{{3}}[ \-][0-9]{{4}}|[ \-]?[0-9]{{4}}[ \-]?[0-9]{{3}}|[ \-][0-9]{{7}})){END}",
        BY_SHAPE,
        digits=10,
    ),
    rule(
        "PHONE_NUMBER",
        "china_spoken",
        rf"(?P<value>[一幺壹](?<!{_SPOKEN}[一幺壹])[三四五六七八九叁肆伍陆柒捌玖]{_SPOKEN}{{9}})(?!{_SPOKEN})",
        BY_SHAPE,
        anchors="一 幺 壹",
    ),
    rule(
        "PHONE_NUMBER",
        "international",
        r"(?P<value>\+(?<![0-9A-Za-z)\]+]\+)[1-9][0-9]{0,2}(?:[ .\-]?\([0-9]{1,4}\))?[ .\-]?[0-9]{1,4}(?:[ .\-]?[0-9]{2,4}){1,4})"
        rf"{END}(?!\.[0-9])",
        _international,
        anchors="+",
        digits=8,
    ),
    rule(
        "PHONE_NUMBER",
        "north_american",
        rf"(?<![0-9A-Za-z])(?<![0-9A-Za-z][.\-])(?P<value>(?:1[ .\-])?(?:\([2-9][0-9]{{2}}\) ?|[2-9][0-9]{{2}}[ .\-])[2-9][0-9]{{2}}[.\-][0-9]{{4}}){END}(?!-[0-9])",
        _north_american,
        digits=10,
    ),
)
