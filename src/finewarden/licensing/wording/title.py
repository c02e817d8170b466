"""The name of a model in the headings of its card."""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["title_of"]

_HEADING = re.compile(r"^ {0,3}(?P<level>#{1,2})[ \t]+(?P<text>\S[^\n]{0,300})$")
_UNDERLINE = re.compile(r"^ {0,3}(?:=+|-{2,})[ \t]*$")
_H1 = re.compile(r"<h1(?:\s[^<>]{0,300})?>", re.IGNORECASE)
_IMAGE = re.compile(r"!\[[^\[\]\n]*\]\([^()\n]*\)|<img\b[^<>]{0,1000}>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{1,1000}>")
_LONGEST = 2000
# "Model Card for X", "Model card - X", "模型名称：X" and "X 模型卡" are about X.
_ABOUT = re.compile(
    r"^(?:(?:model|adapter)\s+(?:card|name)\s*(?:for\b|of\b|[:：|–—-])|(?:about|introducing|welcome\s+to)\b(?=\s)"
    r"|(?:meet|(?:fine-?\s?|instruction-)tuned)(?=\s+(?!(?:of|for|and|with|on|in|to|from|the|this|our|by|us|using|as|at)\b))|欢迎(?:使用|来到)|name\s*[:：]"
    r"|模型(?:名称?|卡片?|介绍)\s*[:：|–—-])\s*|的?(?:模型卡片?|介绍|简介|说明)$|\s+(?:model\s+card|readme)$",
    re.IGNORECASE,
)
# Headings of templates, of sections and of marks; none is a name. What goes on after "of" or "and" makes it none.
_SECTION = (
    r"(?:(?:the\s+)?(?:model|adapter|data|dataset|release|training|evaluation|technical|general|key|main|basic)\s*)?"
    r"(?:cards?|id|name|details?|descriptions?|summary|information|info|overview|introduction|intro|usage|uses?"
    r"|readme|quick\s*-?start|getting\s+started|how|why|what|about|notes?|licen[sc]es?|licensing|changes|changelog|news|announcements?"
    r"|updates?|highlights?|training|fine-?tun(?:ing|ed)|meet|evaluations?|results?|benchmarks?|performance|limitations?|bias|risks"
    r"|safety|disclaimer|citations?|acknowledge?ments?|credits?|contents?|table|toc|contact|requirements?|installation"
    r"|inference|deployment|examples?|samples?|demo|files?|downloads?|versions?|provided|prompt|chat|features?"
    r"|capabilities|methods?|methodology|procedure|hyper-?parameters|framework|environment|environmental|intended"
    r"|out-of-scope|recommendations?|references?|links?|faq|attribution|notices?|terms|warnings?|important|attention"
    r"|abstract|background|motivation|architecture|specifications?|specs|quantization|quantized|quants?|original|base"
    r"|uploaded|data|datasets?|merge|thanks|thank|support\s+us|release(?:\s+notes?)?)"
)
_GOES_ON = r"(?:of|for|and|with|on|in|to|from|about|the|this|our|by|we|you|it|is|are|was|were|using|as|at)"
_GENERIC = re.compile(
    rf"(?:{_SECTION}(?:\s+{_SECTION}){{0,3}}(?:\s*[:：(（&/].*|\s+{_GOES_ON}\b.*)?|(?:built|powered|improved|made|created|trained|licensed)\s+(?:with|by|on|using|under)\b.*"
    r"|uploaded\b.*|(?:(?:this|the|our)\s+)?(?:model|adapter|release|repo(?:sitory)?)|us|me|(?:我们的)?模型|目录|新闻|更新.{0,6}|动态|最新.{0,8}|亮点|特点|性能|评测.{0,4}|评估.{0,4}|结果|局限.{0,4}|引用|致谢"
    r"|(?:关于|模型|项目|版本|训练|使用|快速|许可|数据|免责|用途|下载|部署|推理|环境|安装|背景|概要)"
    r"(?:简介|介绍|概述|说明|卡片?|信息|详情|方法|指南|开始|上手|协议|声明|过程|细节|数据|证书?|限制|背景|要求|我们|本模型|发布)?"
    r"|简介|介绍|概述|说明|许可证?|协议|声明|引言|前言)",
    re.IGNORECASE,
)
_WORDS = 12
# "X: a model of ours" and "Llama-x, our best model": what stands before is the name.
_CALLED = re.compile(
    r"(?P<name>(?!.{0,60}\b(?:presents|introduces)\b)"
    r"[^\s:：,，]+(?: [^\s:：,，]+){0,5}?\s?[:：]|[^\s:：,，]+-[^\s:：,，]+\s?[,，])\s*(?:an?|the|our|your)\b",
    re.IGNORECASE,
)
_BEGINS_AS_NAME = re.compile(r"[^\W\d][\w.]*-(?:[\w.\-]*\d)[\w.\-]*(?:\s|$)")


