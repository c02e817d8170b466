"""Names that are nobody's: placeholder persons of Chinese usage and of English law."""

from __future__ import annotations

import re

__all__ = ["is_made_up_name", "made_up_name"]

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
# 张三李四: the next in the row are as usual. John Doe and his company stand for parties who are not named in court.
_CHINESE = ("张三", "李四", "王五", "赵六", "孙七", "周八", "吴九", "郑十")
_ENGLISH = (
    "John Doe", "Jane Doe", "Richard Roe", "Jane Roe", "John Stiles", "Mary Major", "Richard Miles", "Joe Bloggs",
)  # fmt: skip
_KNOWN = frozenset(name.casefold() for name in (*_CHINESE, *_ENGLISH))


def made_up_name(plain: str, number: int) -> str:
    """One of eight, Chinese for a name with a Chinese character."""
    names = _CHINESE if _HAN.search(plain) else _ENGLISH
    return names[number % len(names)]


def is_made_up_name(plain: str) -> bool:
    """Whether *plain* is one of them."""
    return " ".join(plain.split()).casefold() in _KNOWN
