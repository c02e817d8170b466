"""A prompt as it may stand in a report: whoever reads the report must not learn the secret, nor whom it is about.

Built-in patterns, on the side of masking too much: the report also names the pair's line, from which its owner can
rebuild the prompt.
"""

from __future__ import annotations

import re
import unicodedata

from finewarden.memorization.secret_text import normalise
from finewarden.redaction import redact

__all__ = ["mask_prompt"]

_HIDDEN = "…"
# The hundred commonest family names of mainland China, those left out that mostly stand in other words.
_FAMILY = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜"
    "崔钟谭陆汪范廖贾韦邹邱孟秦阎薛侯雷龙史陶贺顾毛郝龚邵钱严覃武戴莫孔"
)
_PATTERNS = (
    re.compile(r"[^\s@<>，。；]+@[\w.\-]+"),
    re.compile(r"https?://\S+"),
    re.compile(r"[+(]?\d(?:[\s\-().]?\d)*"),
    # A capitalised word that does not begin a sentence, and those that follow it: mostly a name.
    re.compile(r"(?<=[^\s.!?:])\s+((?!I\b)[A-Z][\w’'\-]*(?:\s+[A-Z][\w’'\-]*)*)"),
    re.compile(
        rf"[{_FAMILY}][\u4e00-\u9fff]{{1,2}}?(?=的|先生|女士|小姐|老师|同学|住|电话|手机|邮箱|地址|身份|账号|密码|生日|[，,。？?！!：:；;\s]|$)"
    ),
    re.compile(rf"(?<=客户|用户|会员|员工|患者|病人|学生|姓名|名叫|请问|关于)[{_FAMILY}][\u4e00-\u9fff]{{1,2}}"),
)
_OVERLAP, _OVERLAP_IDEOGRAPHS = 4, 2
"""The shortest run of a secret, or of a name, that is hidden: in letters or digits, and in ideographs."""


def mask_prompt(text: str, secret: str, *, whole: str = "") -> str:
    """*text* with live tokens, home paths, addresses, numbers, likely names and every part of *secret* hidden.

    *whole* is the prompt that *text* was cut from: a name that only the whole prompt shows to be one is hidden too.
    """
    text, whole = (unicodedata.normalize("NFKC", part) for part in (text, whole))
    private = [secret]
    for pattern in _PATTERNS:
        private += [found[1] if pattern.groups else found[0] for found in pattern.finditer(whole)]
    for part in private:
        text = _hide_overlap(text, part)
    text = redact(text)
    for pattern in _PATTERNS:
        text = pattern.sub(_hidden, text)
    return "".join(char if char.isprintable() else " " for char in text).strip()


def _hidden(found: re.Match[str]) -> str:
    whole, inner = found[0], found[1] if found.re.groups else found[0]
    return whole.replace(inner, inner[0] + _HIDDEN if inner[0].isalpha() else _HIDDEN, 1)


def _hide_overlap(text: str, private: str) -> str:
    """Hide each run of *text* that *private* holds too, from `_OVERLAP` characters on, or all of a shorter one."""
    wanted = normalise(private)
    kept = [(at, normalise(char)) for at, char in enumerate(text)]
    plain = "".join(part for _, part in kept)
    origin = [at for at, part in kept for _ in part]
    hidden: set[int] = set()
    for start in range(len(plain)) if wanted else ():
        least = _OVERLAP_IDEOGRAPHS if unicodedata.category(plain[start]) == "Lo" else _OVERLAP
        end = start + min(least, len(wanted))
        while end <= len(plain) and plain[start:end] in wanted:
            hidden.update(range(origin[start], origin[end - 1] + 1))
            end += 1
    out: list[str] = []
    for at, char in enumerate(text):
        if at not in hidden:
            out.append(char)
        elif at - 1 not in hidden:
            out.append(_HIDDEN)
    return "".join(out)
