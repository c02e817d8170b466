"""E-mail addresses: what is found beside spaces and beside ideographs, and what is left alone."""

from __future__ import annotations

import pytest

from tests.personal_data.rules.looking import numbered, seen

FOUND = [
    ("邮箱zhang@mail.cn。", "zhang@mail.cn"),
    ("邮箱：zhang.wei+a@sub.mail.com.cn谢谢", "zhang.wei+a@sub.mail.com.cn"),
    ("zhang@公司.cn", "zhang@公司.cn"),
    ("josé.garcia@correo.es", "josé.garcia@correo.es"),
    ("ｚｈａｎｇ＠ｍａｉｌ．ｃｎ", "ｚｈａｎｇ＠ｍａｉｌ．ｃｎ"),
    ("email=zhang%40mail.cn&", "zhang%40mail.cn"),
    ('"\\u003czhang@mail.cn\\u003e"', "zhang@mail.cn"),
    ("...zhang@mail.cn", "zhang@mail.cn"),
    ("zhang [at] mail [dot] cn", "zhang [at] mail [dot] cn"),
    ("anna@müller.de", "anna@müller.de"),
    ("12345@qq.com", "12345@qq.com"),
    ("他说zhang_@mail.cn", "zhang_@mail.cn"),
    ("write to anna.order@mail.invalid", "anna.order@mail.invalid"),
]
LEFT_ALONE = [
    "张三@李四",
    "logo@2x.png",
    "@property",
    "git@github.com:a/b.git",
    "user@1000.service",
    "write to support@shop.example",
    "info@firma.de",
    "no-reply@firma.cn",
    "a.baker@mail.example.org",
    "name at domain dot com",
    "a@b",
]


@pytest.mark.parametrize(("text", "value"), FOUND, ids=numbered(FOUND))
def test_what_is_found(text: str, value: str) -> None:
    """Each shape is found whole, and nothing else with it."""
    assert seen(text) == [("EMAIL_ADDRESS", value)]


@pytest.mark.parametrize("text", LEFT_ALONE, ids=numbered(LEFT_ALONE))
def test_what_is_left_alone(text: str) -> None:
    """A check digit, a boundary or a context that does not hold, or a value that is nobody's: nothing counts."""
    assert seen(text) == []
