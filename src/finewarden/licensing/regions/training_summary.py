"""The public summary of training content (EU AI Act, Art. 53(1)(d)) in the Commission's template of 24 July 2025.

Three sections: general information, the list of data sources, data processing. A modifier's is limited to the
modification (recital 109) and names the base under the model's dependencies.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from finewarden.licensing.base.names import same_base

__all__ = ["SummaryProblem", "last_update", "summary_problems"]

_SECTIONS = {
    "general information": re.compile(r"general information", re.IGNORECASE),
    "list of data sources": re.compile(
        r"(?:list of )?data sources|sources of (?:the )?(?:training )?data", re.IGNORECASE
    ),
    "data processing aspects": re.compile(r"data processing|processing aspects", re.IGNORECASE),
}
_GENERAL = {
    "the provider": re.compile(r"\bprovider\b", re.IGNORECASE),
    "the versioned name of the model": re.compile(
        r"\bmodel name|\bversion(?:ed)? (?:model )?name|\bname of the model", re.IGNORECASE
    ),
    "its dependencies (the base model)": re.compile(r"\bdependenc", re.IGNORECASE),
    "the date it is placed on the market": re.compile(
        r"\bdate of placement|\bplace[dm].{0,30}\bmarket|\brelease date", re.IGNORECASE
    ),
    "the modalities": re.compile(r"\bmodalit", re.IGNORECASE),
    "the size of the training data": re.compile(r"\bsize", re.IGNORECASE),
}
_UPDATED = re.compile(r"\blast[ -]updated?\b|\bdate of (?:the )?(?:last )?update\b|\bupdated on\b", re.IGNORECASE)
_DATE = re.compile(r"\b(20\d\d)-(\d\d)-(\d\d)\b")
_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+(.+?)[ \t#]*$")
_PLACEHOLDER = re.compile(
    r"\b(?:TODO|TBD|TBC|FIXME|XXX+)\b|lorem ipsum|待补充|待填|请填写|\{\{[^}\n]{0,80}\}\}"
    r"|\[(?:more information|insert|fill|your|name|date|to be|provider|enter|…|\.\.\.)[^\]\n]{0,80}\](?!\()"
    r"|<(?:insert|your|name|date|provider|to be|enter)\b[^>\n]{0,80}>",
    re.IGNORECASE,
)
_WORDS = re.compile(r"[^\W_]{2,}")
_FEWEST_WORDS = 3


@dataclass(frozen=True, slots=True)
class SummaryProblem:
    """One thing that the summary lacks; *line* is None for what is not there at all."""

    rule: str
    what: str
    line: int | None


@dataclass(frozen=True, slots=True)
class _Section:
    line: int
    lines: tuple[str, ...]

    @property
    def prose(self) -> str:
        """What stands there besides headings."""
        return "\n".join(line for line in self.lines if not _HEADING.match(line[:200]))


def summary_problems(text: str, bases: tuple[str, ...]) -> Iterator[SummaryProblem]:
    """What the summary *text* lacks; *bases* are the models that it must name as dependencies."""
    sections = _sections(text)
    for name in _SECTIONS:
        section = sections.get(name)
        if section is None:
            yield SummaryProblem("section", f"it has no section {name!r}", None)
        elif len(_WORDS.findall(_PLACEHOLDER.sub("", section.prose))) < _FEWEST_WORDS:
            yield SummaryProblem("section", f"its section {name!r} is empty", section.line)
    general = sections.get("general information")
    if general is not None:
        for what, label in _GENERAL.items():
            if _value(general, label) is None:
                yield SummaryProblem("general", f"its general information lacks {what}", general.line)
        named = _value(general, _GENERAL["its dependencies (the base model)"])
        if named is not None and bases and not any(_names(named, base) for base in bases):
            what = f"its dependencies do not name the base, {', '.join(bases)}"
            yield SummaryProblem("dependencies", what, general.line)
    for number, line in enumerate(text.splitlines(), start=1):
        if found := _PLACEHOLDER.search(line):
            yield SummaryProblem("placeholder", f"it still holds the placeholder {found.group()[:40]!r}", number)


def last_update(text: str) -> date | None:
    """The day on which the summary says that it was last brought up to date (ISO 8601); None when it says none."""
    for line in text.splitlines():
        label = _UPDATED.search(line)
        found = _DATE.search(line, label.end()) if label else None
        if found:
            try:
                return date(*map(int, found.groups()))
            except ValueError:
                return None
    return None


def _sections(text: str) -> dict[str, _Section]:
    """The first section of each kind, with everything up to the next one's heading."""
    lines = text.splitlines()
    heads = [(number, found[1]) for number, line in enumerate(lines) if (found := _HEADING.match(line[:200]))]
    begins: list[tuple[int, str]] = []
    for number, title in heads:
        name = next((name for name, pattern in _SECTIONS.items() if pattern.search(title)), None)
        if name is not None and name not in {known for _, known in begins}:
            begins.append((number, name))
    ends = [number for number, _ in begins[1:]] + [len(lines)]
    return {
        name: _Section(begin + 1, tuple(lines[begin + 1 : end]))
        for (begin, name), end in zip(begins, ends, strict=False)  # without any section there is one end more
    }


def _value(section: _Section, label: re.Pattern[str]) -> str | None:
    """What stands after *label* in *section*, on its line or the next; None for nothing or a placeholder."""
    for number, line in enumerate(section.lines):
        found = label.search(line[:400])
        if found is None:
            continue
        after = line[found.end() :].partition(":")[2] or line[found.end() :].partition("|")[2]
        following = next((each for each in section.lines[number + 1 :] if each.strip()), "")
        # Below a heading stands what it is about; below a line, often the next field.
        if _HEADING.match(following[:200]) or (not _HEADING.match(line[:200]) and re.search(r"[:|]", following)):
            following = ""
        for value in (after, following):
            if _PLACEHOLDER.sub("", value).strip(" \t|*_-:"):
                return value
    return None


def _names(value: str, base: str) -> bool:
    return any(same_base(word, base) for word in re.findall(r"[\w./-]+", value))
