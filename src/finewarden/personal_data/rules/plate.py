"""Number plates (GA 36): seven characters, eight for electric cars, and those of embassies and the armed police."""

from __future__ import annotations

import re

from finewarden.personal_data.rules.rule import BY_CONTEXT, BY_SHAPE, END, beside, rule, words

__all__ = ["RULES"]

_PROVINCES = "京津沪渝冀豫辽黑湘皖鲁苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
# Ends of common words before the name of a product: 全新A12345, 阿里云C12345.
_PROVINCE = rf"(?:[{_PROVINCES}]|新(?<![最全更创革重清翻刷崭]新)|云(?<![里讯为动度百移]云))"
_CONTEXT = words(r"车牌|車牌|号牌|牌照|牌号|车号|车辆|停车|驾驶|挂牌|plate|licen[cs]e|vehicle")
_ODDLY_WRITTEN = re.compile(r"[^0-9A-Za-z\u4e00-\u9fff]+")


def _score(match: re.Match[str]) -> float:
    letters = sum(char.isascii() and char.isalpha() for char in _ODDLY_WRITTEN.sub("", match["value"])[2:])
    if letters > 3:  # no series has more than two, and an electric car one that says so
        return 0.0
    return BY_CONTEXT if beside(match, _CONTEXT, 20, 8) else BY_SHAPE


_ELECTRIC = "[A-HJKa-hjk]"
_C = "[A-HJ-NP-Za-hj-np-z0-9]"
_GAP = r"[ ·•・.\-]?"

RULES = (
    rule(
        "CN_PLATE",
        "plate",
        rf"(?P<value>{_PROVINCE} ?[A-HJ-NP-Za-hj-np-z]{_GAP}"
        rf"(?:{_C}{{4}}[警学港澳挂领使试超]|[0-9]{{5}}{_ELECTRIC}|{_ELECTRIC}{_C}[0-9]{{4}}|{_C}{{5}})){END}",
        _score,
        digits=2,
    ),
    rule("CN_PLATE", "embassy_plate", rf"(?P<value>使[0-9]{{6}}|[0-9]{{6}}使){END}", _score, anchors="使", digits=6),
    rule(
        "CN_PLATE",
        "police_plate",
        rf"(?P<value>(?:WJ{_GAP}[{_PROVINCES}新云]?{_GAP}[0-9]{{4}}[0-9TDSHBXJ])){END}",
        _score,
        anchors="wj",
        digits=4,
    ),
)
