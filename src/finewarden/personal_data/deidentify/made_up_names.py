"""Names that are nobody's: placeholder persons of Chinese usage and of English law."""

from __future__ import annotations

import re

from finewarden.personal_data.stand_ins import CHINESE_NAMES, ENGLISH_NAMES

__all__ = ["made_up_name"]

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")


def made_up_name(plain: str, number: int) -> str:
    """One of eight, Chinese for a name with a Chinese character."""
    names = CHINESE_NAMES if _HAN.search(plain) else ENGLISH_NAMES
    return names[number % len(names)]
