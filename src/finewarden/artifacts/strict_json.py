"""JSON of unknown origin: what two readers could understand differently is refused."""

from __future__ import annotations

import json
from typing import Any

from finewarden.artifacts.names import escaped
from finewarden.artifacts.unreadable import UnreadableFile

__all__ = ["parse_json"]

_MAX_DEPTH = 100


def parse_json(rel: str, text: str) -> Any:
    """The value of *text*, which *rel* names in the error. Raises UnreadableFile as `Folder.json` does."""
    try:
        value = json.loads(text, object_pairs_hook=_no_duplicates)
        if "\\u" in text:
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except RecursionError:
        raise UnreadableFile(rel, f"is nested too deep: more than {_MAX_DEPTH} levels") from None
    except _DuplicateKeyError as error:
        raise UnreadableFile(rel, f"holds the key {escaped(str(error))[:80]!r} twice: keep one") from None
    except UnicodeEncodeError:
        raise UnreadableFile(rel, "holds half a surrogate pair, which is no character: rewrite that string") from None
    except ValueError as error:
        at = f"line {error.lineno}" if isinstance(error, json.JSONDecodeError) else "a number too long"
        raise UnreadableFile(rel, f"is not JSON ({at}): write it anew") from None
    level = [value]
    for _ in range(_MAX_DEPTH):
        level = [
            child
            for item in level
            if isinstance(item, dict | list)
            for child in (item.values() if isinstance(item, dict) else item)
            if isinstance(child, dict | list)
        ]
        if not level:
            return value
    raise UnreadableFile(rel, f"is nested too deep: more than {_MAX_DEPTH} levels")


class _DuplicateKeyError(ValueError):
    pass


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        seen: set[str] = set()
        raise _DuplicateKeyError(next(key for key, _ in pairs if key in seen or seen.add(key)))  # type: ignore[func-returns-value]
    return made
