"""What records call by identifiers, in words: English, then Chinese."""

from __future__ import annotations

from typing import Literal

from finewarden.license_record import Form, Kind

__all__ = ["ANSWERS", "AUDIENCES", "COMMERCIAL", "FORMS", "KINDS", "LIMITS", "STATES"]

KINDS: dict[Kind, tuple[str, str]] = {
    "license_copy": ("copy of the license", "许可证副本"),
    "notice_file": ("Notice file", "Notice 文件"),
    "display_mark": ("mark on display", "展示标识"),
    "name_prefix": ("name begins with a mark", "名称前缀"),
    "name_not": ("name is not a mark", "名称限制"),
    "modified_files_notice": ("changes stated", "修改声明"),
    "keep_notices": ("notices kept", "保留声明"),
    "restrictions_flowdown": ("restrictions passed on", "传递使用限制"),
    "restrictions_notice": ("users told of restrictions", "告知使用限制"),
    "aup_binding": ("acceptable use", "可接受使用"),
    "no_train_other_llm": ("no training of other models", "不得训练其他模型"),
    "noncommercial": ("no commercial use", "禁止商业使用"),
    "registration": ("registration or approval", "登记或许可"),
    "ui_mark": ("mark in the user interface", "界面标识"),
    "no_safety_bypass": ("safeguards stay", "不得规避安全措施"),
    "ai_disclosure": ("machine-made content is disclosed", "披露机器生成内容"),
    "documentation": ("documentation goes along", "随附说明文档"),
    "attribution": ("makers named", "署名"),
    "no_derivatives": ("nothing adapted is shared", "禁止演绎"),
    "share_alike": ("the same license", "相同方式共享"),
}

FORMS: dict[Form, str] = {
    "weights": "权重",
    "adapter": "适配器",
    "quantised": "量化",
    "api": "接口",
    "product": "产品",
    "outputs": "输出",
}

AUDIENCES: dict[str | None, tuple[str, str]] = {
    None: ("given to others", "对外提供"),
    "internal": ("for internal use", "仅内部使用"),
    "customers": ("for customers", "提供给客户"),
    "public": ("in public", "公开发布"),
}

STATES = {"due": "应履行", "arguable": "可作不同解读", "asked": "仅鼓励"}

LIMITS: dict[
    Literal["monthly_active_users", "daily_active_users", "monthly_revenue_usd", "annual_revenue_usd"], tuple[str, str]
] = {
    "monthly_active_users": ("monthly active users", "月活跃用户"),
    "daily_active_users": ("daily active users", "日活跃用户"),
    "monthly_revenue_usd": ("US dollars of monthly revenue", "月收入（美元）"),
    "annual_revenue_usd": ("US dollars of annual revenue", "年收入（美元）"),
}

COMMERCIAL = {"yes": "允许", "conditional": "有条件允许", "no": "不允许", "unspecified": "未说明"}

ANSWERS: dict[bool | None, tuple[str, str]] = {
    True: ("yes", "可以"),
    False: ("no", "不可以"),
    None: ("the text says nothing, or was not read", "文本未提及，或未阅读"),
}
