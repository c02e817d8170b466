"""Sentences about differential privacy in a README or card: which claim it, and which say more than the ledger."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from finewarden.audits.privacy_numbers import DELTA_COLUMN, budgets, column, deltas, epsilons, plain
from finewarden.audits.prose import prose, sentences
from finewarden.evidence.privacy_ledger import PrivacyLedger

__all__ = ["Overstatement", "claims", "overstatements"]

_SHORT = re.compile(r"(?-i:\bDP\b)|\bprivate\b|\bprivacy\b|隐私", re.IGNORECASE)
_PRIVACY = re.compile(
    r"differential(?:ly)?[\s-]+priva(?:te|cy)|\bDP[- ]?(?:SGD|Adam|SFT|LoRA)\b|差分隐私|privacy[- ]budget|隐私预算"
    r"|[εδ)]\s?[‐–-]\s?DP\b|\b(?:example|user|customer|client|person|patient)[- ]level\s+(?:DP\b|priva)",
    re.IGNORECASE,
)
# What takes a sentence back, or only advises. In one sentence a person reads them together.
_TAKEN_BACK = re.compile(
    r"\b(?:not?|never|nor|without|isn['’]t|wasn['’]t|aren['’]t|doesn['’]t|cannot|can|could|should|would|may|might"
    r"|consider|if|unless|future|plan(?:ned|s)?)\b|不|没有|未|无|可以|可能|应|建议|如果|计划",
    re.IGNORECASE,
)

# Whom a guarantee is for.
_SOMEBODY = r"(?:user|client|customer|person|people|patient|owner|author|individual|participant|contributor|speaker)"
_PERSONS = re.compile(
    rf"\b(?:{_SOMEBODY}|entity|group)[- ]levels?\b|\bper[- ](?:{_SOMEBODY}|entity)\b"
    rf"|\b(?:each|every|any|all|single|individual)\s+(?:(?:of the|the|single|individual)\s+)?{_SOMEBODY}s?\b"
    rf"|\bno\s+(?:one\s+|single\s+)?{_SOMEBODY}(?:[ '’]s)?\s+(?:data|record|information)"
    r"|(?:用户|客户|个人|患者)级|(?:每一?[个位名]|任何|任意|所有|单个)(?:用户|客户|个人|人|患者)",
    re.IGNORECASE,
)
# Sentences that speak of protection at all, and not of what the reader is to do.
_PROTECTED = re.compile(r"\bpriva|\bDP\b|\bprotect|\bguarantee|\bleak|ε|隐私|保护|保证", re.IGNORECASE)
_ADVICE = re.compile(r"\b(?:respect|please|must|you|your|comply|responsib\w+)\b|请|必须|遵守", re.IGNORECASE)
_ADD_REMOVE = re.compile(
    r"\badd(?:ing|ition)?(?:[ -](?:or|and)[ -]|\s*/\s*)remov(?:e|ing|al)\b|\bunbounded\s+(?:DP|differential)"
    r"|(?:添加|增加)(?:或|/)(?:删除|移除|去除)",
    re.IGNORECASE,
)
_REPLACE_ONE = re.compile(
    r"\breplace[- ]one\b|\breplac(?:e|ing)\s+(?:any\s+)?(?:one|an?)\s+(?:\w+\s+)?(?:by|with)\s+an(?:y\s+)?other\b"
    r"|\bsubstitution\s+(?:adjacency|relation|neighbou?r)|\b(?<!un)bounded\s+(?:DP|differential)|替换(?:任意)?一",
    re.IGNORECASE,
)
_LOCAL = re.compile(
    r"\blocal(?:ly)?\s+differential|\bpure(?:ly)?\s+(?:DP|ε|differential)|本地差分隐私|本地化差分", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Overstatement:
    """A sentence that says more than the ledger: *rule*, its line, what it says and what is so."""

    rule: str
    line: int
    what: str


def claims(text: str) -> list[int]:
    """Lines on which a sentence of *text* says, without taking it back, that training was differentially private."""
    return [line for line, sentence in sentences(text) if _is_claim(sentence)]


def overstatements(text: str, ledger: PrivacyLedger) -> list[Overstatement]:
    """What *text* says of differential privacy beyond *ledger*; numbers that are larger are no lie.

    Once it speaks of privacy at all, every ε and every budget in it counts, in whatever sentence.
    """
    spoken = list(sentences(text))
    if not any(_speaks(sentence) for _, sentence in spoken):
        return []
    found = []
    whole = plain(prose(text))
    ends = [match.start() for match in re.finditer("\n", whole)]
    least: dict[int, float] = {}
    for said in [*epsilons(whole), *budgets(whole)]:
        line = bisect_left(ends, said.at) + 1
        least[line] = min(said.value, least.get(line, said.value))
    for line, value in sorted(least.items()):
        # Half of the last digit that anybody writes; a rounding down beyond it is a smaller claim.
        if value < ledger.claimed - min(5e-5, 1e-3 * ledger.claimed):
            what = f"it says ε = {value:g}, and the ledger {ledger.claimed:.6g}"
            found.append(Overstatement("epsilon", line, what))
    for said in column(whole, DELTA_COLUMN):
        if said.value < ledger.delta * (1 - 1e-6):
            what = f"it says δ = {said.value:g}, and the ledger {ledger.delta:g}"
            found.append(Overstatement("delta", bisect_left(ends, said.at) + 1, what))
    for line, sentence in spoken:
        found += [Overstatement(rule, line, what) for rule, what in _beyond(sentence, ledger)]
    return sorted(found, key=lambda each: each.line)


def _beyond(sentence: str, ledger: PrivacyLedger) -> Iterator[tuple[str, str]]:
    protects = _PROTECTED.search(sentence) is not None and _ADVICE.search(sentence) is None
    if ledger.unit == "example" and protects and (words := _asserted(_PERSONS, sentence)):
        yield "unit", f"it says {words!r}, and the ledger bounds single examples: one person may have several"
    if not _speaks(sentence) and not epsilons(sentence):
        return
    said = min((each.value for each in deltas(sentence)), default=None)
    if said is not None and said < ledger.delta * (1 - 1e-6):
        yield "delta", f"it says δ = {said:g}, and the ledger {ledger.delta:g}"
    if ledger.dataset_size_is != "public bound" and (words := _asserted(_ADD_REMOVE, sentence)):
        yield "relation", f"it says {words!r}, and the number of examples is public: the relation is zero-out"
    if words := _asserted(_REPLACE_ONE, sentence):
        yield "relation", f"it says {words!r}, and the ledger accounts for zero-out, which is half of that"
    if words := _asserted(_LOCAL, sentence):
        yield "mechanism", f"it says {words!r}, and the mechanism is DP-SGD with a trusted trainer and δ > 0"


def _speaks(sentence: str) -> bool:
    """Whether differential privacy is the subject: by its name, or by "DP" or "privacy" beside a number for ε."""
    return bool(_PRIVACY.search(sentence) or (_SHORT.search(sentence) and epsilons(sentence)))


def _is_claim(sentence: str) -> bool:
    # What follows, in finalize's own sentence too, explains the claim or says what it does not cover.
    clause = re.split(r"[;；]|(?<=private):", sentence, maxsplit=1)[0]
    # A heading says what is spoken of, not what is so, unless it gives the number.
    if sentence.startswith("#") and not epsilons(clause):
        return False
    return _speaks(clause) and _TAKEN_BACK.search(clause) is None


def _asserted(pattern: re.Pattern[str], sentence: str) -> str | None:
    for found in pattern.finditer(sentence):
        if _TAKEN_BACK.search(sentence[: found.start()]) is None:
            return found.group()
    return None
