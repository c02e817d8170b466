"""Invented personal data as people in China write it, check digits right. For `pii_zh_generator.py`.

Every function takes a random generator and gives one value. The numbers follow GB 11643 (resident ID), GB 32100
(unified social credit code), ISO/IEC 7812 (cards), GA 36 (number plates) and China's numbering plan (mobile phones).
"""

from __future__ import annotations

import string
from collections.abc import Callable
from random import Random

__all__ = ["VALUES", "WRITTEN"]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"  # noqa: E501
_DOUBLE = ("欧阳", "司马", "上官", "诸葛", "皇甫", "慕容", "令狐", "东方")
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红建国志文斌晓佳琪梓涵宇轩浩然雨欣怡子墨思远嘉俊辰一诺可欣若曦睿泽宁博雅诗淑珍凤洁梅琳素云莲真环雪荣爱妹香月莺媛瑞凡嘉琼勤珊莎锦黛青倩婷姣婉娴瑾颖露瑶"  # noqa: E501
_UYGHUR = ("阿依古丽·买买提", "买买提·艾力", "古丽娜尔·阿不都", "迪丽热巴·吐尔逊", "艾山江·玉素甫")

_PLACES = (
    ("北京市", "", "朝阳区", "110105"),
    ("北京市", "", "海淀区", "110108"),
    ("上海市", "", "浦东新区", "310115"),
    ("上海市", "", "徐汇区", "310104"),
    ("重庆市", "", "渝中区", "500103"),
    ("天津市", "", "南开区", "120104"),
    ("广东省", "深圳市", "南山区", "440305"),
    ("广东省", "广州市", "天河区", "440106"),
    ("广东省", "佛山市", "顺德区", "440606"),
    ("浙江省", "杭州市", "西湖区", "330106"),
    ("浙江省", "宁波市", "鄞州区", "330212"),
    ("浙江省", "金华市", "义乌市", "330782"),
    ("江苏省", "南京市", "鼓楼区", "320106"),
    ("江苏省", "苏州市", "昆山市", "320583"),
    ("四川省", "成都市", "武侯区", "510107"),
    ("湖北省", "武汉市", "洪山区", "420111"),
    ("湖南省", "长沙市", "岳麓区", "430104"),
    ("陕西省", "西安市", "雁塔区", "610113"),
    ("山东省", "青岛市", "市南区", "370202"),
    ("河南省", "郑州市", "金水区", "410105"),
    ("福建省", "厦门市", "思明区", "350203"),
    ("辽宁省", "大连市", "中山区", "210202"),
    ("黑龙江省", "哈尔滨市", "南岗区", "230103"),
    ("云南省", "昆明市", "五华区", "530102"),
    ("广西壮族自治区", "南宁市", "青秀区", "450103"),
    ("内蒙古自治区", "呼和浩特市", "赛罕区", "150105"),
    ("新疆维吾尔自治区", "乌鲁木齐市", "天山区", "650102"),
)
_ROADS = _words(
    "建国路 中山路 解放大道 人民南路 文一西路 科技园路 滨河大道 长江路 和平里东街 学院路 珞喻路 "
    "五四大街 世纪大道 天府三街 望京西路 桂庙路 湖滨北路 南京东路 金田路 教工路"
)
_ESTATES = _words("阳光花园 金色家园 翠湖小区 万科城 绿地新都会 保利香槟 世纪城 幸福里 锦绣江南 融创壹号院")
_TITLES = ("先生", "女士", "小姐", "老师", "医生", "经理", "师傅")
_WORDS = _words("sunny lucky happy blue star moon cat dog panda tiger rain snow leaf river stone xiao da ming hua lei")
_MOBILE = _words(
    "130 131 132 133 135 136 137 138 139 147 150 151 152 155 157 158 159 166 173 176 177 178 180 182 185 186 "
    "187 188 189 191 193 195 198 199"
)
_AREA = ("010", "021", "022", "023", "020", "0755", "0571", "0512", "028", "027", "0731", "029", "0532", "0371")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def digits(draw: Random, count: int) -> str:
    """*count* digits."""
    return "".join(draw.choices(string.digits, k=count))


