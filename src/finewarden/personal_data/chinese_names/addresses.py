"""Chinese addresses down to the door: 朝阳区建国路88号院3号楼2单元1502室. A rule, without any model.

It looks for a door number first, then for what must stand before one (a road, an estate, a village), then to the left
for the divisions and to the right for building, unit and room. A city or a road alone is no address of a door.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from finewarden.personal_data.chinese_names.reading import HAN
from finewarden.personal_data.divisions import chain_end
from finewarden.personal_data.finding import Finding

__all__ = ["find_addresses", "with_addresses"]

_WITH_DIVISIONS: Final = 0.85
_ROAD_ALONE: Final = 0.6
_LEFT: Final = 48  # characters before a door number in which its road, town and divisions stand
_NEAR: Final = 10  # and in which stands what says that it is a road's

_GAP = r"[ \u3000]?"
_DIGITS = r"[0-9０-９]"
_NUMBER = (
    rf"(?:{_DIGITS}{{1,5}}(?:[-－—–~～之]{_DIGITS}{{1,5}}){{0,3}}[A-Za-zＡ-Ｚａ-ｚ甲乙丙丁]?"
    r"|[一二三四五六七八九十百零〇]{1,5}|[甲乙丙丁]|[A-Za-zＡ-Ｚａ-ｚ](?:[0-9０-９]{1,3})?)"
)
# 号线, 号店 ...: a number of something else.
_HOUSE = (
    r"(?:[号號](?:院|楼|樓)|(?<=[0-9０-９])弄|#|＃|[栋棟幢座]"
    r"|[号號](?![线線店球码碼称召角机機位令文台桌车車馆館展窗选選技航]|[出入]?口))"
)
_INNER = (
    r"(?:[号號](?:院|楼|樓)?|弄|#|＃|栋|棟|幢|座|单元|單元|室|层|層|楼|樓|房|户|戶|门|門|铺|舖|院|组|組|梯|区|區|期)"
)
_ESTATE = (
    r"(?:小区|小區|社区|花园|花園|公寓|新村|家园|家園|山庄|别墅|庄园|大厦|大廈|大楼|广场|廣場|中心|国际|宿舍|家属院|家属楼|"
    r"大院|佳苑|[苑园園府湾庭轩阁居邸郡城墅坊里])"
)
_DOOR = re.compile(rf"(?<![A-Za-z0-9０-９.．]){_NUMBER}{_GAP}(?:{_HOUSE}|[组組](?=[0-9０-９])|单元|單元)")
# More of the same door: building, unit, floor, room, with the name of an estate before, or a number that closes it.
_NAMED = (  # an estate by its kind of name, or any name that a building follows
    rf"(?:[{HAN}A-Za-z]{{1,10}}?{_ESTATE}{_GAP}|[{HAN}]{{2,8}}?(?={_DIGITS}{{1,3}}[栋棟幢座楼樓]|[A-Za-zＡ-Ｚ][栋棟幢座]))"
)
_PART = rf"[ \u3000,，、\-－附]?{_NAMED}?(?:[东西南北中]?[一二三四五六七八九十]?[区區期]{_GAP})?{_NUMBER}{_GAP}{_INNER}"
_REST = re.compile(
    rf"(?:{_PART}){{0,6}}(?:之[一二三四五六七八九十]"
    rf"|[ \u3000\-－]?[A-Za-z]?{_DIGITS}{{1,5}}(?:[-－]{_DIGITS}{{1,5}}){{1,3}}"
    rf"|[ \u3000\-－]?[A-Za-z]?{_DIGITS}{{2,5}}(?![0-9０-９A-Za-z年月日元块个人米%％.．/：:-]))?"
)

_ROAD = re.compile(
    r"(?:大道|大街|[路街巷弄]|胡同|[^知味频渠管通报轨跑隧赛难人]道|里弄|[大小横直后前]?[横支]?[路街])"
    r"(?:[东西南北中一二三四五六七八九十]{1,2}[段路街巷条]?|[东西南北]侧)?[ \u3000,，]?\Z"
)
_GROUND = re.compile(
    rf"(?:{_ESTATE}|[村屯庄寨营堡镇乡])(?:[东西南北中一二三四五六七八九十A-Za-z0-9]{{1,2}}[区期里村])?[ \u3000,，]?\Z"
)
_NO_ROAD = re.compile(
    r"(?:线|网|思|马|公|铁|套|半|出|走|电|回|后|上|道|迷|赶|(?<![五八九三新胜统惟])一|数|多|某|各|这|那|哪|逛|此|本|该|过|绕|修|问|带|顺|同|岔|退)路?街?\Z"
)
# Words that stand before an address, or that no name of a place has in it.
_BEFORE = re.compile(
    r"(?:地址|住址|住在|位于|坐落|寄到|寄往|送到|送往|发到|搬到|来到|前往|家住|现住|居住|户籍|户口|所在|收货|邮寄|通讯|公司|门店"
    r"|[在于到至有住址为是往去的了从由给我你他她您们这那此见收距离找：:]|(?<=家)(?=住))"
)
_NOT_IN_NAME = re.compile(r"[的了在于到我你他她您们住这那是从与给很就还也去来]|人(?!民)|和(?![平谐睦顺县田]|浩特)")
_TOWNS = re.compile(rf"(?:[{HAN}]{{2,6}}(?:自治州|自治县|新区|开发区|街道|[省市区县旗镇乡村])[ \u3000]?){{1,4}}")
_A_HAN = re.compile(f"[{HAN}]")
_LEFT_RUN = re.compile(rf"[{HAN}0-9A-Za-z０-９ \u3000·]+")


def find_addresses(text: str) -> list[Finding]:
    """STREET_ADDRESS for each address of a door in *text*, in order; with the divisions that stand before it."""
    found: list[Finding] = []
    if not any(each in text for each in "号號栋棟幢座弄元組组#＃"):
        return found
    free = at = 0
    while door := _DOOR.search(text, at):
        at = door.end()
        span = _address(text, free, door)
        if span:
            start, end, score = span
            found.append(Finding("STREET_ADDRESS", start, end, score, "chinese_address"))
            free = at = end
    return found


def with_addresses(names: Sequence[Finding], text: str) -> list[Finding]:
    """*names* that a model found in *text* and the addresses there, sorted: a place that goes on in a door number is
    the beginning of its address, and what lies inside an address is no name.
    """
    addresses = find_addresses(text)
    starts, ends = [each.start for each in addresses], [0, *(each.end for each in addresses)]
    for name in names:
        after = bisect_right(starts, name.start)  # the first address that begins later than the name
        if name.entity == "LOCATION" and after < len(starts) and ends[after] <= name.start and starts[after] < name.end:
            starts[after] = name.start
            addresses[after] = replace(addresses[after], start=name.start)
    outside = [name for name in names if name.end > ends[bisect_right(starts, name.start)]]
    return sorted([*outside, *addresses], key=lambda each: (each.start, each.end))


def _address(text: str, free: int, door: re.Match[str]) -> tuple[int, int, float] | None:
    near = max(free, door.start() - _NEAR)
    before = text[near : door.start()]
    road = _ROAD.search(before)
    kind = road or _GROUND.search(before)
    if kind is None:
        return None
    rest = _REST.match(text, door.end())
    end = rest.end() if rest else door.end()
    name_end = near + kind.start()
    left = _run_start(text, max(free, door.start() - _LEFT), name_end)
    start = _divisions(text, left, name_end, door.start())
    if start is not None:
        return start, end, _WITH_DIVISIONS
    start = _name(text, left, name_end)
    if start is None or (road and _NO_ROAD.search(text, start, name_end)) or (not road and end == door.end()):
        return None
    return start, end, _ROAD_ALONE


def _run_start(text: str, earliest: int, end: int) -> int:
    run = _LEFT_RUN.match(text[earliest:end][::-1])
    return end - run.end() if run else end


def _divisions(text: str, start: int, name_end: int, door: int) -> int | None:
    """Where the divisions begin that the road lies in, at *start* at the earliest."""
    for at in range(start, name_end):
        end = chain_end(text, at, door)
        if end > at and not _NOT_IN_NAME.search(text, end, max(end, name_end)):
            return at
    return None


def _name(text: str, start: int, end: int) -> int | None:
    """Where the name that ends at *end* begins: behind the last word that leaves two characters of it, six at most
    unless towns stand before it; None where it has none.
    """
    for match in _BEFORE.finditer(text, start, end):
        if match.end() <= end - 2:
            start = match.end()
    towns = _TOWNS.match(text, start, end)
    if not towns:
        start = max(start, end - 6)
    while start < end and text[start] in " \u3000·":
        start += 1
    return start if _A_HAN.search(text, start, end) else None
