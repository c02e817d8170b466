"""WeChat, QQ and Alipay: what is found beside spaces and beside ideographs, and what is left alone."""

from __future__ import annotations

import pytest

from tests.personal_data.rules.looking import numbered, seen

FOUND = [
    ("加微信：xiaolan_2291", "WECHAT_ID", "xiaolan_2291"),
    ("微信号zhangwei88", "WECHAT_ID", "zhangwei88"),
    ("微信号是zhangsan", "WECHAT_ID", "zhangsan"),
    ("WeChat ID: lilei1990", "WECHAT_ID", "lilei1990"),
    ("wechat: li_lei", "WECHAT_ID", "li_lei"),
    ("vx：abc12345", "WECHAT_ID", "abc12345"),
    ("加v：abc12345", "WECHAT_ID", "abc12345"),
    ("V信abc-12345", "WECHAT_ID", "abc-12345"),
    ("我的微信 abc12345 加我", "WECHAT_ID", "abc12345"),
    ("微信（abc12345）", "WECHAT_ID", "abc12345"),
    ("wx: hello2020", "WECHAT_ID", "hello2020"),
    ("wxid_a1b2c3d4e5f622", "WECHAT_ID", "wxid_a1b2c3d4e5f622"),
    ('微信ID为 "tom_cat"', "WECHAT_ID", "tom_cat"),
    ("+v abc12345", "WECHAT_ID", "abc12345"),
    ("薇信：lucky_day", "WECHAT_ID", "lucky_day"),
    ("加VX:lucky123", "WECHAT_ID", "lucky123"),
    ("weixin:lucky123", "WECHAT_ID", "lucky123"),
    ("微信同号：lucky123", "WECHAT_ID", "lucky123"),
    ("QQ号12345678", "QQ_ID", "12345678"),
    ("qq: 12345678", "QQ_ID", "12345678"),
    ("QQ群：123456789", "QQ_ID", "123456789"),
    ("扣扣1234567", "QQ_ID", "1234567"),
    ("加Q1234567", "QQ_ID", "1234567"),
    ("Q：1234567", "QQ_ID", "1234567"),
    ("1234567（QQ）", "QQ_ID", "1234567"),
    ("my QQ number is 1234567", "QQ_ID", "1234567"),
    ("QQ:１２３４５６７", "QQ_ID", "１２３４５６７"),
    ("企鹅号 1234567", "QQ_ID", "1234567"),
    ("支付宝账号：abc@qq.com", "ALIPAY_ID", "abc@qq.com"),
    ("支付宝 13912345678", "ALIPAY_ID", "13912345678"),
    ("alipay: zhang@163.com", "ALIPAY_ID", "zhang@163.com"),
    ("支付宝PID 2088123456789012", "ALIPAY_ID", "2088123456789012"),
]
LEFT_ALONE = [
    "微信支付",
    "微信群里没人",
    "微信iPhone13版",
    "微信：无",
    "微信号：undefined",
    "微信小程序 wx.request",
    "wx.login()",
    "vx = velocity_x1",
    "WeChat mini-program",
    "wechat is well-known",
    "wechat is blocked",
    "公众号微信gh_a1b2c3d4e5f6",
    "QQ音乐",
    "QQ2013版",
    "QQ 10000人",
    "Q: 12345 apples",
    "微信 v8.0.50",
    "支付宝 100元",
    "Alipay+",
    "用户2088123456789012",
    "微信abc.com/x",
]


@pytest.mark.parametrize(("text", "entity", "value"), FOUND, ids=numbered(FOUND))
def test_what_is_found(text: str, entity: str, value: str) -> None:
    """Each shape is found whole, and nothing else with it."""
    assert seen(text) == [(entity, value)]


@pytest.mark.parametrize("text", LEFT_ALONE, ids=numbered(LEFT_ALONE))
def test_what_is_left_alone(text: str) -> None:
    """A check digit, a boundary or a context that does not hold, or a value that is nobody's: nothing counts."""
    assert seen(text) == []