def luhn(body: str) -> str:
    """*body* with its check digit after it."""
    total = 0
    for place, each in enumerate(reversed(body)):
        number = int(each) * (2 if place % 2 == 0 else 1)
        total += number // 10 + number % 10
    return body + str(-total % 10)


def name(draw: Random) -> str:
    """A person, most often of two or three characters."""
    kind = draw.random()
    if kind < 0.05:
        return draw.choice(_DOUBLE) + "".join(draw.choices(_GIVEN, k=draw.randint(1, 2)))
    return draw.choice(_SURNAMES) + "".join(draw.choices(_GIVEN, k=1 if kind < 0.3 else 2))


def resident_id(draw: Random) -> str:
    """18 characters with the check digit of GB 11643."""
    body = draw.choice(_PLACES)[3] + f"{draw.randint(1950, 2012)}{draw.randint(1, 12):02}{draw.randint(1, 28):02}"
    body += digits(draw, 3)
    return body + "10X98765432"[sum(int(a) * b for a, b in zip(body, _WEIGHTS, strict=True)) % 11]


def wrong_id(draw: Random) -> str:
    """18 digits with a check digit that can't be: nobody's."""
    right = resident_id(draw)
    return right[:17] + str((int(right[17].replace("X", "0")) + draw.randint(1, 8)) % 10).replace("X", "1")


def mobile(draw: Random) -> str:
    """11 digits."""
    return draw.choice(_MOBILE) + digits(draw, 8)


def landline(draw: Random) -> str:
    """With its area code."""
    area = draw.choice(_AREA)
    return f"{area}-{draw.randint(2, 8)}{digits(draw, 7 if len(area) == 3 or area in ('0755', '0571') else 6)}"


def union_pay(draw: Random) -> str:
    """A UnionPay card of 16 or 19 digits."""
    length = draw.choice((16, 19, 19))
    return luhn(draw.choice(("621226", "622202", "621700", "622848", "621661", "623058")) + digits(draw, length - 7))


def visa(draw: Random) -> str:
    """A Visa card of 16 digits."""
    return luhn(draw.choice(("4367", "4512", "4096")) + digits(draw, 11))


def uscc(draw: Random) -> str:
    """18 characters with the check character of GB 32100."""
    body = "91" + draw.choice(_PLACES)[3] + digits(draw, 8) + draw.choice(_USCC)
    total = sum(_USCC.index(each) * pow(3, place, 31) for place, each in enumerate(body))
    return body + _USCC[-total % 31]


def plate(draw: Random) -> str:
    """A number plate of a car, one in four of an electric one."""
    start = draw.choice("京津沪渝冀晋辽吉黑苏浙皖闽赣鲁豫鄂湘粤桂琼川贵云陕甘青宁新") + draw.choice("ABCDEFGH")
    if draw.random() < 0.25:
        return start + draw.choice("DF") + digits(draw, 5)
    characters = list(digits(draw, 5))
    for place in draw.sample(range(5), draw.choice((0, 1, 1, 2))):  # two letters at most
        characters[place] = draw.choice("ABCDEFGHJKLMNPQRSTUVWXYZ")
    return start + "".join(characters)


def passport(draw: Random) -> str:
    """Of the form that is issued today, or the one before."""
    return "E" + draw.choice((digits(draw, 8), draw.choice("ABCDEFGHJ") + digits(draw, 7)))


def permit(draw: Random) -> str:
    """To or from Hong Kong and Macau."""
    return draw.choice(("C" + digits(draw, 8), "H" + digits(draw, 8), "M" + digits(draw, 8), "CA" + digits(draw, 7)))


def handle(draw: Random) -> str:
    """What people call themselves in a chat: starts with a letter, 6 to 20 characters."""
    first, second = draw.sample(_WORDS, 2)
    return draw.choice(
        (f"{first}_{second}{digits(draw, 2)}", f"{first}{second}{digits(draw, 4)}", f"{first}-{digits(draw, 5)}")
    )


def qq(draw: Random) -> str:
    """5 to 10 digits, the first not 0."""
    return str(draw.randint(1, 9)) + digits(draw, draw.randint(6, 9))


