"""What a text states of somebody in so many words: place, age, gender, birth, employer, title, school, order.

Chinese and English. What is only implied ("my wife and I") is not read. Every pattern is bounded, and of a text longer
than `READ` characters the beginning is read: what is longer is no record of one person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from finewarden.personal_data.rules.characters import plain
from finewarden.personal_data.subjects.attributes import Attribute, Kind, normal

__all__ = ["READ", "stated"]

READ = 100_000

_HAN = r"\u4e00-\u9fff"
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
_DATE = (
    r"(?:(?:19|20)[0-9]{2}\s?[年./-]\s?[0-9]{1,2}(?:\s?[月./-]\s?[0-9]{1,2})?|[0-9]{1,2}[./-][0-9]{1,2}[./-](?:19|20)[0-9]{2}"
    rf"|{_MONTH}\s[0-9]{{1,2}}(?:st|nd|rd|th)?,?\s(?:19|20)[0-9]{{2}}|[0-9]{{1,2}}\s{_MONTH},?\s(?:19|20)[0-9]{{2}}"
    r"|(?:19|20)[0-9]{2}(?![0-9]))"
)
_NAME = r"[A-Z][\w.'&-]{0,30}(?:\s(?:of|the|and|for|at|[A-Z][\w.'&-]{0,30})){0,6}"
_TITLE = (
    r"(?:[a-z-]{2,20}\s){0,3}(?:engineer|nurse|teacher|doctor|physician|surgeon|dentist|manager|director|developer|analyst|"
    r"lawyer|attorney|accountant|driver|professor|consultant|officer|chef|cook|clerk|cashier|pharmacist|therapist|"
    r"designer|architect|technician|electrician|plumber|mechanic|scientist|researcher|librarian|journalist|pilot|"
    r"firefighter|paramedic|secretary|receptionist|supervisor|programmer|administrator|president|ceo|cto|cfo)"
)
_FIRM = (
    r"(?:公司|集团|银行|医院|研究院|研究所|事务所|工厂|法院|检察院|派出所|委员会|税务局|公安局|教育局|大学|学院|中学|小学|"
    r"幼儿园)"
)
_SCHOOL = r"(?:大学|学院|中学|小学|学校|附中|一中|二中)"
_POST = (
    r"(?:经理|总监|工程师|老师|教师|教授|医生|医师|护士|会计|出纳|律师|司机|主任|厂长|局长|处长|科长|院长|校长|董事长|总裁|主管|"
    r"程序员|设计师|销售员|客服|警察|研究员|店长|秘书|架构师|分析师)"
)


def _pattern(text: str, flags: int = 0) -> re.Pattern[str]:
    return re.compile(text, flags)


_PATTERNS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        "place",
        _pattern(
            rf"(?:家?住在?|现居|定居|居住地|所在地|所在城市|老家|籍贯|户籍|坐标|来自)(?:在|于)?\s?[:是]?\s?(?P<value>[{_HAN}]{{2,16}})"
        ),
    ),
    (
        "place",
        _pattern(
            r"\b(?i:(?:I|we|s?he|they|who) lived? in|lives in|living in|based in|resident of|(?:am|'m|comes?) from)\s"
            r"(?P<value>[A-Z][a-z'.-]{1,20}(?:\s[A-Z][a-z'.-]{1,20}){0,2})"
        ),
    ),
    (
        "age",
        _pattern(
            r"(?<![0-9.\-~至到])(?P<value>[1-9][0-9]{0,2})\s?(?:周岁|岁)(?!(?:及|或)?以?[上下内]|起|的?(?:小)?狗|的?猫)"
        ),
    ),
    (
        "age",
        _pattern(r"\b(?P<value>[1-9][0-9]{0,2})[- ]years?[- ]old\b|\bI(?:'m| am) (?P<other>[1-9][0-9])(?=[,.]| and )"),
    ),
    ("gender", _pattern(r"性别\s?[:是为]?\s?(?P<value>男|女)")),
    ("gender", _pattern(r"[,，、;；/|](?:\s)?(?P<value>男|女)(?:性|士)?(?=\s?[,，、;；/|。]|$)", re.MULTILINE)),
    ("gender", _pattern(r"[0-9]\s?岁的?(?P<value>男|女)(?![友儿婿朋])")),
    ("gender", _pattern(r"\b(?:gender|sex)\s?[:=]\s?(?P<value>female|male|woman|man|f|m)\b", re.IGNORECASE)),
    (
        "gender",
        _pattern(
            r"(?:[0-9][- ]years?[- ]old|\b(?:I'm|I am|(?:s?he) is) an?) (?:[a-z]{2,20}\s){0,2}"
            r"(?P<value>female|male|woman|man|girl|boy)\b"
        ),
    ),
    (
        "birth",
        _pattern(
            r"(?:出生(?:日期|年月日?|时间|于)?|生日|生于|\bborn(?:\s[io]n)?|\bbirth ?da(?:y|te)|\bdate of birth|\bdob)"
            rf"\s?(?:[:=是为在]|is|was)?\s?(?P<value>{_DATE})",
            re.IGNORECASE,
        ),
    ),
    ("birth", _pattern(r"(?P<value>(?:19|20)[0-9]{2}年[0-9]{1,2}月(?:[0-9]{1,2}(?=日))?)日?(?:出)?生(?![产效活])")),
    (
        "employer",
        _pattern(rf"(?:[就任供]职于|工作单位|所在单位)\s?[:是为]?\s?(?P<value>[{_HAN}A-Za-z0-9()·&]{{2,30}}?{_FIRM})"),
    ),
    (
        "employer",
        _pattern(
            rf"(?<=在)(?P<value>[{_HAN}A-Za-z0-9()·&]{{2,24}}?{_FIRM})(?:里)?(?=担任|任职|任教|做|当|工作|上班|从事)"
        ),
    ),
    (
        "employer",
        _pattern(rf"\b(?i:work(?:s|ed|ing)?\s(?:at|for)|employed\s(?:at|by)|employer\s?[:=])\s?(?P<value>{_NAME})"),
    ),
    ("employer", _pattern(rf"\b(?i:{_TITLE}\s(?:at|for|with))\s(?P<value>{_NAME})")),
    ("title", _pattern(rf"(?:担任|职[位务业]\s?[:是为]|从事|当|做)\s?(?P<value>[{_HAN}]{{0,6}}?{_POST})")),
    (
        "title",
        _pattern(
            r"\b(?:I'm|I am|s?he is|s?he's|work(?:s|ed|ing)? as|old|occupation\s?[:=]|job title\s?[:=])\s(?:an?\s)?"
            rf"(?P<value>{_TITLE})\b",
            re.IGNORECASE,
        ),
    ),
    (
        "school",
        _pattern(
            rf"(?:毕业于|就读于|考上|考入|母校\s?[:是为]|毕业(?:院校|学校)\s?[:是为]?|学校\s?[:是为])\s?(?P<value>[{_HAN}]{{2,16}}?{_SCHOOL})"
        ),
    ),
    ("school", _pattern(rf"(?<=在)(?P<value>[{_HAN}]{{2,16}}?{_SCHOOL})(?=上学|读书|读|念书|念|就读|毕业)")),
    (
        "school",
        _pattern(
            r"\b(?i:graduated\sfrom|graduate\sof|student\sat|stud(?:ied|ies|ying)\sat|attend(?:s|ed|ing)?|enrolled\s(?:at|in)"
            rf"|alma mater\s?(?:is|:)?)\s(?:the\s)?(?P<value>{_NAME})"
        ),
    ),
    ("email name", _pattern(r"(?<![\w.+-])(?P<value>[A-Za-z0-9][A-Za-z0-9._-]{2,40})\*{2,20}[A-Za-z0-9._-]{0,10}@")),
    (
        "order",
        _pattern(r"(?:订单|运单|快递单?|物流单)(?:编号|单号|号码|号)\s?[:是为#]{0,2}\s?(?P<value>[A-Za-z0-9-]{8,32})"),
    ),
    (
        "order",
        _pattern(
            r"\b(?:order|tracking|booking|invoice)\s?(?:no\.?|number|id|#)\s?[:=#]?\s?(?:is\s)?#?"
            r"(?P<value>[A-Z0-9][A-Z0-9-]{5,31})(?![A-Z0-9-])",
            re.IGNORECASE,
        ),
    ),
)
_AN_INSTITUTION = re.compile(r"University|College|School|Institute|Academy|Polytechnic|^[A-Z]{2,5}$")
_FEWEST_DIGITS = 4


def stated(text: str) -> Iterator[Attribute]:
    """The attributes that *text* states, with their spans."""
    seen = plain(text[:READ])
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(seen.text):
            group = match.lastgroup or "value"
            said = match[group]
            if kind == "school" and said.isascii() and not _AN_INSTITUTION.search(said):
                continue
            if kind == "order" and sum(char.isdigit() for char in said) < _FEWEST_DIGITS:
                continue
            value = normal(kind, _trimmed(said))
            if value is not None:
                yield Attribute(kind, value, *seen.span(*match.span(group)))


def _trimmed(said: str) -> str:
    """*said* without the small words that a name can hold but not end in."""
    while (shorter := re.sub(r"\s(?:of|the|and|for|at)$", "", said)) != said:
        said = shorter
    return said
