"""Where a release passes a license's use restrictions on: as a term that binds, and as a notice to its users."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["Passage", "find_passages"]

_SECTION = re.compile(
    r"^(?:(?:sections?|clauses?|paragraphs?|articles?)\s+)?(?P<number>\d+(?:\.\d+)*(?:\([a-z0-9]\))*)$"
)
_FILLER = re.compile(r"^(?:the|its|gemma|deepseek|llama)\s+|\s+of (?:the|this) (?:license|agreement|terms)$")
# How Chinese cards write the names that licenses give their lists.
_CHINESE = {
    "attachment a": r"附件\s*A|附录\s*A",
    "exhibit a": r"附件\s*A|附录\s*A|附表\s*A",
    "prohibited use policy": r"禁止使用政策|禁止用途政策|禁用政策",
    "prohibited uses policy": r"禁止使用政策|禁止用途政策|禁用政策",
    "acceptable use policy": r"可接受使用政策|可接受的使用政策|合理使用政策",
}
_GENERIC = r"use[- ](?:based )?restrictions|restrictions on (?:the )?use|使用限制|用途限制"
_BINDS = re.compile(
    r"\b(?:must|shall|agrees?|binds?|bound|binding|subject to|may not|required"
    r"|enforceable|conditions?|obliged|governed by)\b"
    r"|必须|应当|不得|约束|同意|须|遵守|强制执行",
    re.IGNORECASE,
)
_PASSES_ON = re.compile(
    r"\bpass(?:es|ed|ing)?\b[^.]{0,60}\bon\b|\b(?:re-?)?distribut\w+|\bsubsequent\b|\bdownstream\b|\brecipients?\b"
    r"|\bthird part(?:y|ies)\b|\bsublicen[sc]\w+|\bderivatives?\b|\blater users?\b|\bwhoever\b|\banyone\b|\beveryone\b"
    r"|\bpass (?:it|them|these|this)\b"
    r"|分发|后续|下游|接收者|接收方|第三方|任何人|衍生|转授|传递|再许可",
    re.IGNORECASE,
)
_APPLIES = re.compile(
    r"\b(?:appl(?:y|ies)|prohibit\w*|restrict(?:s|ed)|not allowed|forbid\w*)\b|适用|禁止", re.IGNORECASE
)
# A sentence that takes them back; whoever is "not bound" to them may be shut out by the same sentence.
_TAKES_BACK = re.compile(
    r"\b(?:do|does|shall|will|is|are)(?: not|n't)(?: be)?(?: legally| hereby)?"
    r" (?:appl(?:y|icable)|bind(?:ing)?|bound|subject|obliged|required|enforce\w*)\b"
    r"|\b(?:not|n't) (?:need|have|required?) to (?:agree|accept|comply|keep|follow|pass|be bound)|\bneed not\b"
    r"|\bno (?:use(?:[- ]based)? |usage )?restrictions (?:apply|exist|bind)\b"
    r"(?! (?:beyond|other|except|besides|in addition))"
    r"|(?<!\bnobody )(?<!\bno one )\b(?:can|may|(?:are|is) free to) (?:safely |simply )?(?:ignore|disregard)\b"
    r"|\b(?:is|are)(?: not|n't) (?:being )?(?:passed on|handed on|inherited)\b"
    r"|\b(?:binds?|appl(?:y|ies) to|obliges?) (?:nobody|no one|none)\b|\b(?:nobody|no one) is (?:bound|subject)\b"
    r"|\b(?:is|are) (?:void|waived|lifted)\b|\bno longer (?:appl|bind)"
    r"|不适用|不受[^。]{0,30}?(?:约束|限制)|(?:无需|无须|不必|不用)(?:遵守|同意|接受)|不具有?约束力|没有约束力",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"\b(?:who|whoever|anyone|those)(?: who)? (?:is|are|do|does)\b|\b(?:unless|if|until)\b|如果|若|除非|凡",
    re.IGNORECASE,
)
_LONGEST = 8000


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph that speaks of the restrictions. *binds*: as a term that whoever gets the model must keep and pass
    on; else it only tells of them."""

    line: int
    binds: bool


def find_passages(text: str, refers_to: str) -> list[Passage]:
    """Each paragraph of *text* that tells users of the restrictions that stand in *refers_to* ("Attachment A",
    "3.2 and the Gemma Prohibited Use Policy"). *text* is what a reader sees."""
    named = re.compile("|".join([*_names(refers_to), _GENERIC]), re.IGNORECASE)
    found = []
    for line, whole in _paragraphs(text):
        paragraph = _upheld(whole)
        if named.search(paragraph) and (_BINDS.search(paragraph) or _APPLIES.search(paragraph)):
            found.append(Passage(line, bool(_BINDS.search(paragraph) and _PASSES_ON.search(paragraph))))
    return found


def _upheld(paragraph: str) -> str:
    """*paragraph* without the sentences that say that something does not bind."""
    sentences = re.split(r"(?<=[.!?;；])\s|(?<=[。！？])", paragraph)
    return " ".join(one for one in sentences if not _TAKES_BACK.search(one) or _CONDITION.search(one))


def _names(refers_to: str) -> Iterator[str]:
    bare = re.sub(r"\s\([^()]*\)", "", refers_to.lower())  # an address in brackets; not the "(a)" of a section
    for part in re.split(r",|;|\band\b|\bor\b", bare):
        name, before = part.strip(), None
        section = _SECTION.match(name)
        if section:
            yield rf"(?:\b(?:section|clause|paragraph|article)s?\s|§|第)\s?{re.escape(section['number'])}(?![\d])"
            continue
        while name != before:
            before, name = name, _FILLER.sub("", name)
        if name:
            yield r"\b" + r"\s+".join(re.escape(word) for word in name.split()) + r"\b"
            yield from (written for known, written in _CHINESE.items() if known in name)


def _paragraphs(text: str) -> Iterator[tuple[int, str]]:
    line = 1
    for paragraph in re.split(r"(\n[ \t\r]*\n)", text):
        if paragraph.strip():
            bare = re.sub(r"[*_`>]", "", paragraph[:_LONGEST])
            yield line + paragraph[: len(paragraph) - len(paragraph.lstrip())].count("\n"), " ".join(bare.split())
        line += paragraph.count("\n")