def email(draw: Random) -> str:
    """At one of the providers that are used most."""
    local = draw.choice((handle(draw), qq(draw), draw.choice(_WORDS) + "." + draw.choice(_WORDS)))
    hosts = ("qq.com", "163.com", "126.com", "sina.com.cn", "foxmail.com", "gmail.com", "aliyun.com")
    return f"{local}@{draw.choice(hosts)}"


def ipv4(draw: Random) -> str:
    """A public address."""
    first = draw.choice(
        (36, 39, 42, 58, 61, 101, 106, 111, 112, 113, 114, 115, 116, 117, 118, 119, 120, 121, 122, 123, 124)
    )
    return f"{first}.{draw.randint(1, 250)}.{draw.randint(1, 250)}.{draw.randint(1, 250)}"


def address(draw: Random) -> str:
    """Down to the door, from the province on or from the city or the district."""
    province, city, district, _ = draw.choice(_PLACES)
    start = draw.choice((province + city + district, province + city + district, city + district or district))
    door = draw.choice(
        (
            f"{draw.randint(1, 900)}号{draw.randint(1, 30)}栋{draw.randint(1, 33)}{draw.randint(1, 4):02}室",
            f"{draw.randint(1, 900)}号{draw.choice(_ESTATES)}{draw.randint(1, 20)}号楼{draw.randint(1, 4)}单元"
            f"{draw.randint(101, 2804)}",
            f"{draw.randint(1, 900)}弄{draw.randint(1, 90)}号{draw.randint(101, 1804)}室",
            f"{draw.randint(1, 900)}号",
            f"{draw.randint(1, 900)}号{draw.choice('ABC')}座{draw.randint(3, 28)}层",
        )
    )
    return start + draw.choice(_ROADS) + door


def city(draw: Random) -> str:
    """A city as it is written out."""
    province, city_, _, _ = draw.choice(_PLACES)
    return city_ or province


def imei(draw: Random) -> str:
    """15 digits with a check digit."""
    return luhn(draw.choice(("86", "35")) + digits(draw, 12))


def mac(draw: Random) -> str:
    """Of a network card."""
    return ":".join(f"{draw.randrange(256):02X}" for _ in range(6))


def idfa(draw: Random) -> str:
    """A UUID."""
    raw = f"{draw.getrandbits(128):032X}"
    return "-".join((raw[:8], raw[8:12], raw[12:16], raw[16:20], raw[20:]))


def token(draw: Random) -> str:
    """As providers issue them."""
    letters = string.ascii_letters + string.digits
    return draw.choice(
        (
            "sk-" + "".join(draw.choices(letters, k=48)),
            "AKIA" + "".join(draw.choices(string.ascii_uppercase + "234567", k=16)),
            "ghp_" + "".join(draw.choices(letters, k=36)),
        )
    )


def session(draw: Random) -> str:
    """32 hexadecimal digits."""
    return f"{draw.getrandbits(128):032X}"


def password(draw: Random) -> str:
    """Of ten characters."""
    return "".join(draw.choices(string.ascii_letters, k=6)) + digits(draw, 3) + draw.choice("!@#$")


# Nobody's: what looks like personal data and isn't.


def order(draw: Random) -> str:
    """An order number of 15 to 20 digits that starts with the day and fails every check."""
    body = f"20{draw.randint(20, 26)}{draw.randint(1, 12):02}{draw.randint(1, 28):02}" + digits(
        draw, draw.choice((7, 11, 12))
    )
    right = luhn(body[:-1])[-1]
    return body[:-1] + (str((int(right) + 1) % 10))


def parcel(draw: Random) -> str:
    """The number of a parcel."""
    return draw.choice(("SF", "YT", "JD", "ZTO")) + digits(draw, draw.choice((12, 13)))


def isbn(draw: Random) -> str:
    """Of 13 digits."""
    body = "9787" + digits(draw, 8)
    return body + str(-sum(int(each) * (1, 3)[place % 2] for place, each in enumerate(body)) % 10)


def hotline(draw: Random) -> str:
    """A number of a company or an office."""
    return draw.choice(
        ("400-820-8820", "4008123123", "800-830-3811", "95588", "12345", "12315", "10086", "95017", "110")
    )


