"""China's administrative divisions (GB/T 2260): which city an address is in, or that it can't be told.

The table is divisions.csv: codes and names of 2023 and, for old addresses, those that were in force after 1998. Its
first lines name where they are from; benchmarks/china_divisions.py makes it. Below Taiwan, Hong Kong and Macau the
standard has no codes: those in the table say what lies in what, and no more.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

__all__ = ["chain_end", "city_of", "province_of"]

_MUNICIPALITIES = frozenset({"11", "12", "31", "50", "81", "82"})  # Hong Kong and Macau are no part of any other
_COUNTRY = re.compile(r"中华人民共和国|中国")
_BETWEEN = re.compile(r"[\s,，、·/|-]{0,3}(?:市辖区)?[\s,，、·/|-]{0,3}")
# "上海" in "上海路": a street's name. The name of a division written in full ("上海市") is never a street's.
_STREET = re.compile(
    r"[东西南北中]?[一二三四五六七八九十]?(?:大街|街|大道|道|路|巷|胡同|里弄|桥|公园|广场|大厦|大学|站)"
)
_PEOPLES = (
    "蒙古族|蒙古|回族|藏族|维吾尔族|维吾尔|苗族|彝族|壮族|布依族|朝鲜族|满族|侗族|瑶族|白族|土家族|哈尼族|哈萨克族|哈萨克|傣族|"
    "黎族|傈僳族|佤族|畲族|高山族|拉祜族|水族|东乡族|纳西族|景颇族|柯尔克孜族|柯尔克孜|土族|达斡尔族|仫佬族|羌族|布朗族|撒拉族|"
    "毛南族|仡佬族|锡伯族|锡伯|阿昌族|普米族|塔吉克族|塔吉克|怒族|乌孜别克族|俄罗斯族|鄂温克族|德昂族|保安族|裕固族|京族|独龙族|"
    "鄂伦春族|赫哲族|门巴族|珞巴族|基诺族|各族"
)
_AUTONOMOUS = re.compile(rf"^(.{{2,}}?)(?:{_PEOPLES})*(自治[区州县旗])$")
_PLAIN = re.compile(r"^(.{2,})(?:特别行政区|省|市|地区|盟)$")


@dataclass(frozen=True, slots=True)
class _Name:
    """*code* may be meant by this name; *short*: the name leaves out what kind of division it is."""

    code: str
    former: bool
    short: bool


def city_of(address: str) -> str | None:
    """The city that *address* begins with or lies in, province first: ``浙江省杭州市``; ``北京市`` has no province.

    Where cities of one province are possible, or none is named, the province; None where provinces are, or where the
    names contradict each other. 朝阳区 is in Beijing and in Changchun: it is not guessed.
    """
    cities = {_city(code) for code in _meant(address)}
    provinces = {code[:2] for code in cities}
    if len(provinces) != 1:
        return None
    province = _table()[f"{provinces.pop()}0000"]
    city = cities.pop()
    if cities or city.endswith("0000"):
        return province
    return province + _table()[city]


def province_of(address: str) -> str | None:
    """The province that *address* begins with or lies in; None where it can't be told."""
    provinces = {code[:2] for code in _meant(address)}
    return _table()[f"{provinces.pop()}0000"] if len(provinces) == 1 else None


def chain_end(text: str, start: int, stop: int) -> int:
    """Where the names of divisions that begin at *start* end, at *stop* at the latest; *start* where there are none."""
    end = start
    if text[start : start + 2] not in _lengths():
        return end
    for _, after in _chain(text, start, stop):
        end = after
    return end


def _meant(address: str) -> set[str]:
    """The codes of all divisions that the chain of names at the beginning of *address* may mean; none of different
    names that contradict each other.
    """
    address = address.strip()[:200]
    country = _COUNTRY.match(address)
    possible: dict[str, bool] = {}
    for codes, _ in _chain(address, country.end() if country else 0, len(address)):
        possible = codes
    return {code for code, former in possible.items() if not former} or set(possible)


