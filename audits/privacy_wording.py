"""Sentences about differential privacy in a README or card: which claim it, and which say more than the ledger."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from finewarden.evidence.privacy_ledger import PrivacyLedger
from finewarden.release.comments import blanked

__all__ = ["Overstatement", "claims", "overstatements"]

_PRIVACY = re.compile(
    r"differential(?:ly)?[\s-]+priva(?:te|cy)|\bDP[- ]?(?:SGD|Adam|SFT|LoRA)\b|差分隐私", re.IGNORECASE
)
# What takes a sentence back, or only advises. In one sentence a person reads them together.
_TAKEN_BACK = re.compile(
    r"\b(?:not?|never|nor|without|isn['’]t|wasn['’]t|aren['’]t|doesn['’]t|cannot|can|could|should|would|may|might"
    r"|consider|if|unless|future|plan(?:ned|s)?)\b|不|没有|未|无|可以|可能|应|建议|如果|计划",
    re.IGNORECASE,
)
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
# A full stop ends a sentence only before a space: "0.5", "ledger.json" and "e.g." inside a word do not.
_END = re.compile(r"(?<=[.!?。！？])(?:\s+|(?<=[。！？]))|\n[ \t]*\n|\n(?=[ \t]*(?:[#*|>-]|\d+\.))")
_LONGEST = 4096

_NUMBER = r"(?P<value>\d{1,12}(?:\.\d{1,12})?(?:[eE][-+]?\d{1,3})?|10\s?\^?\{?\s?[-−⁻]\s?\d{1,3}\}?)"
_EPSILON = re.compile(
    rf"(?:ε|ϵ|epsilon|\\epsilon|\beps)\s*\$?\s*(?:of\s+|=|≤|<=|<|:|约|为)\s*\$?{_NUMBER}", re.IGNORECASE
)
_DELTA = re.compile(rf"(?:δ|delta|\\delta)\s*\$?\s*(?:of\s+|=|≤|<=|<|:|为)\s*\$?{_NUMBER}", re.IGNORECASE)
_PERSONS = re.compile(
    r"\b(?:user|client|customer|person|patient|owner|author|entity|group|contributor|individual)[- ]levels?\b"
    r"|\bper[- ](?:user|client|customer|person|patient|owner|author|entity|individual)\b|(?:用户|客户|个人)级",
    re.IGNORECASE,
)
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
    return [line for line, sentence in _sentences(text) if _is_claim(sentence)]


def overstatements(text: str, ledger: PrivacyLedger) -> list[Overstatement]:
    """What sentences of *text* about differential privacy say beyond *ledger*; numbers that are larger are no lie."""
    found = []
    for line, sentence in _sentences(text):
        if _PRIVACY.search(sentence):
            found += [Overstatement(rule, line, what) for rule, what in _beyond(sentence, ledger)]
    return found


def _beyond(sentence: str, ledger: PrivacyLedger) -> Iterator[tuple[str, str]]:
    # Half of the last digit that anybody writes; a rounding down beyond it is a smaller claim.
    if (said := _least(_EPSILON, sentence)) is not None and said < ledger.claimed * (1 - 1e-6) - 5e-5:
        yield "epsilon", f"it says ε = {said:g}, and the ledger {ledger.claimed:.6g}"
    if (said := _least(_DELTA, sentence)) is not None and said < ledger.delta * (1 - 1e-6):
        yield "delta", f"it says δ = {said:g}, and the ledger {ledger.delta:g}"
    if ledger.unit == "example" and (words := _asserted(_PERSONS, sentence)):
        yield "unit", f"it says {words!r}, and the ledger bounds single examples: one person may have several"
    if ledger.dataset_size_is != "public bound" and (words := _asserted(_ADD_REMOVE, sentence)):
        yield "relation", f"it says {words!r}, and the number of examples is public: the relation is zero-out"
    if words := _asserted(_REPLACE_ONE, sentence):
        yield "relation", f"it says {words!r}, and the ledger accounts for zero-out, which is half of that"
    if words := _asserted(_LOCAL, sentence):
        yield "mechanism", f"it says {words!r}, and the mechanism is DP-SGD with a trusted trainer and δ > 0"


def _is_claim(sentence: str) -> bool:
    if sentence.startswith("#"):  # a heading says what is spoken of, not what is so
        return False
    # What follows, in finalize's own sentence too, explains the claim or says what it does not cover.
    clause = re.split(r"[;；]|(?<=private):", sentence, maxsplit=1)[0]
    return _PRIVACY.search(clause) is not None and _TAKEN_BACK.search(clause) is None


def _asserted(pattern: re.Pattern[str], sentence: str) -> str | None:
    for found in pattern.finditer(sentence):
        if _TAKEN_BACK.search(sentence[: found.start()]) is None:
            return found.group()
    return None


def _least(pattern: re.Pattern[str], sentence: str) -> float | None:
    values = [_number(found["value"]) for found in pattern.finditer(sentence)]
    return min(values, default=None)


def _number(text: str) -> float:
    power = re.fullmatch(r"10\s?\^?\{?\s?[-−⁻]\s?(\d+)\}?", text)
    return 10.0 ** -int(power[1]) if power else float(text)


def _sentences(text: str) -> Iterator[tuple[int, str]]:
    """Each sentence outside comments and code, with the line on which it begins."""
    plain = _FENCE.sub(lambda block: re.sub(r"[^\n]", " ", block.group()), blanked(text))
    at, line, counted = 0, 1, 0
    for end in [*(found.end() for found in _END.finditer(plain)), len(plain)]:
        sentence = plain[at:end]
        stripped = sentence.lstrip()
        if stripped:
            begin = at + len(sentence) - len(stripped)
            line, counted = line + plain.count("\n", counted, begin), begin
            yield line, stripped[:_LONGEST]
        at = end
