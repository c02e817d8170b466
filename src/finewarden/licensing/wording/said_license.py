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
# "We release the model under MIT", "Released under MIT", "我们以 MIT 协议开源模型".
_WE_RELEASE = re.compile(
    r"\bwe\s+(?:(?!not\b|never\b)\w+\s+){0,2}?(?:release|licen[sc]e|publish|distribute|open-?source|provide|share)d?\s+"
    r"(?P<subject>[^.;:]{1,120}?)\s+under\s+(?:the\s+|an?\s+)?(?P<name>\S[^;:,()]{1,80})",
    re.IGNORECASE,
)
_RELEASED_ALONE = re.compile(
    r"^(?:[-*+]\s+)?(?:released|licensed|distributed|published|open-?sourced)\s+under\s+(?:the\s+|an?\s+)?"
    r"(?P<name>\S[^;:,()]{1,80})",
    re.IGNORECASE,
)
_WE_RELEASE_ZH = re.compile(
    r"我们(?:以|采用|使用|按照?|基于)\s*(?P<name>[A-Za-z][\w .\-]{1,40}?)\s*(?:开源)?(?:许可证?|协议|授权)\s*"
    r"(?:开源|发布|开放|公开)了?(?P<subject>[^，。；]{0,20})"
)
_LABEL = re.compile(
    r"^(?:[-*+]\s+)?(?:(?:model\s+)?licen[sc]e|(?:模型)?许可证?)\s*[:：]\s*(?P<said>\S.{1,200})", re.IGNORECASE
)
_ROW = re.compile(
    r"^\|\s*(?:(?:model\s+)?licen[sc]e|(?:模型)?许可证?)\s*\|\s*(?P<said>[^|\s][^|]{1,100})\|?\s*$", re.IGNORECASE
)
_PART = re.compile(r"[,，;；、。]|(?<=\w)\.\s|\band\b", re.IGNORECASE)
_NOT_THE_MODEL = re.compile(
    r"\b(?:codes?|scripts?|data|data-?sets?|documentation|demo)\b|代码|数据|脚本|文档", re.IGNORECASE
)
_THE_MODEL = re.compile(r"^(?:the\s+)?(?:model|weights|模型|权重)\s*[:：]?\s*(?=\S)", re.IGNORECASE)
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
    r"^(?:(?:terms|conditions) of (?:the )?|the |permissive |standard |open[- ]source |free )+", re.IGNORECASE
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
        bare = first and len(line) <= 80 and not _NOT_THE_MODEL.search(line)
        if bare and _LICENSE.fullmatch(heading.strip(" :：")):
            yield number, _name(_plain(line))


def _of_line(line: str, *, nested: bool) -> Iterator[str]:
    label = None if nested else _LABEL.match(line) or _ROW.match(line)
    if label:
        yield from _of_label(label["said"])
        return
    alone = None if nested else _RELEASED_ALONE.match(line)
    if alone:
        yield _name(alone["name"])
        return
    for sentence in re.split(r"(?<=[.!?])\s|(?<=[。！？；])", line):
        for released in (_RELEASED, _WE_RELEASE, _RELEASED_ZH, _WE_RELEASE_ZH):
            found = released.search(sentence)
            if found and _OWN.search(found["subject"]) and not _OF_OTHERS.search(found["subject"]):
                yield _name(found["name"])


def _of_label(said: str) -> Iterator[str]:
    """The first license of a label that is none of code or data: "MIT (code), Llama 3.1 (weights)"."""
    for part in _PART.split(said):
        if part.strip() and not _NOT_THE_MODEL.search(part):
            name = _name(re.split(r"[(:：]", _THE_MODEL.sub("", part.strip()))[0])
            if name:
                yield name
            return


def _name(words: str) -> str:
    """The bare name: "permissive MIT License." is called MIT."""
    return _LAST.sub("", _FIRST.sub("", words.strip())).strip(" .。*_\"'")


def _plain(text: str) -> str:
    text = _VERSION.sub(" ", re.sub(r"\[([^\[\]\n]*)\]\([^()\n]*\)", r"\1", text))
    return re.sub(r"[*`_>]{1,3}(?=\S)|(?<=\S)[*`_]{1,3}", "", text).strip()
