"""Which rules a text can match at all: by hyperscan where it is installed, else by what characters the text has.

Both only leave out rules that match nowhere, so that findings are the same with either; most texts match none. In its
prefilter mode hyperscan takes every pattern and ignores what it can't do (looking around), never the other way.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from finewarden.personal_data.rules.rule import Rule

if TYPE_CHECKING:
    import hyperscan

__all__ = ["Best", "ByCharacters", "ByHyperscan", "best_prefilter"]

_GAP = 3  # as `Rule.digits` says
_MANY = 30
_WORTH = 500_000  # characters
_REPEATED = re.compile(r"\{([0-9]+),([0-9]+)\}")
_CODE = re.compile(r"\\u([0-9a-fA-F]{4})")
_SPACE = re.compile(r"(\[(?:[^\]\\]|\\.)*\])|\\s")


class ByCharacters:
    """Leaves out rules whose anchors or digits a text does not have."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = rules
        counts = sorted({rule.digits for rule in rules if rule.digits})
        self._digits = {n: re.compile(rf"[0-9](?:[^0-9]{{0,{_GAP}}}[0-9]){{{n - 1}}}") for n in counts}

    def possible(self, text: str) -> list[int]:
        """Places of the rules that *text*, as the rules read it, can match, in order."""
        most = 0
        for count, pattern in self._digits.items():
            if not pattern.search(text):
                break
            most = count
        folded = text.lower()
        return [
            number
            for number, rule in enumerate(self._rules)
            if rule.digits <= most and (not rule.anchors or any(anchor in folded for anchor in rule.anchors))
        ]


class ByHyperscan:
    """Leaves out rules of which hyperscan sees no match. Its scratch space is a thread's own."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        import hyperscan

        self._database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
        self._database.compile(
            expressions=[_loose(rule) for rule in rules],
            ids=list(range(len(rules))),
            flags=[
                hyperscan.HS_FLAG_PREFILTER
                | hyperscan.HS_FLAG_UTF8
                | hyperscan.HS_FLAG_SINGLEMATCH
                | (0 if rule.pattern.flags & re.ASCII else hyperscan.HS_FLAG_UCP)
                for rule in rules
            ],
        )
        self._own = threading.local()

    def possible(self, text: str) -> list[int]:
        """Places of the rules that *text*, as the rules read it, can match, in order."""
        seen: list[int] = []
        # A lone surrogate, which UTF-8 has no bytes for, becomes a question mark; no rule asks for either.
        self._database.scan(text.encode("utf-8", "replace"), _remember, context=seen, scratch=self._scratch())
        seen.sort()
        return seen

    def _scratch(self) -> hyperscan.Scratch:
        scratch: hyperscan.Scratch | None = getattr(self._own, "scratch", None)
        if scratch is None:
            import hyperscan

            scratch = self._own.scratch = hyperscan.Scratch(self._database)
        return scratch


class Best:
    """By characters until as much text was seen as makes it worth while to compile hyperscan's database, a second or
    more; then by hyperscan.
    """

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self._rules = rules
        self._seen = 0
        self._now: ByCharacters | ByHyperscan = ByCharacters(rules)

    def possible(self, text: str) -> list[int]:
        """Places of the rules that *text*, as the rules read it, can match, in order."""
        if self._seen <= _WORTH:
            self._seen += len(text)
            if self._seen > _WORTH:
                self._now = best_prefilter(self._rules)
        return self._now.possible(text)


def best_prefilter(rules: tuple[Rule, ...]) -> ByCharacters | ByHyperscan:
    """Hyperscan's where it is installed and takes the patterns on this machine."""
    try:
        import hyperscan
    except ImportError:
        return ByCharacters(rules)
    try:
        return ByHyperscan(rules)
    except hyperscan.error:
        return ByCharacters(rules)


def _remember(number: int, start: int, end: int, flags: int, seen: Any) -> None:  # noqa: ARG001  # hyperscan's callback
    seen.append(number)


def _loose(rule: Rule) -> bytes:
    """The rule's sign or pattern for hyperscan: many repetitions become any number, which matches no less."""
    pattern = rule.sign or rule.pattern.pattern
    loose = _REPEATED.sub(lambda match: f"{{{match[1]},}}" if int(match[2]) >= _MANY else match[0], pattern)
    loose = _CODE.sub(lambda match: chr(int(match[1], 16)), loose)
    if not rule.pattern.flags & re.ASCII:  # four separators are white space to Python alone
        loose = _SPACE.sub(lambda match: match[1] or r"[\s\x1c-\x1f]", loose)
    return loose.encode()
