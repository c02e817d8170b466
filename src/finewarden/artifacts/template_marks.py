"""Values of a chat template as kinds, and what known templates do with the text of messages.

Kinds: "text" (what a message says), "object" (messages, or one of them, whole), "length" (a number made of text),
"clock". `literals` are the constants that a value can be; None when it can be anything. Numbers, true, false and none
are kept as "#" and their spelling.
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = [
    "ANYTHING",
    "ASKING",
    "CLOCK",
    "CUTTING",
    "FREE_CALLS",
    "KEEPING_FILTERS",
    "KEEPING_METHODS",
    "LENGTH",
    "NOTHING",
    "OBJECT",
    "PART_KEYS",
    "TAKING_METHODS",
    "TEXT",
    "TYPE_TESTS",
    "Value",
    "are_marks",
    "constant",
    "joined",
]


class Value(NamedTuple):
    """Kinds and literals of an expression's value."""

    kinds: frozenset[str] = frozenset()
    literals: frozenset[str] | None = frozenset()


NOTHING = Value()
ANYTHING = Value(literals=None)
TEXT = Value(frozenset({"text"}), None)
OBJECT = Value(frozenset({"object"}), None)
LENGTH = Value(frozenset({"length"}), None)
CLOCK = Value(frozenset({"clock"}), None)

TYPE_TESTS = frozenset(
    {"string", "mapping", "iterable", "sequence", "none", "defined", "undefined", "boolean", "number", "integer"}
    | {"float", "true", "false", "callable"}
)
# What hands content on as it is, or in a form that still is all of it.
KEEPING_FILTERS = frozenset(
    {"trim", "string", "tojson", "safe", "e", "escape", "forceescape", "indent", "join", "default", "d", "list"}
    | {"first", "last", "items", "reverse", "dictsort", "from_json", "fromjson", "format", "batch"}
    | {"lower", "upper", "capitalize", "title"}
)
KEEPING_METHODS = frozenset(
    {"strip", "lstrip", "rstrip", "items", "keys", "values", "copy", "lower", "upper", "capitalize", "title"}
)
TAKING_METHODS = frozenset({"append", "join", "format", "extend", "insert", "update"})
CUTTING = frozenset({"split", "rsplit", "partition", "rpartition", "replace", "removeprefix", "removesuffix"})
ASKING = frozenset({"startswith", "endswith"})
FREE_CALLS = frozenset({"raise_exception", "namespace", "dict", "range", "list"})
PART_KEYS = frozenset({"type", "role", "name", "id"})
# What known templates look for in content: marks of reasoning and of tools, types of parts, emptiness; the mark that
# transformers puts on an unfinished message; and two words that one family renames in its system prompt.
_MARKS = frozenset(
    {"", "null", "text", "image", "image_url", "video", "video_url", "audio", "audio_url", "input_audio", "input_text"}
    | {"<think>", "</think>", "<tool_response>", "</tool_response>", "<tool_call>", "</tool_call>"}
    | {"<|channel>", "<channel|>", "<|channel|>analysis<|message|>", "<|channel|>final<|message|>"}
    | {"/think", "/nothink", "/no_think", "CONTINUE_FINAL_MESSAGE_TAG"}
    | {"reasoning effort", "Reasoning effort", "Reasoning Effort", "REASONING EFFORT"}
    | {"reasoning strength", "Reasoning strength", "Reasoning Strength", "REASONING STRENGTH"}
    | {"#None", "#True", "#False", "#0", "#1"}
)
_MOST_LITERALS = 64


def constant(value: object) -> Value:
    """The value of a literal."""
    return Value(literals=frozenset({value if isinstance(value, str) else f"#{value}"}))


def joined(*values: Value) -> Value:
    """Whatever any of *values* may be."""
    kinds: frozenset[str] = frozenset().union(*(value.kinds for value in values))
    literals: set[str] = set()
    for value in values:
        if value.literals is None or len(literals) > _MOST_LITERALS:
            return Value(kinds, None)
        literals |= value.literals
    return Value(kinds, frozenset(literals))


def are_marks(value: Value) -> bool:
    """Whether *value* is one of the known marks, white space around it aside, or white space alone."""
    return value.literals is not None and all(text.strip(" \t\r\n") in _MARKS for text in value.literals)
