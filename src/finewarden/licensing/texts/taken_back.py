"""Sentences in a text of somebody's own that take something back from the license that it lies beside."""

from __future__ import annotations

import re
from collections.abc import Iterable

from finewarden.licensing.texts.markup import plain

__all__ = ["taken_back"]

# A policy is always the other's; "the license" and its sections are, in a short text without sections of its own.
_POLICY = (
    r"(?:acceptable|prohibited) uses? polic(?:y|ies)|use polic(?:y|ies)|(?:base|upstream|original|community) licen[sc]e"
)
_LICENSE = (
    r"licen[sc]e(?: agreement| file| terms)?|agreement|terms of use|sections? \d[\w.()]*|clauses? \d[\w.()]*"
    r"|paragraphs? \d[\w.()]*|(?:use(?:-based)? |use-)?restrictions|attachment [a-z]|exhibit [a-z]"
)
_POLICY_ZH = r"使用政策|使用限制|用途限制|原许可|上游许可|基座(?:模型)?许可"
_LICENSE_ZH = r"许可(?:协议|证|条款)?|LICENSE|协议|第[一二三四五六七八九十百\d.（）()]{1,8}[条款项]|附件"
_VOID = (
    r"(?:(?:do(?:es)?|shall|will) not (?:apply|bind)|(?:is|are|shall be|will be)(?: hereby)?(?: null and| entirely)? "
    r"(?:void|waived|null|suspended|disregarded|superseded|overridden|inapplicable|removed|deleted|not binding"
    r"|without effect|of no effect|not applicable)|(?:may|can) be (?:ignored|disregarded)|no longer appl(?:y|ies))"
)
_TAKES = (
    r"(?:waives?|overrides?|supersedes?|disregards?|ignores?|voids?|replaces?|(?:is|are) exempt(?:ed)? from"
    r"|exempts? [^.;:]{0,40} from|need not (?:comply with|follow|observe)|not bound by)"
)
_CHINESE = r"不适用|无效|作废|豁免|免除|不受|排除|取消|不必遵守|无需遵守|不再"
# What yields to the license takes nothing from it; nor does what is said of code or data beside the model.
_YIELDS = re.compile(
    r"\bconflict|\binconsisten|\bprevail|\bcontrols?\b|\btakes? precedence|\bnothing (?:in|herein|here)\b"
    r"|\b(?:do(?:es)?|shall|will) not (?:waive|override|supersede|replace|limit)|\bcannot\b"
    r"|not apply to (?:the |our |any |this )?(?:\w+ )?(?:code|scripts?|software|source|documentation|data\w*"
    r"|examples?)\b"
    r"|\bremaining (?:provisions|terms)\b|\b(?:found|held|deemed) to be\b"
    r"|\b(?:prior|previous|entire|complete)\b[^.]{0,60}\bagreement"
    r"|\bagreement\b[^.]{0,80}\b(?:all|any) (?:prior|previous|other|earlier)\b"
    r"|冲突|抵触|不一致|为准|优先|代码|源码|数据集",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[^.;。；！!?？\n]{1,600}(?:\.(?=\w)[^.;。；！!?？\n]{0,300}){0,8}")
_OWN_SECTION = re.compile(
    r"^[ \t#*]{0,12}(?:section |article |第)?(?:\d{1,2}[.)、 ]|[一二三四五六七八九十]{1,2}[、条])",
    re.IGNORECASE | re.MULTILINE,
)
_SECTIONS, _LONG = 3, 2000  # a text of so many sections, or so many characters, speaks of itself as "the license"


def taken_back(text: str, names: Iterable[str]) -> tuple[int, str] | None:
    """The line and the words of the first sentence of *text* that says that the license which *names* call ("Llama"),
    a section or a policy of it does not hold; None where there is none such."""
    clean = plain(text)
    known = [r"\b" + r"[\s\-]".join(map(re.escape, name.split())) + r"\b" for name in names if name]
    if len(clean) > _LONG or len(_OWN_SECTION.findall(clean)) >= _SECTIONS:
        english, chinese = "|".join([_POLICY, *known]), "|".join([_POLICY_ZH, *known])
    else:
        english, chinese = "|".join([_POLICY, _LICENSE, *known]), "|".join([_POLICY_ZH, _LICENSE_ZH, *known])
    patterns = re.compile(
        rf"\b(?:notwithstanding|despite|regardless of|in spite of)\b[^,]{{0,80}}?\b(?:{english})"
        rf"|\b(?:{english})[^,;:]{{0,80}}? {_VOID}"
        rf"|\b(?:{english})\b[^;:]{{0,160}}? (?:is|are)(?: hereby)? (?:waived|void)\b"
        rf"|\b(?:none|no part|nothing) of (?:the |this |its )?(?:{english})[^.;]{{0,60}} appl"
        rf"|\b{_TAKES} [^.;:]{{0,60}}?\b(?:{english})"
        rf"|(?:尽管|虽有|不论)[^，。]{{0,30}}(?:{chinese})"
        rf"|(?:{chinese})[^。；]{{0,40}}(?:{_CHINESE})|(?:{_CHINESE})[^。；]{{0,30}}(?:{chinese})",
        re.IGNORECASE,
    )
    joined = re.sub(r"(?<![.:;。；：\n])\n(?=[^\n])", " ", clean)  # a wrapped line goes on; length stays
    for sentence in _SENTENCE.finditer(joined):
        found = patterns.search(sentence[0])
        if found is not None and not _YIELDS.search(sentence[0]):
            start = sentence.start() + len(sentence[0]) - len(sentence[0].lstrip())
            words = " ".join(sentence[0].split())
            return clean.count("\n", 0, start) + 1, words if len(words) <= 120 else words[:119].rstrip() + "…"
    return None
