"""A record as TRL's SFTTrainer trains it: the rendered text, its token ids, and which characters each id covers.

One function for whatever scores a piece of a record, a canary's secret or a person's number: prefix and piece are never
tokenised apart, because the ids at the boundary are others then. Only what SFTTrainer puts behind a record is left out
(the EOS of plain text), which no earlier token can see.

Rows are read in TRL's order: with a `prompt` it is prompt and completion, else with `messages` a conversation, else
`text` (`SFTTrainer._prepare_dataset`, TRL 1.15 and 1.16).
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from finewarden.memorization.scoring import TokenPair

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

__all__ = [
    "CannotRender",
    "Field",
    "Format",
    "Rendered",
    "format_of",
    "locate",
    "render",
    "span_in_text",
    "target_of",
    "text_at",
    "trained_text",
    "with_text",
]

Format = Literal["text", "prompt-completion", "messages"]
Field = tuple[str | int, ...]
"""How a text is reached in a row: ``("text",)``, ``("messages", 1, "content")``."""


class CannotRender(ValueError):
    """A row that can't be turned into the ids it is trained as; says why and what to do."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """*text* as it is tokenised, its *ids*, and for each id the characters of *text* it covers, end excluded.

    A token that stands for no text (a BOS that the tokenizer adds) covers none: its two numbers are equal.
    """

    text: str
    ids: tuple[int, ...]
    offsets: tuple[tuple[int, int], ...]


def format_of(row: Mapping[str, Any]) -> Format:
    """Which of the three forms *row* has. Raises CannotRender for any other."""
    if row.get("prompt") is not None:
        if row.get("completion") is None:
            raise CannotRender("the record has a prompt and no completion; give it both, or messages, or text")
        if isinstance(row["prompt"], str) != isinstance(row["completion"], str):
            raise CannotRender("prompt and completion must both be strings or both be lists of messages; write one way")
        return "prompt-completion"
    if row.get("messages") is not None:
        return "messages"
    if isinstance(row.get("text"), str):
        return "text"
    names = ", ".join(sorted(map(str, row))) or "none"
    raise CannotRender(
        f"columns: got {names}, allowed: text (a string), prompt and completion, or messages (role and content); "
        "rename or convert the columns (trl.maybe_convert_to_chatml for from/value)"
    )


def trained_text(row: Mapping[str, Any]) -> tuple[Field, str]:
    """The text of *row* that carries loss, and its place: text, completion, or the last message of the assistant.

    Raises CannotRender when there is none.
    """
    form = format_of(row)
    key = {"text": "text", "prompt-completion": "completion", "messages": "messages"}[form]
    if isinstance(row[key], str):
        return (key,), row[key]
    messages = _messages(row[key], key)
    for at in range(len(messages) - 1, -1, -1):
        if messages[at]["role"] == "assistant":
            field: Field = (key, at, "content")
            return field, text_at(row, field)
    raise CannotRender(f"{key} hold no message of role 'assistant', so nothing of them is an answer; give them one")


def text_at(row: Mapping[str, Any], field: Field) -> str:
    """The text of *row* at *field*. Raises CannotRender where there is none."""
    value: Any = row
    try:
        for step in field:
            value = value[step]
    except (KeyError, IndexError, TypeError):
        value = None
    if not isinstance(value, str):
        raise CannotRender(f"{_name(field)} is no text; name a string of the record (content as one string)")
    return value


def with_text(row: Mapping[str, Any], field: Field, text: str) -> dict[str, Any]:
    """A copy of *row* with *text* at *field*; *row* itself stays as it is."""
    text_at(row, field)
    return _replaced(row, field, text)  # type: ignore[no-any-return]


def render(tokenizer: PreTrainedTokenizerBase, row: Mapping[str, Any]) -> Rendered:
    """*row* as it is trained. Raises CannotRender for a form it does not know, a chat template that refuses the row,
    and a tokenizer that does not say which characters a token covers (a slow one).
    """
    text, plain = _text(tokenizer, row)
    if not getattr(tokenizer, "is_fast", False):
        raise CannotRender(
            f"{type(tokenizer).__name__} does not say which characters a token covers; "
            "load the fast tokenizer of the model (AutoTokenizer.from_pretrained(..., use_fast=True))"
        )
    found = tokenizer(text, add_special_tokens=plain, return_offsets_mapping=True)
    return Rendered(text, tuple(found["input_ids"]), tuple((a, b) for a, b in found["offset_mapping"]))


def span_in_text(
    tokenizer: PreTrainedTokenizerBase, row: Mapping[str, Any], field: Field, start: int, length: int
) -> tuple[int, int]:
    """Where ``field[start : start + length]`` stands in ``render(tokenizer, row).text``: first character, end excluded.

    A chat template may do what it likes with a message, and may hold the same words elsewhere. The row is therefore
    rendered a second time with a random marker in the piece's place: what stands before and behind it tells where the
    piece is. White space that the template strips from its ends is left out. Raises CannotRender when the template
    leaves the piece out, writes it twice or changes it.
    """
    whole = text_at(row, field)
    piece = whole[start : start + length]
    if start < 0 or length < 1 or len(piece) != length:
        raise CannotRender(f"{_name(field)} has no characters {start} to {start + length}; name a piece of it")
    if len(field) == 1:
        before = len(row["prompt"]) if field == ("completion",) else 0
        if field[0] not in ("text", "prompt", "completion") or field[0] not in _read_keys(row):
            raise CannotRender(f"{_name(field)} is not what this record is trained as; name a piece of what is")
        return before + start, before + start + length
    marker = "Q" + secrets.token_hex(8) + "Q"
    text, _ = _text(tokenizer, row)
    marked, _ = _text(tokenizer, _replaced(row, field, whole[:start] + marker + whole[start + length :]))
    if marked.count(marker) != 1:
        times = "leaves it out" if marker not in marked else "writes it more than once"
        raise CannotRender(f"the chat template does not render {_name(field)} once: it {times}; use another template")
    head, tail = marked.split(marker)
    middle = text[len(head) : len(text) - len(tail)]
    if (
        not middle
        or not (text.startswith(head) and text.endswith(tail))
        or middle not in (piece, piece.strip(), piece.lstrip(), piece.rstrip())
    ):
        raise CannotRender(f"the chat template changes what stands in {_name(field)}; use one that renders it as it is")
    return len(head), len(head) + len(middle)


def locate(rendered: Rendered, field_text_start: int, start: int, end: int) -> tuple[int, int]:
    """The tokens that hold characters *start* to *end* (excluded) of a text that begins at *field_text_start*.

    (first token, last token excluded); a token that overlaps by one character counts, and what lies between two that
    do. Raises CannotRender when no token covers any of it.
    """
    first, last = field_text_start + start, field_text_start + end
    inside = [i for i, (a, b) in enumerate(rendered.offsets) if max(a, first) < min(b, last)]
    if not inside:
        raise CannotRender("no token covers that piece of the record; the tokenizer drops it")
    return inside[0], inside[-1] + 1


def target_of(
    tokenizer: PreTrainedTokenizerBase, row: Mapping[str, Any], field: Field, start: int, length: int
) -> TokenPair:
    """``field[start : start + length]`` as it is trained: its own ids as target, every id before them as context.

    Raises CannotRender as its parts do.
    """
    rendered = render(tokenizer, row)
    begin, end = span_in_text(tokenizer, row, field, start, length)
    first, last = locate(rendered, 0, begin, end)
    return TokenPair(rendered.ids[:first], rendered.ids[first:last])


def _text(tokenizer: PreTrainedTokenizerBase, row: Mapping[str, Any]) -> tuple[str, bool]:
    """The text of *row* as it is tokenised, and whether the tokenizer adds its special tokens to it."""
    form = format_of(row)
    if form == "text":
        return row["text"], True
    if form == "prompt-completion" and isinstance(row["prompt"], str):
        return row["prompt"] + row["completion"], True
    keys = ("prompt", "completion") if form == "prompt-completion" else ("messages",)
    turns = [message for key in keys for message in _messages(row[key], key)]
    tools = row.get("tools")
    tools = json.loads(tools) if isinstance(tools, str) else tools
    if not tokenizer.chat_template:
        raise CannotRender("the record holds messages and the tokenizer has no chat template; give it one")
    try:
        rendered = tokenizer.apply_chat_template(
            turns, tokenize=False, tools=tools, **(row.get("chat_template_kwargs") or {})
        )
    except Exception as error:  # Jinja's own, or whatever the template raises
        # Only its kind: what a template says may quote the record.
        raise CannotRender(f"the chat template refuses the record ({type(error).__name__}); mend either") from None
    return str(rendered), False


def _messages(value: Any, key: str) -> list[dict[str, Any]]:
    if (
        not isinstance(value, (list, tuple))
        or not value
        or not all(isinstance(message, Mapping) and "role" in message for message in value)
    ):
        raise CannotRender(f"{key}: got no list of messages with role and content; convert the column to that")
    return [dict(message) for message in value]


def _read_keys(row: Mapping[str, Any]) -> tuple[str, ...]:
    form = format_of(row)
    return {"text": ("text",), "prompt-completion": ("prompt", "completion"), "messages": ("messages",)}[form]


def _replaced(value: Any, field: Field, text: str) -> Any:
    if not field:
        return text
    step, rest = field[0], field[1:]
    if isinstance(value, Mapping):
        return {**value, step: _replaced(value[str(step)], rest, text)}
    return [_replaced(item, rest, text) if at == step else item for at, item in enumerate(value)]


def _name(field: Field) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in field).lstrip(".")
