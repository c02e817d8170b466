"""The personal values of a text that a model could give away, found by the rules that admit training data.

What is found is what a gate counts of direct identifiers and secrets; names and places are no values that one could
draw from a model and say whose they are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from finewarden.personal_data.counting import counted
from finewarden.personal_data.entities import entity
from finewarden.personal_data.overlaps import resolve
from finewarden.personal_data.rules import find_by_rules
from finewarden.personal_data.rules.characters import plain

__all__ = ["PersonalValue", "find_personal", "stands_in"]

_NO_WORD = re.compile(r"[\W_]+")
_MOBILE = re.compile(r"(?:00)?(?:86)?(1[3-9]\d{9})", re.ASCII)
_WITH_SIGNS = frozenset({"EMAIL_ADDRESS", "WECHAT_ID", "ALIPAY_ID", "IP_ADDRESS"})


@dataclass(frozen=True, slots=True)
class PersonalValue:
    """One value of *entity*: its characters as they stand in the text (never to be printed), and where they begin.

    *key*: what stays of it whatever its spacing, case and width; equal keys of an entity are one value.
    """

    entity: str
    value: str = field(repr=False)
    start: int
    key: str = field(repr=False)

    @property
    def kind(self) -> str:
        """The entity, as a report calls it."""
        return entity(self.entity).en

    @property
    def end(self) -> int:
        """Where it ends, excluded."""
        return self.start + len(self.value)


def find_personal(text: str) -> list[PersonalValue]:
    """The personal values of *text*, in order, none overlapping another."""
    return [
        PersonalValue(each.entity, value := text[each.start : each.end], each.start, _key(each.entity, value))
        for each in resolve(find_by_rules(text))
        if entity(each.entity).kind in ("direct", "secret") and counted(text, each)
    ]


def stands_in(value: PersonalValue, text: str) -> bool:
    """Whether *text* holds *value*, whatever its spacing, punctuation, case and width."""
    return _bare(value.key) in _bare(plain(text).text)


def _bare(text: str) -> str:
    return _NO_WORD.sub("", text).casefold()


def _key(name: str, value: str) -> str:
    read = plain(value).text
    if entity(name).kind == "secret":
        return read
    if name in _WITH_SIGNS:
        return read.lower()
    bare = "".join(char for char in read if char.isalnum()).upper()
    mobile = _MOBILE.fullmatch(bare) if name == "PHONE_NUMBER" else None
    return mobile[1] if mobile is not None else bare
