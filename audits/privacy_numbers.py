"""Numbers that a text gives for ε and δ, in the ways in which people write them: prose, pairs, LaTeX and tables."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["DELTA_COLUMN", "Said", "budgets", "column", "deltas", "epsilons", "plain"]

# Markup that may stand between a name and its number.
_TAG = re.compile(r"</?[A-Za-z][^<>\n]{0,200}>|\\[,;:! ]")
_MARKUP = str.maketrans(dict.fromkeys("*`${}\\\"'“”‘’", " "))

_EPSILON = re.compile(r"(?:(?<![A-Za-z])(?:(?:var)?epsilon|eps)|ε)(?:_\w{1,16})?(?![A-Za-z])", re.IGNORECASE)
_DELTA = r"(?:(?<![A-Za-z])delta|δ)(?![A-Za-z])"
_BUDGET = (
    r"(?P<kind>[A-Za-z]+)?[- ]?(?<![A-Za-z])(?:(?<=privacy[- ])(?:loss|parameter|guarantee|cost)|budget)(?![A-Za-z])"
    r"|隐私(?:损失|参数|成本|开销)|(?:隐私)?预算"
)
_POWER = r"\s?(?:\^\s?\(?\s?[-−–]\s?\d{1,3}|⁻[⁰¹²³⁴-⁹]{1,3})"
_NUMBER = (
    r"(?<![\w.])(?:10"
    + _POWER
    + r"|(?:\d{1,12}(?:\.\d{1,12})?|\.\d{1,12})(?:[eE][-+−]?\d{1,3}|\s?[×x·]\s?10"
    + _POWER
    + r"|\s?/\s?\d{1,9})?)(?!\d)"
)
# What may stand between, a line's end too, but no new paragraph, row or item.
_BETWEEN = (
    r"(?:[ \t|=:≈~≃≅≲≤⩽≦<—–(]|\n(?![ \t]*(?:\n|[#*|>-]|\d+[.)]\s))"
    r"|(?:value|budget|bound|level|parameter|guarantee|privacy|loss|total|final|spent|is|was|are|be|of|at|equals?"
    r"|equal to|about|around|approximately|approx\.?|roughly|ca\.?|only|just|merely|mere|even|most|less|lower|smaller"
    r"|than|below|under|up to|within|as|low|small|so|leq?|leqslant|lt|sim|simeq)(?![A-Za-z])"
    r"|大约|约|仅|只|为|是|取|达到?|小于|不超过|低于|等于){0,12}"
)
_UNITS = (
    r"(?!\s?(?:times|fold|%|percent|decimals?|digits|significant|runs?|steps?|epochs?|tokens?|hours?|h|min|minutes|days?|s"
    r"|sec|seconds|weeks?|GPU\S*|TPU\S*|[KMGT]?B|[KM]|FLOPs?|USD|EUR|dollars|euros|元|万|个|小时|天|步|轮)(?![A-Za-z]))"
)
_GIVEN = re.compile(rf"{_BETWEEN}(?P<value>{_NUMBER}){_UNITS}", re.IGNORECASE)
_OF_DELTA = re.compile(rf"{_DELTA}{_BETWEEN}(?P<value>{_NUMBER}){_UNITS}", re.IGNORECASE)
_OF_BUDGET = re.compile(rf"(?:{_BUDGET}){_BETWEEN}(?P<value>{_NUMBER}){_UNITS}", re.IGNORECASE)
_PAIR = rf"\(\s*(?P<value>{_NUMBER})\s*,[\s,]*(?P<delta>{_NUMBER})\s*\)"
_PRIVATE = r"(?:DP(?![A-Za-z])|differential|差分)"
_PAIRS = (
    re.compile(rf"{_PAIR}[\s‐–—-]{{0,3}}{_PRIVATE}", re.IGNORECASE),
    re.compile(
        rf"\(\s*{_EPSILON.pattern}\s*,[\s,]*{_DELTA}\s*\)[\s‐–—-]{{0,3}}(?:DP|differential(?:ly)?[\s-]+priva(?:te|cy)|差分隐私)?"
        rf"[\s,]*(?:with|where|for|as|at|of|is|=|:|≈|~|≤|<|为|是|\s){{0,6}}{_PAIR}",
        re.IGNORECASE,
    ),
)
_PURE = re.compile(rf"(?P<value>{_NUMBER})\s?[‐–-]\s?(?:DP(?![A-Za-z])|differential(?:ly)?[\s-]+priva)", re.IGNORECASE)

_ABOUT_PRIVACY = re.compile(r"\bpriva(?:te|cy)|\bDP\b|δ|差分|隐私", re.IGNORECASE)
# Epsilons that are none of privacy: an optimizer's or a norm's (tiny), and others that say what they are.
_TINY = re.compile(r"(?<!DP-)(?<!DP)adam|betas?(?![A-Za-z])|optimi[sz]er|norm(?![A-Za-z])|lion|adagrad", re.IGNORECASE)
_TINY_UP_TO = 1e-4
_OTHER = re.compile(
    r"label[-_ ]?smoothing|greedy|insensitive|explor|(?<![A-Za-z])(?:PPO|GRPO|DAPO|GSPO)(?![A-Za-z])"
    r"|clip[-_ ]?(?:range|ratio|high|low)?[-_ ]?(?=eps|ε)|adversarial|perturbation",
    re.IGNORECASE,
)
_OTHER_BUDGETS = re.compile(
    r"compute|tokens?|thinking|reasoning|time|latency|memory|parameter|cost|gpu|training|inference|error|sample|search"
    r"|context",
    re.IGNORECASE,
)
_NEAR = 200
_ROWS = re.compile(r"^[^\n|]*\|[^\n]*(?:\n[^\n|]*\|[^\n]*)+", re.MULTILINE)
_RULE = re.compile(r"[\s|:-]*-[\s|:-]*")
_HEAD = r"\W*(?:(?:privacy|DP|total|final|spent|target)\W+)*"
_EPSILON_COLUMN = re.compile(rf"{_HEAD}(?:{_EPSILON.pattern}|(?:privacy )?budget\b|隐私预算)", re.IGNORECASE)
DELTA_COLUMN = re.compile(_HEAD + _DELTA, re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Said:
    """A number and where in the text it stands."""

    at: int
    value: float


def plain(text: str) -> str:
    """*text* without markup and with one spelling of each character, place for place."""
    one = "".join(_one(character) for character in text) if not text.isascii() else text
    return _TAG.sub(lambda found: " " * len(found.group()), one).translate(_MARKUP)


def epsilons(text: str) -> list[Said]:
    """What *text* (`plain`) gives for an ε of privacy: "ε = 8", "epsilon is at most 8", "(8, 1e-5)-DP", a column."""
    found: dict[int, Said] = {}
    for name in _EPSILON.finditer(text):
        given = _GIVEN.match(text, name.end())
        if given and not _is_other(text[max(0, name.start() - _NEAR) : name.end()], _number(given["value"])):
            found.setdefault(given.start("value"), Said(given.start("value"), _number(given["value"])))
    for pattern in (*_PAIRS, _PURE):
        for match in pattern.finditer(text):
            found.setdefault(match.start("value"), Said(match.start("value"), _number(match["value"])))
    for said in column(text, _EPSILON_COLUMN):
        found.setdefault(said.at, said)
    return [found[at] for at in sorted(found)]


def budgets(text: str) -> list[Said]:
    """What *text* (`plain`) gives for a budget, unless it says of what else than privacy."""
    return [
        Said(match.start("value"), _number(match["value"]))
        for match in _OF_BUDGET.finditer(text)
        if not _OTHER_BUDGETS.fullmatch(match["kind"] or "")
    ]


def deltas(text: str) -> list[Said]:
    """What *text* (`plain`) gives for δ, also as the second of a pair."""
    found = [Said(match.start("value"), _number(match["value"])) for match in _OF_DELTA.finditer(text)]
    for pattern in _PAIRS:
        found += [Said(match.start("delta"), _number(match["delta"])) for match in pattern.finditer(text)]
    return found


def column(text: str, named: re.Pattern[str]) -> Iterator[Said]:
    """Numbers of *text* (`plain`) in the columns of Markdown tables whose head is *named* so."""
    for table in _ROWS.finditer(text):
        rows, at = table.group().split("\n"), table.start()
        if _RULE.fullmatch(rows[1]):
            heads = _cells(rows[0])
            wanted = [n for n, (_, head) in enumerate(heads) if named.match(head) and not _is_other(head, 0.0)]
            for number, row in enumerate(rows):
                cells = _cells(row) if number > 1 else []
                for where, cell in (cells[n] for n in wanted if n < len(cells)):
                    if value := re.search(_NUMBER, cell):
                        yield Said(at + where + value.start(), _number(value.group()))
                at += len(row) + 1


def _cells(row: str) -> list[tuple[int, str]]:
    """Where each cell begins, and what is in it."""
    at, found = 0, []
    for cell in row.split("|"):
        found.append((at, cell))
        at += len(cell) + 1
    return found if found[0][1].strip() else found[1:]


def _is_other(before: str, value: float) -> bool:
    """Whether the ε that ends *before* is, by what was named last, none of privacy."""
    private = max((found.start() for found in _ABOUT_PRIVACY.finditer(before)), default=-1)
    patterns = (_TINY, _OTHER) if value <= _TINY_UP_TO else (_OTHER,)
    return any(found.start() > private for pattern in patterns for found in pattern.finditer(before))


def _number(text: str) -> float:
    """10^-5, 1.5e-3, 2 × 10⁻³, 1/8, .01."""
    bare = re.sub(r"[\s(^]", "", "".join(_digit(character) for character in text)).lower().replace("−", "-")
    if "/" in bare:
        over, under = bare.split("/")
        return float(over) / (float(under) or 1.0)
    bare = bare.replace("–", "-")
    if power := re.fullmatch(r"(?:([\d.]+)[×x·])?10-(\d+)", bare):
        return float(power[1] or 1) * 10.0 ** -int(power[2])
    return float(bare)


def _digit(character: str) -> str:
    return "-" if character == "⁻" else str(unicodedata.digit(character, character))


def _one(character: str) -> str:
    if character.isascii() or character in "⁻⁰¹²³⁴⁵⁶⁷⁸⁹":
        return character
    same = unicodedata.normalize("NFKC", character)
    return same if len(same) == 1 else character
