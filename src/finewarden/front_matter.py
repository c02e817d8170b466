"""The YAML front matter of a README: the only part of a release that the Hub reads.

Reading is strict where readers disagree: a key given twice, an alias, deep nesting are errors with their line.
YAML 1.2's booleans only (`language: no` is Norwegian, https://yaml.org/spec/1.2.2/#1032-tag-resolution) and dates stay
text. Writing changes the lines of the keys that change and leaves every other line, comments too, as a person wrote it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import yaml

__all__ = ["LIMIT", "FrontMatterError", "edit", "join", "parse", "split"]

LIMIT = 64 * 1024
_MAX_DEPTH = 32
# A line that begins a top-level key; lists may start at the same column, comments and fences are not keys.
_KEY = re.compile(r"""^(?P<key>"[^"]*"|'[^']*'|[^\s#\-"'\[\]{},&*!|>%@`][^:#]*?)\s*:(?:\s|$)""")


class FrontMatterError(ValueError):
    """Front matter that can't be trusted to mean one thing. *line* is that of the README, from 1."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line = line
        self.reason = reason


class _Loader(yaml.SafeLoader):
    """SafeLoader without what makes two readers differ."""

    depth = 0

    def compose_node(self, parent: yaml.nodes.Node | None, index: Any) -> yaml.nodes.Node | None:
        mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
        if self.check_event(yaml.events.AliasEvent):
            raise FrontMatterError(_line(mark), "uses a YAML alias: write the value out")
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise FrontMatterError(_line(mark), f"is nested more than {_MAX_DEPTH} levels deep: flatten it")
        try:
            node: yaml.nodes.Node | None = super().compose_node(parent, index)
        finally:
            self.depth -= 1
        return node

    def construct_mapping(self, node: yaml.nodes.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            if not isinstance(key_node, yaml.nodes.ScalarNode):
                raise FrontMatterError(_line(key_node.start_mark), "has a key that is not text: use plain keys")
            if key_node.value in seen:
                raise FrontMatterError(
                    _line(key_node.start_mark), f"gives the key {key_node.value!r} a second time: keep one"
                )
            seen.add(key_node.value)
        return super().construct_mapping(node, deep=deep)


_Loader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in found if tag.rpartition(":")[2] not in {"bool", "timestamp", "merge"}]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), [*"tTfF"]
)


def split(text: str) -> tuple[str | None, str]:
    """The front matter (without its fences) and the body; None when *text* has no front matter.

    Raises FrontMatterError when it is opened and never closed.
    """
    lines = text.removeprefix("\ufeff").splitlines(keepends=True)
    start = next((number for number, line in enumerate(lines) if line.strip()), None)
    if start is None or lines[start].rstrip() != "---":
        return None, text
    for number in range(start + 1, len(lines)):
        if lines[number].rstrip("\r\n") == "---":
            return "".join(lines[start + 1 : number]), "".join(lines[number + 1 :])
    raise FrontMatterError(start + 1, "opens a front matter that is never closed: add a line '---' after it")


def join(front: str, body: str, *, end: str = "\n") -> str:
    """A README of *front* and *body*, the fences' lines ending in *end*; without fences when *front* is empty."""
    if not front.strip():
        return body
    return f"---{end}{front if front.endswith(chr(10)) else front + end}---{end}{body}"


def parse(front: str) -> dict[str, Any]:
    """The keys of *front*. Raises FrontMatterError; lines count the opening fence as 1."""
    if len(front) > LIMIT:
        raise FrontMatterError(1, f"is longer than {LIMIT} characters: front matter is metadata, move text below it")
    try:
        data = yaml.load(front, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise FrontMatterError(_line(mark) if mark else 1, f"is not YAML ({error.problem or error.context})") from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        if isinstance(error, FrontMatterError):
            raise
        raise FrontMatterError(1, f"is not YAML ({str(error).splitlines()[0][:120]})") from None
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise FrontMatterError(2, "is not a list of 'key: value' lines")
    odd = next((key for key in data if not isinstance(key, str)), None)
    if odd is not None:
        raise FrontMatterError(2, f"has the key {odd!r}, which is not text: put it in quotes")
    return data


def edit(front: str, changes: Mapping[str, Any]) -> str:
    """*front* with the top-level keys of *changes* set, or removed where the value is None.

    Lines of other keys are kept to the letter. Raises FrontMatterError when *front* can't be read.
    """
    before = parse(front)
    wanted = {key: value for key, value in before.items() if key not in changes or changes[key] is not None}
    wanted |= {key: value for key, value in changes.items() if value is not None}
    if wanted == before:
        return front
    written: set[str] = set()
    out: list[str] = []
    for key, block in _blocks(front):
        if key is None or key not in changes or (key in wanted and before.get(key) == wanted[key]):
            out.append(block)
        elif key in wanted:
            out.append(_dump({key: wanted[key]}))
        written.add(key or "")
    made = "".join(out)
    if made and not made.endswith("\n"):
        made += "\n"
    made += "".join(_dump({key: value}) for key, value in wanted.items() if key not in written)
    try:
        if parse(made) == wanted:
            return made
    except FrontMatterError:
        pass
    # An unusual layout that lines can't be swapped in: the values stand, its comments are lost.
    return _dump(wanted)


def _blocks(front: str) -> list[tuple[str | None, str]]:
    """The lines of *front*, grouped by top-level key; comments at the left margin stand alone (None)."""
    blocks: list[tuple[str | None, str]] = []
    for line in front.splitlines(keepends=True):
        found = _KEY.match(line)
        if found:
            blocks.append((found["key"].strip("\"'"), line))
        elif line.startswith("#") or not blocks or (blocks[-1][0] is None and not line.strip()):
            blocks.append((None, line))
        else:
            key, block = blocks[-1]
            blocks[-1] = (key, block + line)
    return blocks


def _dump(data: dict[str, Any]) -> str:
    made: str = yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=10**6, default_flow_style=False)
    return made


def _line(mark: Any) -> int:
    """The README's line of a YAML mark: marks count from 0, and the fence stands above."""
    return int(mark.line) + 2
