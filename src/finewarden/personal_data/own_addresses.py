"""Addresses that a firm gives of its own: 本公司位于…, 退货地址：…, "ship returns to ...", "our office at ...".

Told by the words right before the address, or behind it. Between those and the address only words stand that lead from
one to the other, so that "退货人张三，住…" and "本公司员工家住…" stay a person's.
"""

from __future__ import annotations

import re

__all__ = ["is_own_address"]

_REACH, _AFTER = 48, 16  # characters before and behind the address that are looked at
_OWNER = (
    r"(?:本公司|我司|我公司|我们公司|本店|我店|本院|门店|店铺|店面|专卖店|旗舰店|退换货|退货|换货|退件|寄回|返修|维修点|售后|仓库|总部|总公司|分公司|"
    r"营业厅|营业部|营业网点|服务网点|服务中心|客服中心|体验店)"
)
_LEADS = (
    r"(?:地址|地点|位置|位于|坐落于|坐落在|设在|设于|开在|在|于|是|为|至|到|往|请|寄|发|送|邮|回|的|部|中心|仓库|仓|统一|收货|退货|售后|办公|注册|所在|"
    r"详细|现|新|总|如下|商品|产品|货物|货品|包裹|服务|维修|[:：=\s\u3000“\"'【\[(（])"
)
_BEFORE = re.compile(rf"{_OWNER}{_LEADS}{{0,8}}\Z")
_BEHIND = re.compile(r"[(（]?(?:[一二三四五0-9A-Za-z]?号?仓(?:库|储)?|退换?货|售后|营业厅|营业部|门店|总部|客服部)")
_PLACES = (
    r"(?:head ?quarters|hq|head office|offices?|stores?|shops?|warehouses?|showrooms?|branch(?:es)?|depots?"
    r"|returns? (?:center|centre|department))"
)
_ENGLISH = re.compile(
    rf"\b(?:(?:our|company|corporate) (?:[a-z]{{2,15}} ){{0,2}}{_PLACES}"
    rf"|(?:our |the )?returns? (?:address|{_PLACES}|department)"
    r"|(?:ship|send|mail|post|address) (?:all |any |your |the )?(?:returns?|returned items?)"
    r"|returns (?:go|are (?:sent|shipped)))"
    r"(?:,? (?:is|are|address|located|situated|at|in|on|to|can|be|found)){0,4}(?:\s{0,3}:)?\s{0,3}(?:the )?\Z",
    re.IGNORECASE,
)
_SOMEBODYS = re.compile(r"收件人|收货人|联系人|姓名|[住家]")


def is_own_address(text: str, start: int, end: int) -> bool:
    """Whether the address at *start* to *end* of *text* is a firm's own by the words that stand beside it."""
    before = text[max(0, start - _REACH) : start]
    owner = _BEFORE.search(before) or _ENGLISH.search(before)
    if owner is not None:
        return not _SOMEBODYS.search(owner[0])
    around = before + text[end : end + _AFTER]
    return _BEHIND.match(text, end) is not None and not _SOMEBODYS.search(around)
