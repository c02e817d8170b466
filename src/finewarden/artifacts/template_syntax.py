"""Chat templates as syntax trees, in the dialect that transformers renders; nothing is rendered or evaluated.

transformers/utils/chat_template_utils.py: loop controls and a `generation` block besides plain Jinja.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import jinja2
from jinja2 import nodes
from jinja2.ext import Extension
from jinja2.parser import Parser

from finewarden.artifacts.unreadable import UnreadableFile

__all__ = ["constant_texts", "find_urls", "parse_template"]

_URL = re.compile(
    r"(?i)\b(?:https?|ftp|wss?)://[^\s'\"<>)\\\x00]+|\bwww\.[\w\-]+\.[a-z]{2,}[^\s'\"<>)\\\x00]*"
    r"|\bdata:[\w/+.\-]+;base64,|\bjavascript:"
)


class _Generation(Extension):
    tags = {"generation"}  # noqa: RUF012  # jinja2 declares it so

    def parse(self, parser: Parser) -> nodes.Node:
        line = next(parser.stream).lineno
        return nodes.Scope(parser.parse_statements(("name:endgeneration",), drop_needle=True), lineno=line)


_ENVIRONMENT = jinja2.Environment(  # never renders
    trim_blocks=True, lstrip_blocks=True, extensions=[_Generation, "jinja2.ext.loopcontrols", "jinja2.ext.do"]
)


def parse_template(where: str, source: str) -> nodes.Template:
    """The tree of *source*. Raises UnreadableFile, with the line, when it is no template of the dialect."""
    try:
        return _ENVIRONMENT.parse(source)
    except jinja2.TemplateSyntaxError as error:
        raise UnreadableFile(where, f"is no chat template (line {error.lineno}): loaders fail on it") from None
    except (RecursionError, MemoryError, ValueError, OverflowError):
        raise UnreadableFile(where, "is nested too deep for a chat template: write a flatter one") from None


def constant_texts(tree: nodes.Template) -> Iterator[tuple[int, str]]:
    """Line and text of each run of literal text, joined across output and `~` or `+`, so that no split hides a word."""
    pending: list[nodes.Node] = [tree]
    while pending:
        node = pending.pop()
        if isinstance(node, nodes.Output | nodes.Concat | nodes.Add | nodes.Const | nodes.TemplateData):
            text, others = _joined(node)
            pending += others
            if text:
                yield node.lineno, text
        else:
            pending += node.iter_child_nodes()


def find_urls(tree: nodes.Template) -> list[tuple[int, str]]:
    """Line and address of each URL in the template's literal text, each address once."""
    found: dict[str, int] = {}
    for line, text in constant_texts(tree):
        for match in _URL.finditer(text):
            found.setdefault(match[0].rstrip(".,;:"), line)
    # A piece of an address found whole elsewhere is not another one.
    urls = [url for url in found if not any(url != other and other.startswith(url) for other in found)]
    return [(found[url], url) for url in urls]


def _joined(node: nodes.Node) -> tuple[str, list[nodes.Node]]:
    """Literal text of *node*, with a NUL, which is part of no address, for each of what is not literal; and that."""
    pending, pieces = [node], []
    others: list[nodes.Node] = []
    while pending:
        item = pending.pop()
        if isinstance(item, nodes.TemplateData):
            pieces.append(item.data)
        elif isinstance(item, nodes.Const):
            pieces.append(item.value if isinstance(item.value, str) else "\0")
        elif isinstance(item, nodes.Concat | nodes.Output):
            pending += reversed(item.nodes)
        elif isinstance(item, nodes.Add):
            pending += [item.right, item.left]
        else:
            pieces.append("\0")
            others += item.iter_child_nodes()
    return "".join(pieces), others
