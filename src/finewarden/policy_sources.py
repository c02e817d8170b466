"""A file of sources beside the policy: the entries of `[[tool.finewarden.sources]]`, kept in a file of their own.

A list of sources, or a mapping with `sources` alone, each with the keys that the policy knows. Read strictly: what two
readers of YAML take for different things (a key given twice, an alias) is an error with its line. Other tools have a
`sources.yaml` too, dbt for one: where the policy does not name the file, it is read when it is plainly ours.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

__all__ = ["is_ours", "read_sources"]


_KEYS = frozenset({"authorisation", "authorization"})


class _Loader(yaml.SafeLoader):
    """SafeLoader without aliases and without keys that are given twice."""

    def compose_node(self, parent: yaml.nodes.Node | None, index: Any) -> yaml.nodes.Node | None:
        if self.check_event(yaml.events.AliasEvent):
            line = self.peek_event().start_mark.line + 1  # type: ignore[no-untyped-call]
            raise ValueError(f"line {line} uses a YAML alias; write the value out")
        node: yaml.nodes.Node | None = super().compose_node(parent, index)
        return node

    def construct_mapping(self, node: yaml.nodes.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.nodes.ScalarNode):
                raise ValueError(  # noqa: TRY004  (an error of the file, not of a caller)
                    f"line {key.start_mark.line + 1} has a key that is not text; use plain keys"
                )
            if key.value in seen:
                raise ValueError(f"line {key.start_mark.line + 1} gives the key {key.value!r} a second time; keep one")
            seen.add(key.value)
        return super().construct_mapping(node, deep=deep)


# What an entry of ours says, or says wrongly, and no other tool's does.
_OURS = re.compile(r"""^[ \t]*(?:-[ \t]+)?(?:\{.*)?["']?authori[sz]ation["']?[ \t]*:""", re.MULTILINE)


def is_ours(path: Path) -> bool:
    """Whether the `sources.yaml` *path*, which no policy names, is a file of sources: a list, at the top or under
    `sources`, with `name` and `authorisation` in an entry. A file that can't be read is ours where it speaks of
    `authorisation`: what its owner would miss must not be passed over in silence.
    """
    try:
        entries = read_sources(path)
    except ValueError:
        try:
            return _OURS.search(path.read_bytes().decode("utf-8", "replace")) is not None
        except OSError:
            return False
    return any(isinstance(each, dict) and "name" in each and _KEYS & set(each) for each in entries)


def read_sources(path: Path) -> list[Any]:
    """The entries of *path*, not yet checked. Raises ValueError, one sentence that says what to do."""
    try:
        data = yaml.load(path.read_text(encoding="utf-8-sig"), Loader=_Loader)
    except OSError as error:
        raise ValueError(f"can't be read ({error.strerror}); make it readable or take it away") from None
    except UnicodeDecodeError:
        raise ValueError("is not UTF-8; save it as UTF-8") from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"line {mark.line + 1}: " if mark else ""
        raise ValueError(f"is not YAML ({where}{error.problem or error.context}); mend it") from None
    except (yaml.YAMLError, RecursionError):
        raise ValueError("is not YAML that can be read; mend it") from None
    if isinstance(data, dict) and set(data) == {"sources"}:
        data = data["sources"]
    if data is None:
        return []
    if not isinstance(data, list):
        raise ValueError(  # noqa: TRY004  (an error of the file, not of a caller)
            "is no list of sources; write `- name: ...` with its keys below, one entry a source"
        )
    return data