def _chain(text: str, start: int, stop: int) -> Iterator[tuple[dict[str, bool], int]]:
    """For each name of the chain at *start*: the codes that it can mean after the names before it, with whether the
    name is a former one, and its end.
    """
    possible: dict[str, bool] | None = None
    at = start
    while at < stop:
        names, end = _longest(text, at, stop)
        codes = {each.code: each.former for each in names if possible is None or _within_any(each.code, possible)}
        if not names or (not codes and all(each.short for each in names)):
            return  # 杭州市鼓楼: no name of a division after all
        yield codes, end
        possible = codes
        gap = _BETWEEN.match(text, end, stop)
        at = gap.end() if gap and codes else stop


def _longest(text: str, at: int, stop: int) -> tuple[list[_Name], int]:
    names = _names()
    for length in range(min(_lengths().get(text[at : at + 2], 0), stop - at), 1, -1):
        found = names.get(text[at : at + length])
        if found and not (all(each.short for each in found) and _STREET.match(text, at + length)):
            return found, at + length
    return [], at


def _within_any(code: str, outer: Iterable[str]) -> bool:
    return any(code.startswith(_significant(each)) for each in outer)


def _significant(code: str) -> str:
    """The digits that all divisions within it share: 33, 3301, 330106."""
    return code[:2] if code.endswith("0000") else code.removesuffix("00") if code.endswith("00") else code


def _city(code: str) -> str:
    """The city of a division, or its province where it is one, or is as good as one."""
    if code[:2] in _MUNICIPALITIES:
        return f"{code[:2]}0000"
    city = f"{code[:4]}00"
    return city if city in _table() else code  # 429004 仙桃市 is directly under its province


@lru_cache(maxsize=1)
def _rows() -> tuple[tuple[str, str, bool], ...]:
    content = files("finewarden.personal_data").joinpath("divisions.csv").read_text("utf-8")
    rows = csv.DictReader(line for line in content.splitlines() if not line.startswith("#"))
    return tuple((row["code"], row["name"], bool(row["former"])) for row in rows)


@lru_cache(maxsize=1)
def _table() -> dict[str, str]:
    """Names by code; a former one only where there is none now."""
    return {code: name for code, name, former in reversed(_rows()) if former} | {
        code: name for code, name, former in _rows() if not former
    }


@lru_cache(maxsize=1)
def _lengths() -> dict[str, int]:
    """The length of the longest name by its first two characters: most places of a text begin none."""
    found: dict[str, int] = {}
    for name in _names():
        found[name[:2]] = max(len(name), found.get(name[:2], 0))
    return found


@lru_cache(maxsize=1)
def _names() -> dict[str, list[_Name]]:
    found: dict[str, list[_Name]] = {}
    for code, name, former in _rows():
        found.setdefault(name, []).append(_Name(code, former, False))
        for short in _short(code, name):
            found.setdefault(short, []).append(_Name(code, former, True))
    for name, meant in found.items():
        # 河南 is the province, not a Mongol county: a province's name is not in need of its kind.
        provinces = [each for each in meant if each.code.endswith("0000")]
        if provinces and meant[0].short:
            found[name] = provinces
    return found


def _short(code: str, name: str) -> Iterator[str]:
    """What else *name* is called: 杭州, 新疆, 延边, 延边州, 道真县.

    A county's own name alone (西湖, 新城) means too much else; it is given where it is a city's too: 朝阳 is ambiguous.
    """
    autonomous, plain = _AUTONOMOUS.match(name), _PLAIN.match(name)
    if autonomous:
        yield autonomous[1]
        if autonomous[2] != "自治区":
            yield autonomous[1] + autonomous[2][-1]
    elif plain and (code.endswith("00") or name.endswith("市")):
        yield plain[1]
    elif not code.endswith("00") and len(name) > 2 and name[:-1] in _short_cities():
        yield name[:-1]


@lru_cache(maxsize=1)
def _short_cities() -> frozenset[str]:
    plain = (_PLAIN.match(name) for code, name, _ in _rows() if code.endswith("00"))
    return frozenset(match[1] for match in plain if match)
