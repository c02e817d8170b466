"""Phone numbers: Chinese mobiles, landlines and hotlines, North American ones, and any with a country code."""

from __future__ import annotations

import re

from finewarden.personal_data.rules.rule import BY_CONTEXT, BY_SHAPE, END, alone, beside, rule, words

__all__ = ["RULES", "is_quantity"]

_CONTEXT = words(
    r"电话|電話|手机|手機|联系|聯繫|聯絡|致电|拨打|来电|座机|热线|短信|微信|(?<![单單编編证證账帐卡件])号码|傳真|传真|客服|(?<![a-z])(?:"
    r"tel|phone|mobile|cell|mob|call|whatsapp|wechat|vx|fax|contact|text|sms|dial|reach|ring)"
)
_OTHER_NUMBER = words(
    r"(?:(?:订单|訂單|单号|單號|编号|编码|编號|流水|运单|快递|物流|货号|型号|批号|序列号|条码|条形码|商品|交易号|发票|(?<![a-z])id|order|invoice|"
    r"tracking|serial|sku|isbn|ean|upc|item|product|tweet|ticket|timestamp|[¥￥$€£])[^0-9A-Za-z\n,;。]{0,4}(?:是|为|no\.?|number)?"
    r"[^0-9\n,;。]{0,3}|[A-Za-z][=/_\-]|[.=]/)$"
)
_UNIT = re.compile(r"\s?(?:[多余]?(?:元|万|亿)|块|%|个|人|次|[kKMG]?[bB](?:ytes?)?\b|ms\b)|\.[0-9]|\.html?|/[a-zA-Z]")
# What numbers are counted in, and nobody's sentence goes on with after a phone number.
_MEASURE = re.compile(
    r"\s?(?:[多余]?(?:元(?![旦月宵])|[万亿][元美吨股])|美元|美金|港元|欧元|英镑|日元|円|韩元|人民币|吨|公斤|千克|公里|千米|平方|立方|股(?!东)|亩|辆|人次|千瓦|字节|光年|"
    r"条(?![件码例])|台(?![湾州北风])|%|(?:USD|RMB|CNY|EUR|HKD|JPY)(?![A-Za-z])|(?:tons?|shares?|dollars|yuan|kWh|MWh)(?![A-Za-z]))"
)


def is_quantity(text: str, start: int, end: int) -> bool:  # noqa: ARG001  # as all that look beside a value
    """Whether a measure word behind the digits that end at *end* says that they count something."""
    return _MEASURE.match(text, end) is not None


def _is_number_of_something_else(match: re.Match[str]) -> bool:
    start, end = match.span("value")
    if is_quantity(match.string, start, end):
        return True
    before = _OTHER_NUMBER.search(match.string, max(0, start - 20), start)
    return before is not None or _UNIT.match(match.string, end) is not None


def _in_a_path(match: re.Match[str]) -> float:
    return 0.0 if match["value"].endswith("0000000") else BY_SHAPE


def _mobile(match: re.Match[str]) -> float:
    if match["value"].endswith("0000000"):
        return 0.0
    return _landline(match)


def _landline(match: re.Match[str]) -> float:
    if beside(match, _CONTEXT, 16, 8):
        return BY_CONTEXT
    return 0.0 if _is_number_of_something_else(match) else BY_SHAPE


def _by_words_alone(match: re.Match[str]) -> float:
    return BY_CONTEXT if beside(match, _CONTEXT, 16, 0) else 0.0


def _international(match: re.Match[str]) -> float:
    return _by_words(match) if _is_as_long_as_a_number(match["value"]) else 0.0


def _is_as_long_as_a_number(value: str) -> bool:
    """ITU-T E.164: fifteen digits at the most."""
    return 8 <= sum(map(value.count, "0123456789")) <= 15


def _by_words(match: re.Match[str]) -> float:
    return BY_CONTEXT if beside(match, _CONTEXT, 16, 0) else BY_SHAPE


def _dialled(match: re.Match[str]) -> float:
    # Words first: of a row of digits every place begins one, and hardly any has words before it.
    return BY_CONTEXT if beside(match, _CONTEXT, 16, 0) and _is_as_long_as_a_number(match["value"]) else 0.0