def price(draw: Random) -> str:
    """In yuan."""
    return f"{draw.randint(9, 99999)}.{digits(draw, 2)}"


def day(draw: Random) -> str:
    """A date."""
    return draw.choice(
        (
            f"2025年{draw.randint(1, 12)}月{draw.randint(1, 28)}日",
            f"2025-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}",
        )
    )


def model(draw: Random) -> str:
    """A product's number."""
    number = digits(draw, 6)
    letters = (f"ABC-{number[:4]}", f"HW{number}", f"M{number[:3]}-{number[3:5]}")
    return draw.choice(("RTX4090", "iPhone15ProMax", *letters))


def version(draw: Random) -> str:
    """Of a program."""
    return f"{draw.randint(1, 20)}.{draw.randint(0, 30)}.{draw.randint(0, 9)}.{draw.randint(0, 255)}"


VALUES: dict[str, tuple[str | None, Callable[[Random], str]]] = {
    "name": ("PERSON", name),
    "uyghur": ("PERSON", lambda draw: draw.choice(_UYGHUR)),
    "titled": ("?PERSON", lambda draw: draw.choice(_SURNAMES) + draw.choice(_TITLES)),
    "phone": ("PHONE_NUMBER", mobile),
    "landline": ("PHONE_NUMBER", landline),
    "id": ("CN_RESIDENT_ID", resident_id),
    "card": ("CN_BANK_CARD", union_pay),
    "visa": ("CREDIT_CARD", visa),
    "uscc": ("CN_USCC", uscc),
    "plate": ("CN_PLATE", plate),
    "passport": ("CN_PASSPORT", passport),
    "permit": ("CN_TRAVEL_PERMIT", permit),
    "wechat": ("WECHAT_ID", handle),
    "wxid": ("WECHAT_ID", lambda draw: "wxid_" + "".join(draw.choices(string.ascii_lowercase + string.digits, k=14))),
    "qq": ("QQ_ID", qq),
    "alipay": ("ALIPAY_ID", lambda draw: draw.choice((mobile, email))(draw)),
    "email": ("EMAIL_ADDRESS", email),
    "ip": ("IP_ADDRESS", ipv4),
    "address": ("STREET_ADDRESS", address),
    "city": ("LOCATION", city),
    "branch": ("?LOCATION", city),
    "imei": ("IMEI", imei),
    "mac": ("MAC_ADDRESS", mac),
    "idfa": ("DEVICE_ID", idfa),
    "token": ("SECRET", token),
    "password": ("SECRET", password),
    "session": ("SESSION_ID", session),
    "wrong_id": (None, wrong_id),
    "order": (None, order),
    "parcel": (None, parcel),
    "isbn": (None, isbn),
    "hotline": (None, hotline),
    "price": (None, price),
    "day": (None, day),
    "model": (None, model),
    "version": (None, version),
    "n": (None, lambda draw: str(draw.randint(2, 99))),
    "nn": (None, lambda draw: digits(draw, 6)),
}
"""What a template may ask for: the entity (None: nobody's; with "?" neither wanted nor wrong) and its maker."""


def _grouped(value: str, size: int, by: str) -> str:
    return by.join(value[place : place + size] for place in range(0, len(value), size))


WRITTEN: dict[str, Callable[[str], str]] = {
    "full": lambda value: "".join(chr(ord(each) + 0xFEE0) if "!" <= each <= "~" else each for each in value),
    "space": lambda value: f"{value[:3]} {value[3:7]} {value[7:]}",
    "dash": lambda value: f"{value[:3]}-{value[3:7]}-{value[7:]}",
    "fours": lambda value: _grouped(value, 4, " "),
    "86": lambda value: "+86 " + value,
    "86glued": lambda value: "86" + value,
    "0086": lambda value: "0086-" + value,
    "lower": str.lower,
    "hidden": lambda value: value[:4] + "\u200b" + value[4:],
    "brackets": lambda value: f"({value.partition('-')[0]}){value.partition('-')[2]}",
    "dot": lambda value: value[:2] + "·" + value[2:],
    "gap": lambda value: value[:2] + " " + value[2:],
}
"""Ways to write a value: ``{{phone|full}}``."""
