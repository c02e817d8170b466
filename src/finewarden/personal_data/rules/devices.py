"""Devices: IMEI by check digit and context, MAC addresses, and advertising or device identifiers by context."""

from __future__ import annotations

import re

from finewarden.personal_data.rules.checks import luhn_holds
from finewarden.personal_data.rules.rule import BY_CHECK, BY_CONTEXT, BY_SHAPE, END, alone, bare, beside, rule, words

__all__ = ["RULES"]

_IMEI = words(r"imei|串号|手机串码|设备号|设备识别|设备标识|机身号")
_MAC = words(r"(?<![a-z])mac(?![a-z])|物理地址|网卡|硬件地址|hwaddr|ether|bssid|蓝牙地址")


def _imei(match: re.Match[str]) -> float:
    """3GPP TS 23.003, annex B: the fifteenth digit is Luhn's."""
    digits = bare(match["value"])
    return BY_CHECK if beside(match, _IMEI) and len(set(digits)) > 2 and luhn_holds(digits) else 0.0


def _mac(match: re.Match[str]) -> float:
    if beside(match, _MAC):
        return BY_CONTEXT
    # Six pairs of digits are a draw of the lottery or a time as well.
    return BY_SHAPE if any(char.isalpha() for char in match["value"]) else 0.0


def _mac_together(match: re.Match[str]) -> float:
    return BY_CONTEXT if beside(match, _MAC, 16, 0) else 0.0


def _random(match: re.Match[str]) -> float:
    value = bare(match["value"])
    return BY_CONTEXT if len(set(value)) >= 5 and any(char.isdigit() for char in value) else 0.0


_H = "[0-9A-Fa-f]"
_UUID = rf"{_H}{{8}}-{_H}{{4}}-{_H}{{4}}-{_H}{{4}}-{_H}{{12}}"
_IMEI_GROUPS = r"(?:[0-9]{14}|[0-9](?:[ \-][0-9]{6}){2}[ \-][0-9]|[0-9]{5}[ \-][0-9]{2}[ \-][0-9]{6}[ \-][0-9])"
_MAC_PAIRS = rf"{_H}(?<![0-9A-Za-z:\-]{_H}){_H}([:\-]){_H}{{2}}(?:\2{_H}{{2}}){{4}}"
_MAC_FOURS = rf"{_H}(?<![0-9A-Za-z.]{_H}){_H}{{3}}\.{_H}{{4}}\.{_H}{{4}}"
_DEVICE = (
    r"(?<![A-Za-z])(?i:idfa|idfv|gaid|oaid|aaid|vaid|udid|meid|android[_ \-]?id|"
    r"device[_ \-]?(?:id|uuid|token|fingerprint)|"
    r"adid|ad[_ \-]id|advertising[_ \-]?id(?:entifier)?|gps_adid|openudid|serial ?(?:number|no)?)"
    r"|设备(?:ID|id|号|标识符?|指纹|唯一标识)|广告(?:标识符?|ID|id)|安卓(?:ID|id)|序列号"
)
_LINK = r"[\"']?\s{0,2}(?:是|为|:|=|is)?\s{0,2}[\"']?"

RULES = (
    rule(
        "IMEI",
        "imei",
        rf"(?P<value>{alone('[0-9]')}{_IMEI_GROUPS}){END}",
        _imei,
        anchors="imei 串 设备 机身",
        digits=15,
    ),
    rule("MAC_ADDRESS", "mac", rf"(?P<value>{_MAC_PAIRS}|{_MAC_FOURS})(?![0-9A-Za-z]|[:\-.]{_H})", _mac),
    rule(
        "MAC_ADDRESS",
        "mac_together",
        rf"(?P<value>{alone(_H)}{_H}{{11}}){END}",
        _mac_together,
        anchors="mac 物理地址 网卡 硬件地址 hwaddr ether bssid 蓝牙地址",
    ),
    rule(
        "DEVICE_ID",
        "device_id",
        rf"(?:{_DEVICE}){_LINK}(?P<value>{_UUID}|{_H}{{14,16}}|{_H}{{32}}|{_H}{{40}}|{_H}{{64}}){END}(?!-{_H})",
        _random,
        anchors="idf aid udid meid id device 设备 广告 安卓 serial 序列号",
    ),
)
