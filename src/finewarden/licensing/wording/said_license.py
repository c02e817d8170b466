"""Under which license a card's own words say that the model is released; nothing of code, data or other models."""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["said_licenses"]

_RELEASED = re.compile(
    r"(?P<subject>[^.;:]{0,200}?)\b(?:is|are)\s+(?:(?!not\b|never\b)\w+\s+){0,2}?"
    r"(?:released|licensed|distributed|provided|published|available|open-?sourced|shared|covered)\s+"
    r"(?:\w+\s+){0,2}?under\s+(?:the\s+|an?\s+)?(?P<name>\S[^;:,()]{1,80})",
    re.IGNORECASE,
)
_RELEASED_ZH = re.compile(
    r"(?P<subject>[^，。；：]{0,60}?)(?:采用|遵循|使用|基于|按照|依据|以)\s*(?P<name>[A-Za-z][\w .\-]{1,40}?)\s*"
    r"(?:开源)?(?:许可证?|协议|授权)"
)
_LABEL = re.compile(
    r"^(?:[-*+]\s+)?(?:model\s+)?licen[sc]e\s*[:：]\s*(?P<name>\S[^;:,()]{1,80})|^(?:[-*+]\s+)?(?:模型)?许可证?\s*[:：]\s*(?P<zh>\S[^，。；]{1,40})",
    re.IGNORECASE,
)
_OWN = re.compile(
    r"\b(?:(?:this|these|our)\s+(?:[\w\-]+\s+){0,3}?|the\s+(?:model\s+)?)(?:models?|weights|adapters?|checkpoints?|release|lora)\b"
    r"|(?:本|该|此|我们的?)(?:模型|权重|适配器|版本|发布)|^模型|模型权重",
    re.IGNORECASE,
)
_OF_OTHERS = re.compile(
    r"\b(?:codes?|scripts?|data|data-?sets?|corpus|corpora|benchmarks?|base|original|upstream|teacher|parent|underlying"
    r"|reward|embedding|tokenizers?|librar(?:y|ies)|framework|demo|documentation|was|were|not|if|other|any)\b|n't\b"
    r"|代码|数据|语料|脚本|基座|底座|基础模型|原模型|原始|未|不|如果|若",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"\b(?:code|data(?:sets?)?|base|upstream|original|third|depend\w+|acknowledg\w+|credits?|citation|tokenizer|benchmarks?)\b"
    r"|代码|数据|基座|原|第三方|依赖|致谢|引用",
    re.IGNORECASE,
)
_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+(?P<text>[^\n]{0,200})")
_LICENSE = re.compile(r"(?:model\s+)?licen[sc]e|(?:模型)?许可证?|许可协议", re.IGNORECASE)
_FIRST = re.compile(
    r"^(?:(?:terms|conditions) of (?:the )?|permissive |standard |open[- ]source |free )+", re.IGNORECASE
)
_LAST = re.compile(
    r"\s+(?:(?:licen[sc]e|agreement|and|with|as|which|but|see|for|on|in)\b.*|[-–—|].*)$|[\s.。]+$", re.IGNORECASE
)
_VERSION = re.compile(r"\s+licen[sc]e,?\s+(?:version\s+|v\.?\s*)(?=\d)", re.IGNORECASE)
_LONGEST = 2000


def said_licenses(text: str) -> Iterator[tuple[int, str]]:
    """Each license that *text* gives the model in its own words, with the line; the name as it stands there."""
    heading, alone = "", False
    for number, line in enumerate(text.splitlines(), start=1):
        found = _HEADING.match(line)
        if found:
            heading, alone = _plain(found["text"]), False
            continue
        if not line.strip() or _ELSEWHERE.search(heading):
            continue
        first = not alone
        alone = True
        nested = line.startswith(("  ", "\t"))
        yield from ((number, name) for name in _of_line(_plain(line[:_LONGEST]), nested=nested))
        if first and _LICENSE.fullmatch(heading.strip(" :：")) and len(line) <= 80:
            yield number, _name(_plain(line))


def _of_line(line: str, *, nested: bool) -> Iterator[str]:
    label = None if nested else _LABEL.match(line)
    if label:
        yield _name(label["name"] or label["zh"])
        return
    for sentence in re.split(r"(?<=[.!?])\s|(?<=[。！？；])", line):
        for released in (_RELEASED, _RELEASED_ZH):
            found = released.search(sentence)
            if found and _OWN.search(found["subject"]) and not _OF_OTHERS.search(found["subject"]):
                yield _name(found["name"])


def _name(words: str) -> str:
    """The bare name: "permissive MIT License." is called MIT."""
    return _LAST.sub("", _FIRST.sub("", words.strip())).strip(" .。*_\"'")


def _plain(text: str) -> str:
    text = _VERSION.sub(" ", re.sub(r"\[([^\[\]\n]*)\]\([^()\n]*\)", r"\1", text))
    return re.sub(r"[*`_>]{1,3}(?=\S)|(?<=\S)[*`_]{1,3}", "", text).strip()
