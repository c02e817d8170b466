"""Quasi-identifiers that stand in columns of their own, by the columns' names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from finewarden.personal_data.subjects.attributes import Attribute, Kind, normal

__all__ = ["in_columns"]

_NOT_WORD = re.compile(r"[\W_]+")
_NAMES: dict[Kind, str] = {
    "place": "city town district county hometown location 城市 区县 所在地 所在城市 籍贯",
    "postcode": "zip zipcode postcode postalcode 邮编 邮政编码",
    "age": "age 年龄",
    "birth": "birthday birthdate dateofbirth dob birthyear yearofbirth 出生日期 出生年月 生日 出生年份",
    "gender": "gender sex 性别",
    "employer": "employer company companyname 公司 工作单位 单位",
    "title": "jobtitle occupation profession position 职业 职位 职务",
    "school": "school university college 学校 毕业院校",
    "email name": "emailprefix",
    "device": "deviceid imei mac macaddress idfa gaid oaid androidid 设备号",
    "network": "ip ipaddress clientip userip",
    "plate": "plate licenseplate platenumber 车牌 车牌号",
    "order": "orderid orderno ordernumber trackingnumber 订单号 订单编号 运单号",
}
_KIND: dict[str, Kind] = {name: kind for kind, names in _NAMES.items() for name in names.split()}
_DEEPEST = 100


def in_columns(row: Mapping[str, Any], at: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Attribute]]:
    """The attributes that columns of *row*, or of an object in it, hold by their names; each with its path."""
    if len(at) > _DEEPEST:
        return
    for name, value in row.items():
        path = (*at, str(name))
        if isinstance(value, Mapping):
            yield from in_columns(value, path)
            continue
        kind = _KIND.get(_NOT_WORD.sub("", str(name)).lower())
        if kind is None or isinstance(value, bool) or not isinstance(value, str | int | float) or value != value:
            continue
        said = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
        made = normal(kind, said)
        if made is not None:
            yield path, Attribute(kind, made, 0, len(said))
