"""Names that a form labels (收件人：张伟) or a phone number follows (张伟 13800138000): by rule, beside the model.

A model of sentences sees little in a form; a rule sees all that a form has. Only Chinese surnames with one or two
characters more, so that a field with anything else in it is no name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from finewarden.personal_data.chinese_names.person_names import CHINESE_NAME, score_of
from finewarden.personal_data.chinese_names.reading import HAN
from finewarden.personal_data.finding import Finding

__all__ = ["find_labelled", "with_labelled"]

# What only a person is called, and what also stands before other words: "用户 方便" is no label and name.
_PERSON = (
    "姓名|收件人|收货人|寄件人|发件人|联系人|签收人|申请人|投保人|被保险人|受益人|法定代表人|法人代表|负责人|经办人|户主|被告人|嫌疑人|当事人|"
    "乘车人|乘机人|持卡人|开户人|付款人|收款人|经手人|监护人|承租人|出租人"
)
_ANYBODY = (
    "法人|业主|患者|病人|被告|原告|证人|乘客|旅客|户名|家长|考生|学生|员工|客户|用户|会员|房东|租客|甲方|乙方|[Nn]ame"
)
_SPACE = r"[ \t\u3000]{0,3}"
_LABELLED = re.compile(
    rf"(?:(?:{_PERSON})(?:[\"'”]?{_SPACE}[:：=|]|[ \t\u3000])|(?:{_ANYBODY})(?:姓名)?[\"'”]?{_SPACE}[:：=|])"
    rf"{_SPACE}[\"'“]?(?P<name>{CHINESE_NAME})(?![{HAN}])"
)
_MOBILE = r"(?:\+?86[- ]?)?1[3-9][0-9](?:[ -]?[0-9]{4}){2}(?![0-9])"
_BEFORE_PHONE = re.compile(rf"(?<![{HAN}])(?P<name>{CHINESE_NAME})[ \t\u3000,，、:：;；_/|(（\-\"]{{0,3}}{_MOBILE}")


def find_labelled(text: str) -> list[Finding]:
    """PERSON for each labelled name of *text*, in order."""
    spans = {match.span("name") for pattern in (_LABELLED, _BEFORE_PHONE) for match in pattern.finditer(text)}
    scored = ((start, end, score_of(text[start:end])) for start, end in sorted(spans))
    return [Finding("PERSON", start, end, score, "labelled_name") for start, end, score in scored if score]


def with_labelled(names: Sequence[Finding], text: str) -> list[Finding]:
    """*names* that a model found in *text* and the labelled ones, sorted; a labelled name that the model saw a part of
    stands for it, one that the model saw more of is dropped.
    """
    labelled = find_labelled(text)
    if not labelled:
        return list(names)
    persons = {at: each for each in names if each.entity == "PERSON" for at in range(each.start, each.end)}
    kept: list[Finding] = []
    gone: set[Finding] = set()
    for each in labelled:
        seen = {persons[at] for at in range(each.start, each.end) if at in persons}
        if all(each.start <= other.start and other.end <= each.end for other in seen):
            gone |= seen
            kept.append(each)
    return sorted([*(each for each in names if each not in gone), *kept], key=lambda each: (each.start, each.end))
