"""Where the clauses of a license text begin, labelled as lawyers cite them: "1.b.i(B)", "4(d)", "Attachment A (e)"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

__all__ = ["Label", "labels_of"]

_HAN = "一二三四五六七八九十"
_PART = re.compile(
    r"(?P<part>(?:section|article|part|attachment|exhibit|appendix|annex|schedule)\s+(?:[ivx]+|[a-z]|\d{1,2}))"
    r"(?:\s*[:.\-–—)]\s*|\s*$|\s+(?=[A-Z]))"
    r"|(?P<named>(?:[\w.\-]+ ){0,5}(?:acceptable|prohibited) uses? policy|appendix|use restrictions)\s*(?::.*)?$"
    rf"|(?P<han>第[{_HAN}\d]{{1,3}}[条章]|附[件录][{_HAN}\d]?)",
    re.IGNORECASE,
)
_MARK = re.compile(
    r"(?P<decimal>\d{1,2}(?:\.\d{1,2}){1,3})(?=[.)]?(?:\s|$|[^\W\d]))\.?\)?"
    r"|(?P<number>\d{1,2})[.、](?!\d)"
    r"|(?P<numberin>\d{1,2})\)"
    r"|\((?P<inner>\d{1,2}|[a-zA-Z]|[ivx]{2,5}|[IVX]{2,5})\)"
    r"|(?P<letter>[a-zA-Z]|[ivx]{2,5}|[IVX]{2,5})[.)](?=\s)"
    rf"|(?P<han>[{_HAN}]{{1,3}})、"
    rf"|[（(](?P<haninner>[{_HAN}]{{1,3}})[)）]"
    r"|(?P<bullet>[-*•◦·●])(?=\s)"
)
# "- a. Text": a bullet that a page put before the mark.
_BULLETED = re.compile(
    r"[-*•◦·●][ \t]+(?=(?:\d{1,2}|[a-zA-Z]|[ivx]{2,5})[.)][ \t]|\((?:\d{1,2}|[a-zA-Z]|[ivx]{2,5})\)[ \t])"
)
_INLINE = re.compile(r"(?<=\s)\((?P<inner>\d|[a-zA-Z]|[ivx]{2,5})\)(?=\s)")
_ROMAN = {"i": 1, "v": 5, "x": 10}
_ORDINALS = tuple(
    ordinal
    for line in (
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth",
        "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth",
    )
    for ordinal in line.split()
)


class Label(NamedTuple):
    """*label* of the clause that begins at the character *start*."""

    label: str
    start: int


@dataclass
class _Level:
    style: str
    value: int
    text: str
    indent: int


@dataclass
class _Reader:
    part: str = ""
    section: str = ""
    levels: list[_Level] = field(default_factory=list)
    bullets: int = 0
    implied: int = -1  # how far the line that opened a list without marks is indented; -1 outside of one
    inline: bool = False  # "(A) … (B)" stood in the paragraph before
    run: int = 1
    opened: bool = True  # the line before was a heading or ended in a colon: a list may begin inside it

    def label(self) -> str:
        label = ""
        if self.section and self.levels and self.levels[0].style[0] not in "1d":
            # Sections that letters count in ("Section 3(a)(1)"); numbers run through them.
            return self.section + "".join(f"({level.text.strip('()')})" for level in self.levels)
        for level in self.levels:
            if level.text.startswith("("):
                label += level.text
            elif level.style == "decimal" or not label:
                label = level.text
            else:
                label += f".{level.text}"
        named = f"{self.part} {label}".strip() if self.part else label
        return named if self.run == 1 else f"{named} (text {self.run})"

    def bullet(self) -> str:
        self.bullets += 1
        return f"{self.label() or 'preamble'} ({_ordinal(self.bullets)} bullet)"


def labels_of(text: str) -> list[Label]:
    """Every clause of *text* (without markup) in order; "preamble" from the second paragraph, "title" from 0.

    A text without numbers is labelled by paragraph: "first paragraph" is the first that is neither title nor copyright.
    """
    found = list(_numbered(text))
    if sum(1 for one in found if one.label) < 3:
        return [Label("title", 0), *_paragraphs(text)]
    first = found[0].start
    preamble = next((start for start, _, _ in _lines(text) if start > 0 and text[:start].strip()), 0)
    head = [Label("title", 0)] + ([Label("preamble", preamble)] if preamble and preamble < first else [])
    return [*head, *_unique(found)]


def _numbered(text: str) -> Iterator[Label]:
    reader = _Reader()
    blank = True
    for start, line, after_blank in _lines(text):
        part = _PART.match(line)
        indent = start - text.rfind("\n", 0, start) - 1
        if part and blank and len(line) < 120:
            yield from _part(reader, part, start)
            blank, reader.implied = True, -1
            continue
        mark = _MARK.match(line)
        free = blank or after_blank
        if mark and mark.lastgroup in {"inner", "decimal"} and not free:
            mark = None  # the line happens to break before "(b)"
        if mark and (label := _take(reader, mark, indent, free)) is not None:
            yield Label(label, start)
            reader.opened, reader.implied = len(line) < 60 or line.rstrip().endswith((":", "：")), -1
            yield from _inline(reader, line, start, mark.end())
        elif mark is None:
            if reader.levels and blank and 0 <= reader.implied < indent:
                yield Label(reader.bullet(), start)
            else:
                if indent <= reader.implied:
                    reader.implied = -1
                if blank and reader.inline:
                    yield Label(f"{reader.label()} (continued)", start)
                    reader.inline = False
                yield from _inline(reader, line, start, 0)
            reader.opened = line.rstrip().endswith((":", "："))
        ended = line.rstrip(" \t\"'”’*_)")
        if ended.endswith((":", "：")):
            reader.implied, reader.bullets = indent, 0
        blank = ended.endswith((".", ":", ";", "。", "；", "：")) or len(line) < 60


def _part(reader: _Reader, part: re.Match[str], start: int) -> Iterator[Label]:
    words = next(group for group in part.groups() if group)
    name = " ".join(words.split())
    name = name.title() if name.isupper() or name.islower() else name
    name = re.sub(r"\b([IVXivx]+)$", lambda roman: roman[0].upper(), name)
    keyword = name.split()[0].lower()
    if keyword == "use" and reader.part.startswith(("Attachment", "Exhibit", "Appendix")):
        return  # the title of an attachment
    policy = re.search(r"(?:acceptable|prohibited) uses? policy", name, re.IGNORECASE)
    if policy is not None:
        name = policy[0].title()
        if reader.part.startswith(("Attachment", "Exhibit", "Appendix")):
            return
    # "Section IV" divides a text whose numbers run on; what an attachment holds is counted anew.
    divides = keyword in {"section", "part", "article"}
    yield Label(name, start)
    reader.part, reader.section = ("", name) if divides else (name, "")
    reader.levels = [level for level in reader.levels[:1] if divides and level.style == "1"]
    reader.bullets, reader.opened = 0, True
    if not divides:
        reader.run = 1


def _take(reader: _Reader, mark: re.Match[str], indent: int, free: bool) -> str | None:
    """The label of the clause that *mark* begins; None when it begins none (a line that happens to begin so)."""
    reader.inline = False
    kind = mark.lastgroup or ""
    raw = mark[kind]
    if kind == "bullet":
        return reader.bullet()
    if kind == "decimal":
        major = _Level("1", int(raw.partition(".")[0]), raw.partition(".")[0], indent)
        reader.levels = [major] if raw.endswith(".0") else [major, _Level("decimal", 0, raw, indent)]
        reader.bullets = 0
        return reader.label()
    shown = f"({raw})" if "inner" in kind else raw
    if not _place(reader, raw, shown, ")" if kind == "numberin" else "", indent, free):
        return None
    reader.bullets = 0
    return reader.label()


def _place(reader: _Reader, raw: str, shown: str, form: str, indent: int, free: bool) -> bool:
    """Put the mark where it counts on, or a level deeper; False where it does neither. *free* tells that no sentence
    goes on from the line before."""
    form = "()" if shown.startswith("(") else form
    options = [(style + form, value) for style, value in _readings(raw)]
    next_of = [
        (depth, style, value)
        for depth in range(len(reader.levels) - 1, -1, -1)
        for style, value in options
        if reader.levels[depth].style == style and reader.levels[depth].value < value
    ]
    follows = [one for one in next_of if one[2] == reader.levels[one[0]].value + 1]
    aligned = [one for one in follows if abs(reader.levels[one[0]].indent - indent) <= 1]
    if not follows:
        first = next(((style, value) for style, value in options if value == 1), None)
        if first is not None:
            _open(reader, _Level(*first, shown, indent))
            return True
        # Marks may be lost: a text counts on from 1 to 4.
        follows = [one for one in next_of if free and one[2] <= reader.levels[one[0]].value + 4]
    if not follows:
        return False
    depth, style, value = (aligned or follows)[0]
    reader.levels = [*reader.levels[:depth], _Level(style, value, shown, indent)]
    return True


def _open(reader: _Reader, level: _Level) -> None:
    if level.style == "1" and reader.levels and reader.levels[0].style.endswith("()"):
        reader.levels = []  # what was counted in brackets before was no clause of the text
    same = next((n for n, one in enumerate(reader.levels) if one.style == level.style), None)
    deeper = bool(reader.levels) and level.indent > reader.levels[-1].indent + 1
    if same is not None and not deeper and not (reader.opened and same == len(reader.levels) - 1):
        # The count begins anew without a list being opened: a second text, a translation.
        reader.levels = reader.levels[:same]
        reader.run += same == 0
    reader.levels.append(level)


def _inline(reader: _Reader, line: str, start: int, at: int) -> Iterator[Label]:
    """ "(A) … (B) …" inside a paragraph; the levels it opens close with the paragraph."""
    before = list(reader.levels)
    expected: dict[str, int] = {}
    for found in _INLINE.finditer(line, at):
        for style, value in _readings(found["inner"]):
            if value == expected.get(style, 1):
                expected[style] = value + 1
                reader.levels = [*before, _Level(f"{style}()", value, f"({found['inner']})", 0)]
                if before:
                    reader.inline = True
                    yield Label(reader.label(), start + found.start())
                break
    reader.levels = before


def _readings(raw: str) -> list[tuple[str, int]]:
    """What a mark may mean, as (style, value): "i" is the first roman numeral and the ninth letter."""
    if raw.isdigit():
        return [("1", int(raw))]
    if raw[0] in _HAN:
        tens, _, ones = raw.rpartition("十")
        value = (_HAN.find(tens) + 1 or 1) * 10 * ("十" in raw) + (_HAN.find(ones) + 1 if ones else 0)
        return [("一", value)]
    lower = raw.lower()
    case = "a" if raw == lower else "A"
    letter = [(case, ord(lower) - ord("a") + 1)] if len(raw) == 1 else []
    roman = [("i" if case == "a" else "I", _roman(lower))] if set(lower) <= set(_ROMAN) else []
    return roman + letter if lower != "v" and lower != "x" else letter + roman


def _roman(lower: str) -> int:
    values = [_ROMAN[char] for char in lower]
    return sum(-value if value < after else value for value, after in zip(values, [*values[1:], 0], strict=True))


def _lines(text: str) -> Iterator[tuple[int, str, bool]]:
    """Each line that holds something: where its first character stands, the line from there, whether an empty line
    stands before it."""
    at, after_blank = 0, True
    for line in text.split("\n"):
        bare = _BULLETED.sub("", line.lstrip(" \t\ufeff#>|\u3000\"'“_=~/;!"), count=1)
        if bare.strip():
            yield at + len(line) - len(bare), bare, after_blank
        after_blank = not bare.strip()
        at += len(line) + 1


def _paragraphs(text: str) -> Iterator[Label]:
    number = 0
    for found in re.finditer(r"(?:[^\n]*[^\s][^\n]*(?:\n|$))+", text):
        words = re.findall(r"\w+", found[0][:400])
        if len(words) < (14 if number == 0 else 8) or words[0].lower() in {"copyright", "c"}:
            continue
        number += 1
        yield Label(f"{_ordinal(number)} paragraph", found.start())


def _ordinal(number: int) -> str:
    return _ORDINALS[number - 1] if number <= len(_ORDINALS) else f"number {number}"


def _unique(found: list[Label]) -> Iterator[Label]:
    seen: dict[str, int] = {}
    for label, start in found:
        seen[label] = seen.get(label, 0) + 1
        yield Label(label if seen[label] == 1 else f"{label} (text {seen[label]})", start)
