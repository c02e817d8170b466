"""What a text states of somebody in so many words: place, age, gender, birth, employer, title, school, order.

Chinese and English. What is only implied ("my wife and I") is not read. Every pattern is bounded, and of a text longer
than `READ` characters the beginning is read: what is longer is no record of one person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from finewarden.personal_data.divisions import city_of
from finewarden.personal_data.rules.characters import plain
from finewarden.personal_data.rules.english_age import is_a_things
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
_COUNTRY = (
    "美国|英国|法国|德国|日本|韩国|朝鲜|俄罗斯|加拿大|澳大利亚|新西兰|意大利|西班牙|葡萄牙|荷兰|比利时|瑞士|瑞典|挪威|丹麦|芬兰|波兰|奥地利|希腊|"
    "土耳其|印度|巴基斯坦|孟加拉国|越南|泰国|缅甸|老挝|柬埔寨|马来西亚|新加坡|印度尼西亚|印尼|菲律宾|蒙古国|哈萨克斯坦|乌克兰|巴西|阿根廷|墨西哥|"
    "埃及|南非|尼日利亚|肯尼亚|伊朗|以色列|沙特阿拉伯"
)
_FIRMS = "company|companies|firm|brand|start-?up|business|store|shop|team|project|product|公司|品牌|产品|项目"
_WHO = (
    r"\b(?:I'm|I am|I was|[Ss]?[Hh]e is|[Ss]?[Hh]e's|[Ss]?[Hh]e was|who is|[Ww]ork(?:s|ed|ing)? as|[Yy]ears?[- ]old"
    r"|[A-Z][a-z]{1,20},)\s(?:an?\s|the\s)?(?:[1-9][0-9]?[- ]years?[- ]old\s)?"
)
_NO_EMPLOYER = re.compile(
    r"(?:Free|You|Us|Me|Sure|Now|Real|Good|All|Everyone|Windows|Android|iOS|iPhone|iPad|mac(?:OS)?|Mac|Linux|Ubuntu|Chrome"
    r"|Safari|Firefox|Excel|Word|Outlook|Office|Java|Python|JavaScript)\b"
)


def _pattern(text: str, flags: int = 0) -> re.Pattern[str]:
    return re.compile(text, flags)


_PATTERNS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        "place",
        _pattern(
            rf"(?:家?住在?|现居|定居|居住地|所在地|所在城市|老家|籍贯|户籍|坐标)(?:在|于)?\s?[:是]?\s?(?!的)(?P<value>[{_HAN}]{{2,16}})"
        ),
    ),
    # What comes from somewhere may be a reply or a product: only a person, and only a division or a country.
    (
        "place",
        _pattern(
            r"(?:我|本人|[她他俺]|用户|会员|客户|患者|学员|同学|先生|女士)们?(?:也|都|就)?(?:是)?来自于?\s?"
            rf"(?P<value>(?:{_COUNTRY})|[{_HAN}]{{2,16}})"
        ),
    ),
    (
        "place",
        _pattern(
            r"\b(?i:(?:I|we|s?he|they|who) lived? in|lives in|living in|based in|resident of|(?:am|'m|comes?) from)\s"
            # A town with its state is one place, as the rules find it.
            r"(?P<value>[A-Z][a-z'-]{1,20}(?:\s[A-Z][a-z'-]{1,20}){0,2}(?:, [A-Z][a-z'-]{1,20})?)"
        ),
    ),
    (
        "age",
        _pattern(
            r"(?<![0-9.\-~至到])(?<![\-~至到]\s)(?P<value>[1-9][0-9]{0,2})\s?(?:周岁|岁)"
            r"(?!(?:及|或)?以?[上下内]|起|的?(?:小)?狗|的?猫|\s?[-~至到]\s?[0-9])"
        ),
    ),
    (
        "age",
        _pattern(r"\b(?P<value>[1-9][0-9]{0,2})[- ]years?[- ]old\b|\bI(?:'m| am) (?P<other>[1-9][0-9])(?=[,.]| and )"),
    ),
    ("gender", _pattern(r"(?<!接口)(?<!插头)(?<!接头)性别\s?[:是为]?\s?(?P<value>男|女)(?![头孔插座针])")),
    ("gender", _pattern(r"[,，、;；/|](?:\s)?(?P<value>男|女)(?:性|士)?(?=\s?[,，、;；/|。]|$)", re.MULTILINE)),
    ("gender", _pattern(r"[0-9]\s?岁的?(?P<value>男|女)(?![友儿婿朋])")),
    (
        "gender",
        _pattern(
            r"\b(?:gender|sex)\s?[:=]\s?(?P<value>female|male|woman|man|f|m)\b"
            r"(?!\s?\(?(?:connector|plug|socket|jack|adapter|thread|pin|to\s))",
            re.IGNORECASE,
        ),
    ),
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
            rf"(?<!公司)(?<!品牌)(?<!产品)(?<!项目)(?<!brand was )(?<!company was )(?<!firm was )"
            r"(?:出生(?:日期|年月日?|时间|于)?|生日|生于|\bborn(?:\s[io]n)?|\bbirth ?da(?:y|te)|\bdate of birth|\bdob)"
            rf"\s?(?:[:=是为在]|is|was)?\s?(?P<value>{_DATE})"
            rf"(?![,，]?\s?(?:(?:our|the|this|my)\s)?(?:{_FIRMS}))",
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
    # "Ask the store manager at Best Buy" employs nobody that the text is about.
    (
        "employer",
        _pattern(
            rf"(?:{_WHO})(?![a-z]{{1,12}} (?:the|an?|our|your)\s)(?i:{_TITLE}\s(?:at|for|with))\s(?P<value>{_NAME})"
        ),
    ),
    (
        "title",
        _pattern(
            rf"(?:担任|职[位务业]\s?[:是为]|从事|当|做)\s?(?P<value>[{_HAN}]{{0,6}}?{_POST})(?!真?[好很太真超累难不])"
        ),
    ),
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
_FROM = re.compile(r"来自于?\s?\Z")


def stated(text: str) -> Iterator[Attribute]:
    """The attributes that *text* states, with their spans."""
    seen = plain(text[:READ])
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(seen.text):
            group = match.lastgroup or "value"
            said = match[group]
            if _is_no_ones(kind, seen.text, *match.span(group)):
                continue
            value = normal(kind, _trimmed(said))
            if value is not None:
                yield Attribute(kind, value, *seen.span(*match.span(group)))


def _is_no_ones(kind: Kind, text: str, start: int, end: int) -> bool:
    """Whether what the words state is no person's: a school that is none, the age of a thing, a product that somebody
    is an engineer for, a reply that comes from a shop.
    """
    said = text[start:end]
    if kind == "school":
        return said.isascii() and not _AN_INSTITUTION.search(said)
    if kind == "order":
        return sum(char.isdigit() for char in said) < _FEWEST_DIGITS
    if kind == "age":
        return is_a_things(text, start, end)
    if kind == "employer":
        return _NO_EMPLOYER.match(said) is not None
    if kind == "place" and _FROM.search(text, max(0, start - 4), start):
        return not (re.match(_COUNTRY, said) or city_of(said))
    return False


def _trimmed(said: str) -> str:
    """*said* without the small words that a name can hold but not end in."""
    while (shorter := re.sub(r"\s(?:of|the|and|for|at)$", "", said)) != said:
        said = shorter
    return said
