"""The name of a field as the word beside its value: ``{"QQ": "123456789"}`` says what "QQ: 123456789" does."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

__all__ = ["LONGEST_VALUE", "label", "words_before"]

LONGEST_VALUE = 200
"""Characters: a longer text is no value of a form, and says itself what it is about."""

_LONGEST_NAME = 40
# fmt: off
# What holds texts about anything, and names of anything: products and functions have a "name" too.
_CARRIERS = frozenset(
    {
        "answer", "answers", "assistant", "body", "category", "chosen", "code", "comment", "comments", "completion",
        "content", "contents", "context", "conversation", "conversations", "data", "description", "dialog", "dialogue",
        "document", "documents", "from", "history", "html", "input", "inputs", "instruction", "instructions", "item",
        "items", "key", "keys", "label", "labels", "markdown", "message", "messages", "name", "names", "note", "notes",
        "output", "outputs", "passage", "prompt", "prompts", "query", "question", "questions", "reasoning", "reference",
        "rejected", "response", "responses", "review", "role", "sentence", "source", "summary", "system", "tags",
        "target", "text", "texts", "thinking", "title", "type", "url", "user",
        "内容", "名称", "回复", "回答", "备注", "对话", "指令", "描述", "摘要", "文本", "标题", "正文",
        "答案", "输入", "输出", "问题",
    }
)
# What says nothing without the name above it: {"passport": {"number": ...}}.
_OF_ANOTHER = frozenset({"code", "id", "no", "num", "number", "value", "values", "号", "号码", "编号", "值"})
# fmt: on
_HAN = re.compile(r"[\u3400-\u9fff]")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_PARTED = re.compile(r"[\s_.\-]+")
_LETTER = re.compile(r"[^\W\d_]")


def label(field: Sequence[str | int], text: str) -> str:
    """What the name of *field* says before *text*, with a colon behind it: "passport number: ", "微信号："; empty where
    the name says nothing, or *text* is no value of a form.
    """
    if not text or len(text) > LONGEST_VALUE:
        return ""
    names = [part for part in field if isinstance(part, str)][-2:]
    return words_before(tuple(names)) if names else ""


@lru_cache(maxsize=4096)
def words_before(names: tuple[str, ...]) -> str:
    """The label that the last of *names*, from the outer to the inner, makes, with the one above where it needs it."""
    last = names[-1].strip()
    if last.casefold() in _OF_ANOTHER:
        above = names[-2].strip() if len(names) > 1 else ""
        if not above or above.casefold() in _CARRIERS:
            return ""
        last = above if last.casefold() in ("value", "values", "值") else f"{above} {last}"
    if last.casefold() in _CARRIERS or len(last) > _LONGEST_NAME or not _LETTER.search(last):
        return ""
    if _HAN.search(last):
        return f"{last.rstrip(':：')}："
    return f"{_PARTED.sub(' ', _HUMP.sub(' ', last.rstrip(':：'))).strip()}: "
