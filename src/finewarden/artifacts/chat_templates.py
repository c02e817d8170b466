"""Chat templates of a folder, wherever loaders find them. They are programs that run with every request."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from finewarden.artifacts.folder import Folder
from finewarden.artifacts.gguf_metadata import GGUF_MAGIC, gguf_texts
from finewarden.artifacts.names import printable
from finewarden.artifacts.template_flow import Condition, find_conditions
from finewarden.artifacts.template_syntax import find_urls, parse_template
from finewarden.artifacts.unreadable import UnreadableFile
from finewarden.leftovers import leftover_kind

__all__ = ["TEMPLATE_LIMIT", "ChatTemplate", "TemplateFacts", "chat_templates", "examine"]

TEMPLATE_LIMIT = 128 * 1024  # the longest known one has 25 KiB
_JSON_FILES = frozenset({"tokenizer_config.json", "chat_template.json", "processor_config.json"})


@dataclass(frozen=True, slots=True)
class ChatTemplate:
    """One template: where it stands ("tokenizer_config.json:chat_template") and its source."""

    where: str
    source: str


@dataclass(frozen=True, slots=True)
class TemplateFacts:
    """Line and address of each URL in its literal text; places where output hangs on content or on the clock."""

    urls: tuple[tuple[int, str], ...]
    conditions: tuple[Condition, ...]


def chat_templates(folder: Folder) -> Iterator[ChatTemplate | UnreadableFile]:
    """Templates in `*.jinja`, JSON and GGUF files, or why one can't be read. Not those of checkpoints."""
    for file in folder.files:
        if leftover_kind(file.rel) is not None:
            continue
        try:
            if file.name.endswith((".jinja", ".jinja2", ".j2")):
                yield ChatTemplate(file.rel, folder.text(file.rel, limit=TEMPLATE_LIMIT))
            elif file.name in _JSON_FILES:
                yield from _inside(file.rel, folder.json(file.rel))
            elif file.name.endswith(".gguf") and folder.head(file.rel, 4) == GGUF_MAGIC:
                for key, value in gguf_texts(folder, file.rel):
                    if key.startswith("tokenizer.chat_template"):
                        yield ChatTemplate(f"{file.rel}:{printable(key)}", value)
        except UnreadableFile as error:
            yield error


def examine(template: ChatTemplate) -> TemplateFacts:
    """Take the template apart; nothing of it is rendered. Raises UnreadableFile when it is no template."""
    try:
        tree = parse_template(template.where, template.source)
        return TemplateFacts(tuple(find_urls(tree)), tuple(find_conditions(tree)))
    except RecursionError:
        raise UnreadableFile(template.where, "is nested too deep for a chat template: write a flatter one") from None


def _inside(rel: str, config: Any) -> Iterator[ChatTemplate | UnreadableFile]:
    value = config.get("chat_template") if isinstance(config, dict) else None
    named: list[tuple[Any, Any]] = []
    if isinstance(value, str):
        named = [("", value)]
    elif isinstance(value, dict):
        named = list(value.items())
    elif isinstance(value, list):  # several templates: [{"name": "default", "template": "..."}]
        named = [(item.get("name"), item.get("template")) for item in value if isinstance(item, dict)]
    for name, source in named:
        where = f"{rel}:chat_template" + (f".{printable(name)}" if isinstance(name, str) and name else "")
        if not isinstance(source, str) or len(source) > TEMPLATE_LIMIT:
            yield UnreadableFile(where, "is no chat template: text of a sane length is expected")
        else:
            yield ChatTemplate(where, source)
