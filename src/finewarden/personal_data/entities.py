"""What each entity is: how it is called, whether it names a person directly, and from which score on it counts.

Names are Presidio's where it has one. A gate counts a finding from *counts_from* on; reports show all. Some of
Presidio's patterns match any number of nine digits with a score of 0.01: they are shown and never counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["ENTITIES", "Entity", "Kind", "entity"]

Kind = Literal["direct", "secret", "quasi", "name", "other"]


@dataclass(frozen=True, slots=True)
class Entity:
    """*kind*: `direct` names one person or account, `secret` opens something, `name` is a person's name, `quasi` names
    someone together with others, `other` is no personal data by itself. *digits*: how many values there are, as a power
    of ten, where they can be enumerated (a plain hash of it can then be reversed); None where they can't.

    *most*: how many findings pass when the policy says nothing; None: any number, and the audit warns of `name`.
    """

    name: str
    kind: Kind
    en: str
    zh: str
    counts_from: float = 0.4
    digits: int | None = None

    @property
    def most(self) -> int | None:
        """The limit where a policy sets none."""
        return 0 if self.kind in ("direct", "secret") else None


# fmt: off
_TABLE = (
    # Chinese documents and accounts
    Entity("CN_RESIDENT_ID", "direct", "Chinese resident ID", "居民身份证号", digits=9),
    Entity("CN_BANK_CARD", "direct", "bank card", "银行卡号", digits=12),
    Entity("CN_PASSPORT", "direct", "Chinese passport", "护照号", digits=8),
    Entity("CN_TRAVEL_PERMIT", "direct", "permit for Hong Kong, Macau or Taiwan", "港澳台通行证号", digits=8),
    Entity("CN_USCC", "quasi", "unified social credit code", "统一社会信用代码", digits=9),
    Entity("CN_PLATE", "direct", "number plate", "车牌号", digits=7),
    Entity("WECHAT_ID", "direct", "WeChat ID", "微信号"),
    Entity("QQ_ID", "direct", "QQ number", "QQ号", digits=10),
    Entity("ALIPAY_ID", "direct", "Alipay account", "支付宝账号"),
    # everywhere
    Entity("PHONE_NUMBER", "direct", "phone number", "电话号码", digits=11),
    Entity("EMAIL_ADDRESS", "direct", "e-mail address", "电子邮箱"),
    Entity("CREDIT_CARD", "direct", "payment card", "信用卡号", digits=12),
    Entity("IBAN_CODE", "direct", "IBAN", "国际银行账号", digits=14),
    Entity("IP_ADDRESS", "direct", "IP address", "IP地址", digits=10),
    Entity("STREET_ADDRESS", "direct", "address down to the door", "详细地址"),
    Entity("CRYPTO", "direct", "crypto wallet", "加密钱包地址"),
    Entity("US_SSN", "direct", "US social security number", "美国社会保障号", digits=9),
    Entity("US_ITIN", "direct", "US taxpayer number", "美国纳税人号", digits=9),
    Entity("US_PASSPORT", "direct", "US passport", "美国护照号", digits=9),
    Entity("US_DRIVER_LICENSE", "direct", "US driver's licence", "美国驾照号", digits=9),
    Entity("US_BANK_NUMBER", "direct", "US bank account", "美国银行账号", digits=12),
    Entity("UK_NHS", "direct", "NHS number", "英国医保号", counts_from=0.6, digits=9),
    Entity("MEDICAL_LICENSE", "direct", "DEA number", "行医执照号", digits=7),
    # devices and sessions
    Entity("IMEI", "direct", "IMEI", "设备IMEI", digits=14),
    Entity("MAC_ADDRESS", "direct", "MAC address", "MAC地址", digits=14),
    Entity("DEVICE_ID", "direct", "device or advertising id", "设备或广告标识符"),
    Entity("SESSION_ID", "secret", "session id or cookie", "会话标识或Cookie"),
    Entity("SECRET", "secret", "token, key or password", "密钥或令牌"),
    # people and places
    Entity("PERSON", "name", "person", "姓名"),
    Entity("LOCATION", "quasi", "location", "地点"),
    Entity("ORGANIZATION", "quasi", "organisation", "机构"),
    Entity("AGE", "quasi", "age", "年龄"),
    Entity("NRP", "quasi", "nationality, religion or politics", "民族、宗教或政治"),
    Entity("DATE_TIME", "other", "date or time", "日期时间"),
    Entity("URL", "other", "URL", "网址"),
    Entity("UUID", "other", "UUID", "UUID"),
)
# fmt: on

ENTITIES: dict[str, Entity] = {each.name: each for each in _TABLE}


def entity(name: str) -> Entity:
    """The entity of *name*; one that a user's recognizer brings is taken for a direct identifier."""
    return ENTITIES.get(name) or Entity(name, "direct", name, name)
