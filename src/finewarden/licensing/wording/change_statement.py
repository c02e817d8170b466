"""Where a text says that, and what, was changed of the model that it is made from; in English and in Chinese."""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["find_changes"]

_HEADING = re.compile(
    r"^ {0,3}#{1,6}[ \t][^\n]{0,100}?(?:\b(?:changes?|changed|modifications?|modified)\b"
    r"|修改|更改|变更|改动|变化|改变)",
    re.IGNORECASE,
)
_OTHER_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]")
# What was done to it; "can be fine-tuned" and "was not modified" say that nothing was.
_DONE = re.compile(
    r"(?<!\bbe )(?<!\bnot )(?<!\bnot been )(?<!\bnever )(?<!n't )"
    r"\b(?:fine[- ]?tuned|fine[- ]?tune of|modified|changed|altered|adapted|quanti[sz]ed|converted|merged|pruned"
    r"|distilled|abliterated|uncensored|post-?trained|re-?trained|(?:further|additionally|continued?)[- ](?:pre-?)?"
    r"train(?:ed|ing)|trained (?:further|on|with|from)|lora (?:adapter|fine-?tune|trained)|qlora)\b",
    re.IGNORECASE,
)
_OBJECT = re.compile(
    r"\b(?:models?|weights|parameters|versions?|adapters?|lora|qlora|checkpoints?|files?|layers|base|from|of|[\w.\-]+/[\w.\-]+)\b",
    re.IGNORECASE,
)
_DONE_ZH = re.compile(
    r"(?<![未没无不])(?<!没有)(?<!未经)(?<!可以)(?<!可)(?<!如何)(?<!支持)(?<!进一步可)"
    r"(?:微调|精调|修改|更改|变更|改动|改变|量化|合并|剪枝|蒸馏|继续(?:预)?训练|增量(?:预)?训练|后训练|训练(?:得到|而成|而来|了))"
)
_OBJECT_ZH = re.compile(r"模型|权重|参数|版本|适配器|文件|LoRA|基于|基座|底座|得到|[\w.\-]+/[\w.\-]+", re.IGNORECASE)
_LONGEST = 2000


def find_changes(text: str) -> int | None:
    """The line that says what was changed: a section of its own with words in it, or a sentence; None when none does.

    *text* is what a reader sees: without front matter and comments.
    """
    return _section(text) or next((line for line, sentence in _sentences(text) if _states(sentence)), None)


def _section(text: str) -> int | None:
    lines = text.splitlines()
    for number, line in enumerate(lines, start=1):
        if not _HEADING.match(line):
            continue
        for body in lines[number:]:
            if _OTHER_HEADING.match(body):
                break
            if len(re.findall(r"[\u4e00-\u9fff]|[^\W\u4e00-\u9fff]+", body)) >= 4:
                return number
    return None


def _states(sentence: str) -> bool:
    return bool(
        (_DONE.search(sentence) and _OBJECT.search(sentence))
        or (_DONE_ZH.search(sentence) and _OBJECT_ZH.search(sentence))
    )


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