_G = r"[ \-]?"
_CODE = r"(?:(?:\+|00)?86[ \-]?|\((?:\+|00)?86\)[ \-]?)"
_CODE_AND_ZERO = r"(?:\+|00)?86[ \-]?\(0\)[ \-]?"
# Not a digit nor a letter before it, save a word for a phone: "tel138…".
_FREE = (
    r"(?:(?<![0-9A-Za-z])|(?<=[a-zA-Z])(?:(?<=(?i:tel))|(?<=(?i:phone))|(?<=(?i:mobile))|(?<=(?i:mob))|(?<=(?i:call))"
    r"|(?<=(?i:vx))|(?<=(?i:wx))))(?<![0-9]\.)"
)
_CLOSED = r"(?:(?![0-9A-Za-z])|(?=(?i:vx|wx|qq|wechat)))"
# The third digits that are given out (numbering plan of MIIT).
_MOBILE = r"1(?:3[0-9]|4[5-9]|5[0-35-9]|6[2567]|7[0-8]|8[0-9]|9[0-35-9])"
_MOBILE_GROUPS = "|".join(
    (
        rf"{_MOBILE}{_G}[0-9]{{4}}{_G}[0-9]{{4}}",
        rf"{_MOBILE}[0-9][ \-][0-9]{{3}}[ \-][0-9]{{4}}",
        rf"{_MOBILE}[0-9][ \-][0-9]{{4}}[ \-][0-9]{{3}}",
        rf"{_MOBILE}[0-9]{{3}}[ \-][0-9]{{5}}",
        rf"{_MOBILE}\.[0-9]{{4}}\.[0-9]{{4}}",
        r"1 [3-9](?: [0-9]){9}",
    )
)
# What a part of a path names people by.
_PERSONS = (
    r"(?:u|users?|members?|profiles?|people|accounts?|customers?|contacts?|phones?|mobiles?|tel|wa|chat|i|me|uid)"
)
_AREA = r"(?:10|2[0-57-9]|[3-9][0-9]{2})"
_SUBSCRIBER = r"(?:[2-8][0-9]{6,7}|[2-8][0-9]{2,3}[ \-][0-9]{4})"
_EXTENSION = r"(?:\s?(?:转|分机号?|(?i:ext)\.?|[#xX\-])\s?[0-9]{2,6})?"
_AREA_FIRST = rf"(?:{_CODE}\(?0?{_AREA}\)?|{_CODE_AND_ZERO}{_AREA}|\(0{_AREA}\)|0{_AREA}(?=[ \-]))"
_ABROAD = r"[1-9][0-9]{0,2}(?:[ .\-]?\([0-9]{1,4}\))?[ .\-]?[0-9]{1,4}(?:[ .\-]?[0-9]{2,4}){1,4}"
_SPOKEN = "[〇零○一二三四五六七八九幺壹贰叁肆伍陆柒捌玖]"

RULES = (
    rule(
        "PHONE_NUMBER", "china_mobile", rf"{_FREE}(?P<value>{_CODE}?(?:{_MOBILE_GROUPS})){_CLOSED}", _mobile, digits=11
    ),
    rule(
        "PHONE_NUMBER",
        "china_mobile_in_a_path",
        # https://acme.io/u/13800138001; of goods, orders and files the same path has other numbers.
        rf"://(?:wa\.me|[^\s/]{{1,80}}/(?:[a-z0-9_\-]{{1,20}}/){{0,4}}{_PERSONS})/"
        rf"(?P<value>(?:\+?86)?{_MOBILE}[0-9]{{8}})(?![0-9A-Za-z]|\.[0-9A-Za-z])",
        _in_a_path,
        anchors="://",
        digits=11,
    ),
    rule(
        "PHONE_NUMBER",
        "china_landline",
        rf"(?<![0-9A-Za-z])(?<![0-9][.\-])(?P<value>{_AREA_FIRST}[ \-]?{_SUBSCRIBER}{_EXTENSION}){END}(?!-[0-9])",
        _landline,
        digits=9,
    ),
    rule(
        "PHONE_NUMBER",
        "china_landline_together",
        rf"(?P<value>{alone('0')}{_AREA}[2-8][0-9]{{6,7}}{_EXTENSION}){END}",
        _by_words_alone,
        digits=10,
    ),
    rule(
        "PHONE_NUMBER",
        "china_local",
        r"(?:电话|電話|座机|(?<![A-Za-z])(?i:tel)\.?)(?:号码)?\s{0,2}(?:是|为|:)?\s{0,3}"
        rf"(?P<value>[2-9][0-9]{{2,3}}{_G}[0-9]{{4}}{_EXTENSION}){END}(?!-[0-9])",
        BY_CONTEXT,
        anchors="电话 電話 座机 tel",
        digits=7,
    ),
    rule(
        "PHONE_NUMBER",
        "china_hotline",
        rf"(?P<value>{alone('[48]')}00(?:[ \-][0-9]{{3}}[ \-][0-9]{{4}}|{_G}[0-9]{{4}}{_G}[0-9]{{3}}"
        rf"|[ \-][0-9]{{7}})){END}",
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
        rf"(?P<value>\+(?<![0-9A-Za-z)\]+]\+){_ABROAD}){END}(?!\.[0-9])",
        _international,
        anchors="+",
        digits=8,
    ),
    rule(
        "PHONE_NUMBER",
        "international_dialled",
        rf"(?P<value>{alone('0')}0{_ABROAD}){END}(?!\.[0-9])",
        _dialled,
        digits=8,
    ),
    rule(
        "PHONE_NUMBER",
        "north_american",
        r"(?<![0-9A-Za-z])(?<![0-9A-Za-z][.\-])(?P<value>(?:1[ .\-])?(?:\([2-9][0-9]{2}\) ?|[2-9][0-9]{2}[ .\-])"
        rf"[2-9][0-9]{{2}}[.\-][0-9]{{4}}){END}(?!-[0-9])",
        _by_words,
        digits=10,
    ),
)
