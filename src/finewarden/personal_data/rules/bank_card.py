"""Bank cards: UnionPay and the card networks by issuer and Luhn digit, other Chinese cards and accounts by context."""

from __future__ import annotations

import re

from finewarden.personal_data.rules.checks import luhn_holds
from finewarden.personal_data.rules.resident_id import is_resident_id
from finewarden.personal_data.rules.rule import BY_CHECK, BY_CONTEXT, END, alone, beside, rule, words

__all__ = ["RULES"]

_CONTEXT = words(
    r"卡号|卡號|银行|銀行|储蓄|借记|信用卡|工资卡|贷记|开户|账号|帐号|账户|帐户|收款|打款|转账|汇款|银联|[^a-z]card|bank|account|unionpay|visa|master"
)
_CHINESE = words(r"卡号|卡號|银行|銀行|储蓄|借记|信用卡|工资卡|贷记|开户|收款|打款|转账|汇款|银联|银行账号|unionpay")
_OTHER_NUMBER = words(
    r"(?:订单|訂單|单号|單號|编号|编码|流水|运单|快递|物流|货号|型号|批号|序列号|条码|商品|交易号|发票|微博|推文|(?<![a-z])id|order|invoice|tracking|"
    r"serial|sku|isbn|ean|upc|item|product|tweet|status(?:es)?/|/p/|part|ticket|timestamp|imei)[^0-9\n]{0,10}$"
)
_NETWORKS = re.compile(
    r"4[0-9]{15}(?:[0-9]{3})?|5[1-5][0-9]{14}|(?:222[1-9]|22[3-9][0-9]|2[3-6][0-9]{2}|27[01][0-9]|2720)[0-9]{12}|"
    r"3[47][0-9]{13}|3(?:0[0-5]|[68][0-9])[0-9]{11}|(?:6011|64[4-9][0-9]|65[0-9]{2})[0-9]{12}|35(?:2[89]|[3-8][0-9])[0-9]{12}|"
    r"220[0-4][0-9]{12}"
)


def _is_number_of_something_else(match: re.Match[str]) -> bool:
    start = match.start("value")
    return _OTHER_NUMBER.search(match.string[max(0, start - 24) : start]) is not None


def _digits(match: re.Match[str]) -> str:
    return match["value"].replace(" ", "").replace("-", "")


def _union_pay(match: re.Match[str]) -> float:
    digits = _digits(match)
    if not 16 <= len(digits) <= 19 or not luhn_holds(digits) or len(set(digits)) < 3 or is_resident_id(digits):
        return 0.0
    if beside(match, _CONTEXT):
        return BY_CHECK
    # Hardly any issuer has 17 or 18 digits; order numbers and snowflake ids do, and one in ten passes Luhn's check.
    return 0.0 if len(digits) in (17, 18) or _is_number_of_something_else(match) else BY_CHECK


def _network(match: re.Match[str]) -> float:
    digits = _digits(match)
    if not _NETWORKS.fullmatch(digits) or not luhn_holds(digits) or len(set(digits)) < 3:
        return 0.0
    return BY_CHECK if beside(match, _CONTEXT) or not _is_number_of_something_else(match) else 0.0


def _other_chinese(match: re.Match[str]) -> float:
    digits = _digits(match)
    if digits[:2] == "62" or not luhn_holds(digits) or len(set(digits)) < 3:
        return 0.0
    other = not _NETWORKS.fullmatch(digits) and not is_resident_id(digits)
    return BY_CHECK if other and beside(match, _CHINESE, 16, 0) else 0.0


_END = rf"{END}(?!\.[0-9])"
_FOURS = r"(?:[ \-][0-9]{4}){3}(?:[ \-][0-9]{1,3})?"

RULES = (
    rule(
        "CN_BANK_CARD",
        "union_pay",
        rf"(?P<value>{alone('6')}2[0-9](?:[0-9]{{13,16}}|[0-9]{_FOURS}|[0-9]{{3}}[ \-][0-9]{{10,13}})){_END}",
        _union_pay,
        digits=16,
    ),
    rule(
        "CREDIT_CARD",
        "card_network",
        rf"(?P<value>{alone('[2-6]')}[0-9]{{3}}(?:[0-9]{{10,15}}|{_FOURS}|[ \-][0-9]{{6}}[ \-][0-9]{{4,5}})){_END}",
        _network,
        digits=14,
    ),
    rule(
        "CN_BANK_CARD",
        "chinese_card",
        rf"(?P<value>{alone('[1-9]')}[0-9]{{3}}(?:[0-9]{{12,15}}|{_FOURS})){_END}",
        _other_chinese,
        digits=16,
    ),
    rule(
        "CN_BANK_CARD",
        "account_number",
        r"(?:银行|开户|对公|收款|结算|汇款)[^0-9A-Za-z\n]{0,6}(?:账号|帐号|账户|帐户|户号)[^0-9A-Za-z\n]{0,4}"
        rf"(?P<value>[0-9]{{4}}(?:[ \-]?[0-9]){{5,20}}){_END}",
        BY_CONTEXT,
        anchors="账号 帐号 账户 帐户 户号",
        digits=9,
    ),
)