def title_of(text: str) -> tuple[str, int] | None:
    """The name in the first heading of the highest level of a README that is one, or else in the very first heading,
    with its line; None when no heading is a name. A first heading like "Llama-3-Support" is one on either level."""
    second: tuple[str, int] | None = None
    for at, (level, heading, line) in enumerate(_headings(text)):
        if at and level > 1:
            continue
        title = _ABOUT.sub("", heading).strip()
        called = _CALLED.match(title)
        title = called["name"].rstrip(":：,， ") if called else title
        if _names(title) and (level == 1 or _BEGINS_AS_NAME.match(title)):
            return title, line
        if _names(title):
            second = title, line
    return second


def _names(heading: str) -> bool:
    """Whether it may be a name: no usual heading, no sentence, no mere sign."""
    bare = re.sub(r"^[^\w]+|[^\w)）]+$", "", heading)
    ends = heading.endswith((".", "。", "!", "！", "?", "？")) and not _BEGINS_AS_NAME.match(heading)
    sentence = ends or len(heading.split()) > _WORDS
    return bool(bare) and not sentence and _GENERIC.fullmatch(bare) is None


def _headings(text: str) -> Iterator[tuple[int, str, int]]:
    """Level, words and line of each heading of the first two levels, however it is written; those of code aside."""
    fenced, open_html = False, 0
    lines = text.splitlines()
    for number, line in enumerate(lines, start=1):
        if line.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
            continue
        if fenced or number < open_html:
            continue
        found = _HEADING.match(line)
        below = lines[number] if number < len(lines) else ""
        if found:
            yield len(found["level"]), _plain(found["text"]), number
        elif _H1.search(line):
            inner, height = _inner("\n".join(lines[number - 1 : number + 30])[:_LONGEST])
            open_html = number + height
            yield 1, _plain(inner), number
        elif _UNDERLINE.match(below) and _stands_alone(lines, number):
            yield 1 if "=" in below else 2, _plain(line[:_LONGEST]), number


def _inner(html: str) -> tuple[str, int]:
    """What stands in the first `<h1>` of *html*, and on how many lines; nothing for one that does not end."""
    begin = _H1.search(html)
    start = begin.end() if begin else 0
    end = html.lower().find("</h1", start)
    return (html[start:end], html.count("\n", 0, end)) if end >= 0 else ("", 0)


def _stands_alone(lines: list[str], number: int) -> bool:
    line, above = lines[number - 1].strip(), lines[number - 2].strip() if number > 1 else ""
    return bool(line) and not above and not line.startswith(("|", ">", "- ", "* ", "+ ", "#", "---", "==="))


def _plain(text: str) -> str:
    text = _TAG.sub(" ", _IMAGE.sub(" ", text))
    text = re.sub(r"\[([^\[\]\n]*)\]\([^()\n]*\)", r"\1", text)
    return " ".join(re.sub(r"[*`_]{2,}|[*`]|#+\s*$", "", text).split())
