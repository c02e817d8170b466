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


@dataclass
class _Reader:
    part: str = ""
    section: str = ""
    levels: list[_Level] = field(default_factory=list)
    bullets: int = 0
    implied: int = -1  # how far the line that opened a list without marks is indented; -1 outside of one
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
        ordinal = _ORDINALS[self.bullets - 1] if self.bullets <= len(_ORDINALS) else f"{self.bullets}th"
        return f"{self.label() or 'preamble'} ({ordinal} bullet)"


def labels_of(text: str) -> list[Label]:
    """Every clause of *text* (without markup) in order; "preamble" from the second paragraph, "title" from 0.

    A text without numbers is labelled by paragraph: "first paragraph" is the first that is neither title nor copyright.
    """
    found = list(_numbered(text))
    if sum(1 for one in found if one.label) < 3:
        return [Label("title", 0), *_paragraphs(text)]
    first = found[0].start
    preamble = next((start for start, _ in _lines(text) if start > 0 and text[:start].strip()), 0)
    head = [Label("title", 0)] + ([Label("preamble", preamble)] if preamble and preamble < first else [])
    return [*head, *_unique(found)]


def _numbered(text: str) -> Iterator[Label]:
    reader = _Reader()
    blank = True
    for start, line in _lines(text):
        part = _PART.match(line)
        indent = start - text.rfind("\n", 0, start) - 1
        if part and blank and len(line) < 120:
            yield from _part(reader, part, start)
            blank, reader.implied = True, -1
            continue
        mark = _MARK.match(line)
        if mark and (label := _take(reader, mark)) is not None:
            yield Label(label, start)
            reader.opened, reader.implied = len(line) < 60 or line.rstrip().endswith((":", "：")), -1
            yield from _inline(reader, line, start, mark.end())
        elif mark is None:
            if reader.levels and blank and 0 <= reader.implied < indent:
                yield Label(reader.bullet(), start)
            else:
                if indent <= reader.implied:
                    reader.implied = -1
                yield from _inline(reader, line, start, 0)
            reader.opened = line.rstrip().endswith((":", "："))
        if line.rstrip().endswith((":", "：")):
            reader.implied, reader.bullets = indent, 0
        blank = line.rstrip().endswith((".", ":", ";", "。", "；", "：")) or len(line) < 60


def _part(reader: _Reader, part: re.Match[str], start: int) -> Iterator[Label]:
    words = next(group for group in part.groups() if group)
    name = " ".join(words.split())
    name = name.title() if name.isupper() or name.islower() else name
    name = re.sub(r"\b([IVXivx]+)$", lambda roman: roman[0].upper(), name)
    keyword = name.split()[0].lower()
    if keyword == "use" and reader.part.startswith(("Attachment", "Exhibit", "Appendix")):
        return  # the title of an attachment
    if "policy" in name.lower():
        name = re.search(r"(?:acceptable|prohibited) uses? policy", name, re.IGNORECASE)[0].title()  # type: ignore[index]
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


def _take(reader: _Reader, mark: re.Match[str]) -> str | None:
    """The label of the clause that *mark* begins; None when it begins none (a line that happens to begin so)."""
    kind = mark.lastgroup or ""
    raw = mark[kind]
    if kind == "bullet":
        return reader.bullet()
    if kind == "decimal":
        reader.levels = [_Level("decimal", 0, raw.removesuffix(".0") if raw.endswith(".0") else raw)]
        reader.bullets = 0
        return reader.label()
    shown = f"({raw})" if "inner" in kind else raw
    if not _place(reader, raw, shown, ")" if kind == "numberin" else ""):
        return None
    reader.bullets = 0
    return reader.label()


def _place(reader: _Reader, raw: str, shown: str, form: str) -> bool:
    options = _readings(raw)
    form = "()" if shown.startswith("(") else form
    for depth in range(len(reader.levels) - 1, -1, -1):
        for style, value in options:
            level = reader.levels[depth]
            if level.style == style + form and value == level.value + 1:
                reader.levels = [*reader.levels[:depth], _Level(style + form, value, shown)]
                return True
    for style, value in options:
        if value == 1:
            same = next((n for n, level in enumerate(reader.levels) if level.style == style + form), None)
            if same is not None and not (reader.opened and same == len(reader.levels) - 1):
                # The count begins anew without a list being opened: a second text, a translation.
                reader.levels = reader.levels[:same]
                if same == 0:
                    reader.run += 1
            reader.levels.append(_Level(style + form, 1, shown))
            return True
    for depth in range(len(reader.levels) - 1, -1, -1):
        for style, value in options:
            level = reader.levels[depth]
            if level.style == style + form and level.value < value <= level.value + 4:
                reader.levels = [*reader.levels[:depth], _Level(style + form, value, shown)]
                return True
    return False


def _inline(reader: _Reader, line: str, start: int, at: int) -> Iterator[Label]:
    """ "(A) … (B) …" inside a paragraph; the levels it opens close with the paragraph."""
    before = list(reader.levels)
    expected: dict[str, int] = {}
    for found in _INLINE.finditer(line, at):
        for style, value in _readings(found["inner"]):
            if value == expected.get(style, 1):
                expected[style] = value + 1
                reader.levels = [*before, _Level(f"{style}()", value, f"({found['inner']})")]
                if before:
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


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Each line that holds something: where its first character stands, and the line from there."""
    at = 0
    for line in text.split("\n"):
        bare = line.lstrip(" \t\ufeff#>|\u3000\"'“_=~/;!")
        if bare.strip():
            yield at + len(line) - len(bare), bare
        at += len(line) + 1


def _paragraphs(text: str) -> Iterator[Label]:
    number = 0
    for found in re.finditer(r"(?:[^\n]*[^\s][^\n]*(?:\n|$))+", text):
        words = re.findall(r"\w+", found[0][:400])
        if len(words) < (14 if number == 0 else 8) or words[0].lower() in {"copyright", "c"}:
            continue
        number += 1
        if number <= len(_ORDINALS):
            yield Label(f"{_ORDINALS[number - 1]} paragraph", found.start())


def _unique(found: list[Label]) -> Iterator[Label]:
    seen: dict[str, int] = {}
    for label, start in found:
        seen[label] = seen.get(label, 0) + 1
        yield Label(label if seen[label] == 1 else f"{label} (text {seen[label]})", start)
