"""A value replaced by what many share: the city of an address, the year of a date, the decade of an age."""

from __future__ import annotations

import ipaddress
import re
import unicodedata

__all__ = ["generalise", "with_decade"]

# The first two digits of a resident ID (GB/T 2260). 71, 81 and 82 have residence permits of the same form.
_PROVINCES = {
    "11": "北京市", "12": "天津市", "13": "河北省", "14": "山西省", "15": "内蒙古自治区", "21": "辽宁省",
    "22": "吉林省", "23": "黑龙江省", "31": "上海市", "32": "江苏省", "33": "浙江省", "34": "安徽省",
    "35": "福建省", "36": "江西省", "37": "山东省", "41": "河南省", "42": "湖北省", "43": "湖南省",
    "44": "广东省", "45": "广西壮族自治区", "46": "海南省", "50": "重庆市", "51": "四川省", "52": "贵州省",
    "53": "云南省", "54": "西藏自治区", "61": "陕西省", "62": "甘肃省", "63": "青海省", "64": "宁夏回族自治区",
    "65": "新疆维吾尔自治区", "71": "台湾省", "81": "香港特别行政区", "82": "澳门特别行政区",
}  # fmt: skip
_YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")
# A year in the old spelling of a birth date, 19850312, which has no boundary after it.
_COMPACT = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?![0-9])")
_NUMBER = re.compile(r"[0-9]+")
_DECADE = re.compile(r"(?<![0-9])(?:[1-8]0-[1-8]9|0-9|90\+)(?![0-9])")
_OLDEST = 130
# Those over 89 are few enough to be told apart: 45 CFR 164.514(b)(2)(i)(C).
_TOP = 90


def generalise(entity: str, value: str) -> str | None:
    """What *value* has in common with many others; None where that is not certain, and the value must be masked.

    What is general already comes back unchanged: `generalise` of its own result is that result. Address and place to
    city, date to year, age to decade, IPv4 to /16 and IPv6 to /32, resident ID to province and year of birth.
    """
    text = unicodedata.normalize("NFKC", value).strip()
    if entity in ("STREET_ADDRESS", "LOCATION"):
        from finewarden.personal_data.divisions import city_of

        return city_of(text)
    if entity == "DATE_TIME":
        return _year(text)
    if entity == "AGE":
        return _decade(text)
    if entity == "IP_ADDRESS":
        return _network(text)
    if entity == "CN_RESIDENT_ID":
        return _province_and_year(text)
    return None


def with_decade(entity: str, text: str, start: int, end: int) -> str:
    """What stands from *start* to *end* of *text*, with the whole of a decade that lies partly in it: of "aged 30-39" a
    rule takes "30" for the age.
    """
    if entity == "AGE":
        for match in _DECADE.finditer(text, max(0, start - 5), end + 5):
            if match.start() < end and start < match.end():
                start, end = min(start, match.start()), max(end, match.end())
    return text[start:end]


def _year(text: str) -> str | None:
    years = {match[0] for match in _YEAR.finditer(text)} | {match[1] for match in _COMPACT.finditer(text)}
    return years.pop() if len(years) == 1 else None


def _decade(text: str) -> str | None:
    if _DECADE.search(text):
        return text if len(_DECADE.findall(text)) == 1 and not _NUMBER.search(_DECADE.sub("", text)) else None
    numbers = _NUMBER.findall(text)
    if len(numbers) != 1 or len(numbers[0]) > 3 or int(numbers[0]) > _OLDEST:
        return None
    age = int(numbers[0])
    low = age // 10 * 10
    return _NUMBER.sub(f"{_TOP}+" if age >= _TOP else f"{low}-{low + 9}", text)


def _network(text: str) -> str | None:
    try:
        address = ipaddress.ip_address(text.strip("[]").partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if isinstance(address, ipaddress.IPv4Address):
        return ".".join(str(address).split(".")[:2]) + ".*.*"
    return ":".join(address.exploded.split(":")[:2]) + ":*"


def _province_and_year(text: str) -> str | None:
    plain = "".join(c for c in text if c.isascii() and c.isalnum())
    province = _PROVINCES.get(plain[:2])
    year = plain[6:10] if len(plain) == 18 else f"19{plain[6:8]}" if len(plain) == 15 else ""
    if province is None or not re.fullmatch(r"(?:18|19|20)[0-9]{2}", year):
        return None
    return f"{province}{year}年生"
