"""What a text or a column says of somebody, in a form in which equal things are equal: their quasi-identifiers.

Made from findings where these say it (the /24 of an address, the name in front of an e-mail's @), else from words that
state it ("性别：女", "works at ..."). Names of people are none: they are told by themselves.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

from finewarden.personal_data.finding import Finding

__all__ = ["KINDS", "Attribute", "Kind", "from_findings", "normal"]

Kind = Literal[
    "place",
    "postcode",
    "age",
    "birth",
    "gender",
    "employer",
    "title",
    "school",
    "email name",
    "device",
    "network",
    "plate",
    "order",
]
KINDS: tuple[Kind, ...] = get_args(Kind)

_LONGEST = 80
_DEVICES = frozenset({"IMEI", "MAC_ADDRESS", "DEVICE_ID"})
_NOT_WORD = re.compile(r"[\W_]+")
_NUMBER = re.compile(r"[0-9]+")
_OLDEST = 130
_MONTH = re.compile("jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec")
_MONTHS = {name: at for at, name in enumerate(_MONTH.pattern.split("|"), start=1)}
_PART = re.compile(rf"[0-9]{{1,4}}|(?:{_MONTH.pattern})")


@dataclass(frozen=True, slots=True)
class Attribute:
    """*value*, normalised, is what is said; *start* and *end* (excluded) where, in characters of the text. Equal when
    kind and value are.
    """

    kind: Kind
    value: str = field(repr=False)
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


def normal(kind: Kind, said: str) -> str | None:
    """*said* as every spelling of it is written; None where it says nothing of that kind.

    Age in decades, IPv4 as its /24 and IPv6 as its /48, place as the city where China's divisions know it, an e-mail's
    name without what follows `+`; numbers of devices, plates and orders without separators.
    """
    text = " ".join(unicodedata.normalize("NFKC", said).split()).casefold()
    if not text or len(text) > _LONGEST:
        return None
    if kind == "age":
        return _decade(text)
    if kind == "gender":
        return _GENDERS.get(text)
    if kind == "network":
        return _network(text)
    if kind == "place":
        return _place(text)
    if kind == "email name":
        return text.partition("@")[0].partition("+")[0].strip(".") or None
    if kind == "birth":
        return _date(text)
    if kind in ("device", "plate", "order", "postcode"):
        return _NOT_WORD.sub("", text) or None
    return text.removeprefix("the ").strip(" .,;:") or None


def from_findings(text: str, findings: Sequence[Finding]) -> list[Attribute]:
    """The attributes that *findings* of *text* say; give it those that count."""
    made = []
    for each in findings:
        kind = _kind_of(each.entity)
        value = normal(kind, text[each.start : each.end]) if kind is not None else None
        if kind is not None and value is not None:
            made.append(Attribute(kind, value, each.start, each.end))
    return made


def _kind_of(entity: str) -> Kind | None:
    if entity in _DEVICES:
        return "device"
    kinds: dict[str, Kind] = {
        "LOCATION": "place",
        "STREET_ADDRESS": "place",
        "AGE": "age",
        "EMAIL_ADDRESS": "email name",
        "IP_ADDRESS": "network",
        "CN_PLATE": "plate",
    }
    return kinds.get(entity)


_GENDERS = {
    **dict.fromkeys(("m", "male", "man", "boy", "男", "男性", "男士", "男生"), "male"),
    **dict.fromkeys(("f", "female", "woman", "girl", "女", "女性", "女士", "女生"), "female"),
}


def _decade(text: str) -> str | None:
    ages = {int(each) // 10 * 10 for each in _NUMBER.findall(text) if len(each) <= 3}
    if len(ages) != 1 or (low := ages.pop()) > _OLDEST:
        return None
    return f"{low}-{low + 9}"


def _date(text: str) -> str | None:
    """Year first where the order is plain, parts as numbers: ``1990-5-12``, ``1990``; ``3-5-1990`` as it is said."""
    parts = [str(_MONTHS[each[:3]]) if each[0].isalpha() else str(int(each)) for each in _PART.findall(text)]
    if not parts or not any(len(each) == 4 for each in parts):
        return None
    if len(parts) == 3 and len(parts[2]) == 4 and (month := _MONTH.search(text)) is not None:
        day = parts[0] if month.start() else parts[1]
        parts = [parts[2], str(_MONTHS[month[0]]), day]
    return "-".join(parts[:3])


def _network(text: str) -> str | None:
    try:
        address = ipaddress.ip_address(text.strip("[]").partition("/")[0].partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return str(ipaddress.ip_network((address, 24 if address.version == 4 else 48), strict=False))


def _place(text: str) -> str | None:
    from finewarden.personal_data.divisions import city_of

    known = city_of(text)
    if known is not None:
        return known
    # An address that no division knows is told as a direct identifier; a town abroad is its own name.
    return None if any(char.isdigit() for char in text) else text.strip(" .,;:") or None
