"""Sentences in a text of somebody's own that take something back from the license that the model is bound by."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from finewarden.licensing.texts.markup import plain

__all__ = ["taken_back"]

_OBJECT = (
    r"(?<!our )(?:acceptable|prohibited) uses? polic(?:y|ies)|\buse polic(?:y|ies)"
    r"|\b(?:base|upstream|original) (?:model['’]?s? )?licen[sc]e|\blicen[sc]e of the (?:base|original) model"
    r"|(?<!this )(?<![A-Za-z0-9_\-])(?-i:LICEN[SC]E)(?:\.txt|\.md)?(?![A-Za-z0-9_\-])"
)
_OBJECT_ZH = r"使用政策|原许可|上游许可|基座(?:模型)?的?许可"
# What a short text without sections of its own calls so is the other's.
_PART = (
    r"\b(?:sections?|clauses?|paragraphs?) \d[\w.()]*+(?! of (?:this|these|our)\b)|\buse(?:-based)?[ \-]restrictions"
    r"|\b(?:attachment|exhibit) [a-z]\b"
)
_PART_ZH = r"(?<!本)(?<!各自的)许可(?:协议|证|条款)|第[一二三四五六七八九十百\d.（()）]{1,8}[条款项]"
_NOT = r"(?: not|n['’]t)"
_VOID = (
    rf"(?:(?:do(?:es)?|shall|will){_NOT} (?:apply|bind|concern)|wo{_NOT} apply|(?:is|are){_NOT} (?:applicable|binding)"
    r"|(?:is|are|shall be|will be)(?: hereby)?(?: null and| entirely)? "
    r"(?:void|waived|null|suspended|disregarded|superseded|overridden|inapplicable|removed|deleted|lifted"
    r"|without effect|of no effect)|(?:may|can) be (?:ignored|disregarded)|no longer appl(?:y|ies)"
    r"|(?:has|have|shall have|will have) no (?:force|effect))"
)
_VOID_LATER = r"(?:(?:is|are)(?: hereby)? (?:waived|void)|shall have no (?:force|effect))"
_TAKES = (
    r"(?:waives?|overrides?|supersedes?|disregards?|ignores?|voids?|replaces?|(?:is|are) exempt(?:ed)? from"
    r"|exempts? [^.;:]{0,40} from|releases? (?:you|recipients|everyone|anyone|users) from"
    rf"|(?:need not|(?:do|does){_NOT} (?:have|need) to) (?:comply with|follow|observe|obey|accept)"
    r"|not (?:bound by|subject to))"
)
_GRANTS = re.compile(
    r"\b(?:may(?! not| need| have)|free(?:ly)?|not (?:apply|bind)|unlimited|unrestricted|without (?:any )?"
    r"(?:restriction|limit)\w*|waive\w*|void|exempt\w*|grants?|granted|permitted|allowed)\b",
    re.IGNORECASE,
)
_CHINESE = r"(?<!不)(?:不适用|无效|作废|失效|不生效|不再|取消|免除|豁免|解除|排除|无约束|不具有?约束)"
_CHINESE_TAKES = (
    r"(?<!不)(?<!不得)(?<!不能)(?<!不可)(?<!不会)(?<!不应)(?<!并未)(?<!请勿)"
    r"(?:不受|豁免|免除|取消|排除|忽略|无视|不必遵守|无需遵守|无须遵守|不用遵守|可以不遵守)"
)
# What yields to the license takes nothing from it; nor does what is said of code or data beside the model.
_YIELDS = re.compile(
    r"\bconflict|\binconsisten|\bprevail|\bcontrols?\b|\btakes? precedence|\bnothing (?:in|herein|here)\b"
    r"|\b(?:do(?:es)?|shall|will)(?: not|n['’]t) (?:waive|override|supersede|replace|limit|exempt|release)|\bcannot\b"
    r"|\b(?:must|may|should|shall|can) not (?:ignore|disregard|waive)|\bnever\b"
    r"|not apply to (?:the |our |any |this )?(?:\w+ )?(?:code|scripts?|software|source|documentation|data\w*"
    r"|examples?)\b(?! (?:or|and) (?:the )?(?:weights|models?)\b)"
    r"|\b(?:code|scripts?|software|documentation|data\w*|demo|website|api)\b[^.;]{0,60} not (?:subject to|bound by)"
    r"|\bremaining (?:provisions|terms)\b|\b(?:found|held|deemed) to be\b"
    r"|\b(?:prior|previous|entire|complete)\b[^.]{0,60}\bagreement"
    r"|\b(?:earlier|previous|older|prior) (?:releas|version)"
    r"|\bagreement\b[^.]{0,80}\b(?:all|any) (?:prior|previous|other|earlier)\b"
    r"|冲突|抵触|不一致|为准|优先|代码|源码|数据集|第三方",
    re.IGNORECASE,
)
_DENIED = re.compile(r"\b(?:not|nothing|no|never|neither|nor|cannot)\b|n['’]t\b|不(?!一致|符)", re.IGNORECASE)
_STANDS = re.compile(r"\b(?:applies|governs?|remains?|stays?|binds?)\b(?! to nobody)", re.IGNORECASE)
_OTHERS = re.compile(
    r"\b(?:a?l?gpl|gnu|mit|x11|bsd|apache|mpl|mozilla|isc|zlib|boost|eclipse|epl|unlicense|cc[- ]by|creative commons"
    r"|python software|psf|openssl)\b",
    re.IGNORECASE,
)
_SIGNAL = re.compile(
    r"notwithstanding|despite|regardless|in spite|apply|applicab|bind|bound|concern|void|waive|null|suspend|disregard"
    r"|supersed|overrid|remove|delete|lift|effect|ignore|force|replace|exempt|release|follow|comply|observe|obey|accept"
    r"|subject to|prevail|precedence|control|govern|\bno\b|none|including|conflict"
    r"|尽管|虽有|不论|不适用|无效|作废|失效|不生效|不再|取消|免除|豁免|解除|排除|约束|不受|忽略|无视|遵守|优先|为准",
    re.IGNORECASE,
)
# A text that holds none of these speaks of no license; so looked for, they cost next to nothing.
_ABOUT = (
    "licen",
    "polic",
    "restrict",
    "terms",
    "agreement",
    "section",
    "clause",
    "paragraph",
    "attachment",
    "exhibit",
    "许可",
    "协议",
    "条款",
    "政策",
    "限制",
    "第",
)
_SENTENCE = re.compile(r"[^.;。；！!?？\n]{1,600}+(?:\.(?=\w)[^.;。；！!?？\n]{0,300}+){0,8}+")
_OWN_SECTION = re.compile(
    r"^[ \t#*]{0,12}(?:section |article |第)?(?:\d{1,2}[.)、 ]|[一二三四五六七八九十]{1,2}[、条])",
    re.IGNORECASE | re.MULTILINE,
)
_SECTIONS, _LONG = 3, 2000  # a text of so many sections, or so many characters, speaks of sections of its own


def taken_back(text: str, names: Iterable[str], *, only_named: bool = False) -> tuple[int, str] | None:
    """The line and the words of the first sentence of *text* that says that the license which *names* call ("Llama"),
    the LICENSE file, a section or a policy of it does not hold; None where there is none such.

    *only_named*: as in lists of others' licenses, where each has a LICENSE and sections of its own.
    """
    lower = text.lower()
    if not any(word in lower for word in _ABOUT):
        return None
    clean = plain(text)
    called = tuple(sorted({name for name in names if name}))
    calls, voids, overrides = _patterns(called, "named")
    own = calls
    if not only_named:
        apart = len(clean) > _LONG or len(_OWN_SECTION.findall(clean)) >= _SECTIONS
        others = _OTHERS.search(clean) and not own.search(clean)
        calls, voids, overrides = _patterns(called, "files" if apart or others else "parts")
    joined = re.sub(r"(?<![.:;。；：\n])\n(?=[^\n])", " ", clean)  # a wrapped line goes on; length stays
    for sentence in _SENTENCE.finditer(joined):
        said = sentence[0]
        low = said.lower()
        if (
            any(word in low for word in _ABOUT)
            and _SIGNAL.search(low)
            and calls.search(said)
            and _takes(said, own, voids, overrides)
        ):
            start = sentence.start() + len(said) - len(said.lstrip())
            words = " ".join(said.split())
            return clean.count("\n", 0, start) + 1, words if len(words) <= 120 else words[:119].rstrip() + "…"
    return None


def _takes(said: str, own: re.Pattern[str], voids: re.Pattern[str], overrides: re.Pattern[str]) -> bool:
    over = overrides.search(said)
    if over is not None:
        return not _DENIED.search(said, 0, over.end()) and not _is_others(said, own, over)
    if _YIELDS.search(said):
        return False
    for found in voids.finditer(said):
        if _is_others(said, own, found) or (found.lastgroup == "void" and _STANDS.search(found[0])):
            continue
        if found.lastgroup != "despite" or _GRANTS.search(said, found.end()):
            return True
    return False


def _is_others(said: str, own: re.Pattern[str], found: re.Match[str]) -> bool:
    """Whether another license is meant: "Section 2 of the GPL does not apply"."""
    if own.search(found[0]):
        return False
    return _OTHERS.search(said, max(0, found.start() - 30), found.end()) is not None


@lru_cache(maxsize=64)
def _patterns(names: tuple[str, ...], kind: str) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """What the license is called, what takes something from it, and what puts itself above it."""
    known = "|".join(r"[\s\-]".join(map(re.escape, name.split())) for name in names) or r"(?!)"
    name = rf"(?<![A-Za-z0-9])(?:{known})(?:['’]s)?(?![A-Za-z])"
    license_ = (
        rf"{name}[^,;:]{{0,40}}?(?:licen[sc]e|agreement|\bterms\b|restrictions|polic(?:y|ies)|许可|协议|条款|限制)"
        rf"|\blicen[sc]e(?: agreement| terms)? of (?:the |meta )?{name}"
    )
    english, chinese = license_, license_
    if kind != "named":
        english, chinese = f"{english}|{_OBJECT}", f"{chinese}|{_OBJECT}|{_OBJECT_ZH}"
    if kind == "parts":
        english, chinese = f"{english}|{_PART}", f"{chinese}|{_PART}|{_PART_ZH}"
    voids = (
        rf"(?P<despite>\b(?:notwithstanding|despite|regardless of|in spite of)\b[^,]{{0,80}}?(?:{english}))"
        rf"|(?P<void>(?:{english})[^,;:]{{0,80}}? {_VOID})"
        rf"|(?P<later>(?:{english})[^;:]{{0,160}}? {_VOID_LATER}\b)"
        rf"|(?P<none>\b(?:none|no part|nothing) of (?:the |this |its )?(?:{english})[^.;]{{0,60}} appl)"
        rf"|(?P<takes>\b{_TAKES} [^.;:]{{0,60}}?(?:{english}))"
        rf"|(?P<no>^\W{{0,9}}no (?:{english})(?:\W{{0,9}}$| (?:applies|binds)))"
        rf"|(?P<any>\bfor any (?:purpose|use)s?,? including [^.;]{{0,40}}?(?:{english}))"
        rf"|(?P<zh>(?:{chinese})[^。；]{{0,40}}?{_CHINESE}|{_CHINESE_TAKES}[^，。；]{{0,30}}?(?:{chinese}))"
    )
    overrides = (
        rf"\b(?:prevails?|takes? precedence|controls?|governs?) over [^.;]{{0,40}}?(?:{english})"
        rf"|(?:{english})[^.;]{{0,60}}?\bth(?:is|ese) \w+(?: shall| will)? (?:prevails?|controls?|governs?|takes? prec)"
        rf"|优先于[^。；]{{0,20}}?(?:{chinese})|(?:{chinese})[^。；]{{0,40}}?以(?:本|此|这)(?!许可|协议)[^，。；]{{0,12}}为准"
    )
    calls, takes, above = (re.compile(one, re.IGNORECASE) for one in (f"{english}|{chinese}", voids, overrides))
    return calls, takes, above
