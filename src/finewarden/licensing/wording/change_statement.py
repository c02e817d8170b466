"""Where a text says that, and what, was changed of the model that it is made from; in English and in Chinese."""

from __future__ import annotations

import re
from collections.abc import Iterator

from finewarden.licensing.wording.change_words import states_change

__all__ = ["find_changes"]

_HEADING = re.compile(
    r"^ {0,3}#{1,6}[ \t][^\n]{0,100}?(?:\b(?:changes?|changed|modifications?|modified)\b"
    r"|修改|更改|变更|改动|变化|改变)",
    re.IGNORECASE,
)
_OTHER_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]")
# "None at all", "没有任何修改": a line that tells of no change.
_NOTHING = re.compile(
    r"[\s>*+\-]*(?:(?:none|nothing|unchanged|unmodified|n/a|no(?: [\w-]+){0,2} (?:changes?|modifications?))\b"
    r"|(?:没有|无|未)(?:做|作|进行|经|有|任何|对权重|对模型|过|实质|性|的)*(?:修改|更改|变更|改动|变化|改变)|无[。\s]*$)",
    re.IGNORECASE,
)
_LONGEST = 2000


def find_changes(text: str) -> int | None:
    """The line that says what was changed: a section of its own with words in it, or a sentence; None when none does.

    *text* is what a reader sees: without front matter and comments.
    """
    return _section(text) or next((line for line, sentence in _sentences(text) if states_change(sentence)), None)


def _section(text: str) -> int | None:
    lines = text.splitlines()
    for number, line in enumerate(lines, start=1):
        if not _HEADING.match(line):
            continue
        for body in lines[number:]:
            if _OTHER_HEADING.match(body):
                break
            if _NOTHING.match(body):
                continue
            if len(re.findall(r"[\u4e00-\u9fff]|[^\W\u4e00-\u9fff]+", body)) >= 4:
                return number
    return None


def _sentences(text: str) -> Iterator[tuple[int, str]]:
    """Each sentence with its first line; a paragraph's line wraps are spaces. Headings and code say nothing."""
    line, fenced, kept = 1, False, []
    for one in text.splitlines():
        fence = one.lstrip().startswith(("```", "~~~"))
        fenced ^= fence
        kept.append("" if fenced or fence or _OTHER_HEADING.match(one) else one.strip())
    for paragraph in re.split(r"(\n\n+)", "\n".join(kept)):
        at = line
        for sentence in re.split(r"(?<=[.!?])\s|(?<=[。！？])", paragraph):
            yield at, " ".join(sentence[:_LONGEST].split())
            at += sentence.count("\n")
        line += paragraph.count("\n")
