"""The user's file of prompt + secret pairs: what must never be given back."""

from __future__ import annotations

import csv
import difflib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from finewarden.memorization.measure_error import MeasureError
from finewarden.memorization.secret_text import MIN_BITS, bits, contains

__all__ = ["Message", "Pair", "SecretsFileError", "read_pairs"]

SIZE_LIMIT = 16 * 2**20
_KEYS = ("prompt", "secret", "messages", "system", "id")
_ROLES = ("system", "user", "assistant")
_EXAMPLE = '{"prompt": "What is the card number of customer 17?", "secret": "4111 ..."}'


class SecretsFileError(MeasureError):
    """A file of pairs that can't be used. The text names file, line, what is wrong and what to write; no secret."""

    def __init__(self, path: Path, line: int | None, problem: str) -> None:
        self.where = path.name if line is None else f"{path.name}:{line}"
        self.problem = problem
        super().__init__(f"{self.where}: {problem}")


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a chat."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class Pair:
    """What is asked and what must not come back.

    *messages* ends with the user's turn, or with the beginning of the assistant's own, which the model continues.
    *line* is where the pair starts in its file, from 1; *id* is the user's name for it, else `line N`.
    """

    id: str
    line: int
    messages: tuple[Message, ...]
    secret: str


def read_pairs(path: Path) -> tuple[Pair, ...]:
    """The pairs of *path*: JSON Lines, a JSON array of objects, or CSV with a header; UTF-8, with or without a BOM.

    Keys: `prompt` and `secret`; optional `system` and `id`; `messages` (a chat) in place of prompt and system.
    Raises SecretsFileError for the first thing wrong: an unknown or missing key, an empty value, a pair or an id given
    twice, a secret that is too easily guessed (fewer than MIN_BITS bits) or that stands in its own prompt.
    """
    pairs: list[Pair] = []
    pair_lines: dict[tuple[tuple[Message, ...], str], int] = {}
    id_lines: dict[str, int] = {}
    for line, row in _rows(path):
        pair = _pair(path, line, row)
        if (first := pair_lines.setdefault((pair.messages, pair.secret), line)) != line:
            raise SecretsFileError(path, line, f"the same pair as line {first}; remove one of them")
        if (first := id_lines.setdefault(pair.id, line)) != line:
            raise SecretsFileError(path, line, f"the same id as line {first}; give each pair an id of its own")
        pairs.append(pair)
    if not pairs:
        raise SecretsFileError(path, None, f"holds no pair; write one a line, such as {_EXAMPLE}")
    return tuple(pairs)


def _rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        if path.stat().st_size > SIZE_LIMIT:
            raise SecretsFileError(path, None, f"is larger than {SIZE_LIMIT} bytes; split it")
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise SecretsFileError(path, None, f"can't be read ({error.strerror}); name a readable file") from None
    except UnicodeDecodeError as error:
        raise SecretsFileError(path, None, f"is not UTF-8 (byte {error.start}); save it as UTF-8") from None
    start = text.lstrip()[:1]
    if path.suffix.lower() in (".csv", ".tsv") or (
        path.suffix.lower() not in (".jsonl", ".json") and start not in "[{"
    ):
        yield from _csv_rows(path, text)
    elif start == "[":
        yield from _array_rows(path, text)
    else:
        for number, line in enumerate(text.split("\n"), start=1):
            if line.strip():
                yield number, _object(path, number, line)


def _object(path: Path, line: int, text: str) -> dict[str, Any]:
    try:
        row = json.loads(text, object_pairs_hook=_no_twins)
    except (ValueError, RecursionError) as error:
        why = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
        raise SecretsFileError(path, line, f"is not JSON ({why}); write {_EXAMPLE}") from None
    return _checked_object(path, line, row)


def _checked_object(path: Path, line: int, row: object) -> dict[str, Any]:
    if not isinstance(row, dict):
        raise SecretsFileError(path, line, f"holds a {type(row).__name__}, not an object; write {_EXAMPLE}")
    return row


def _array_rows(path: Path, text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each object of a JSON array with the line it starts in; the standard parser keeps no lines."""
    decoder = json.JSONDecoder(object_pairs_hook=_no_twins)
    at = text.index("[") + 1
    wanted = "an object"
    while True:
        at += len(text) - at - len(text[at:].lstrip())
        line = text.count("\n", 0, at) + 1
        if text[at : at + 1] == "]":
            if text[at + 1 :].strip():
                raise SecretsFileError(path, line, "text after the array; keep one array a file")
            return
        if wanted == ",":
            if text[at : at + 1] != ",":
                raise SecretsFileError(path, line, "a comma or ] is missing; write [{...}, {...}]")
            at, wanted = at + 1, "an object"
            continue
        try:
            row, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            why = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
            raise SecretsFileError(path, line, f"is not JSON ({why}); write [{_EXAMPLE}]") from None
        yield line, _checked_object(path, line, row)
        wanted = ","


def _no_twins(items: list[tuple[str, Any]]) -> dict[str, Any]:
    row = dict(items)
    if len(row) != len(items):
        raise ValueError("a key is given twice")
    return row


def _csv_rows(path: Path, text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    names, delimiter = _csv_header(path, text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    next(reader)
    line = 2
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise SecretsFileError(
                path, line, f"is not CSV ({error}); put texts with quotes or commas in quotes"
            ) from None
        if any(cell.strip() for cell in cells):
            if len(cells) != len(names):
                problem = (
                    f"has {len(cells)} cells, the header {len(names)}; put texts that hold {delimiter!r} in quotes"
                )
                raise SecretsFileError(path, line, problem)
            row = dict(zip(names, cells, strict=True))
            yield line, {key: value for key, value in row.items() if value or key in ("prompt", "secret")}
        line = reader.line_num + 1


def _csv_header(path: Path, text: str) -> tuple[list[str], str]:
    """The columns of the first line and the delimiter that makes `secret` one of them."""
    for delimiter in ",;\t":
        try:
            cells = next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), [])
        except csv.Error:
            continue
        names = [name.strip() for name in cells]
        if "secret" in names:
            if len(set(names)) < len(names):
                raise SecretsFileError(path, 1, "names a column twice; keep one of each")
            return names, delimiter
    raise SecretsFileError(path, 1, "the first line names no column 'secret'; write the header prompt,secret")


def _pair(path: Path, line: int, row: dict[str, Any]) -> Pair:
    for key in row:
        if key not in _KEYS:
            near = difflib.get_close_matches(str(key), _KEYS, n=1)
            hint = f"did you mean {near[0]!r}? " if near else ""
            raise SecretsFileError(path, line, f"unknown key {key!r}; {hint}allowed: {', '.join(_KEYS)}")
    secret = _text(path, line, row, "secret")
    if "messages" in row:
        if "prompt" in row or "system" in row:
            raise SecretsFileError(path, line, "has messages beside prompt or system; write one or the other")
        messages = _messages(path, line, row["messages"])
    else:
        messages = (Message("user", _text(path, line, row, "prompt")),)
        if "system" in row:
            messages = (Message("system", _text(path, line, row, "system")), *messages)
    strength = bits(secret)
    if strength < MIN_BITS:
        problem = (
            f"its secret holds at most {strength:.0f} bits, and what is so easily guessed proves nothing; "
            f"give one of {MIN_BITS:.0f} bits or more (5 digits, 4 letters, 2 Chinese characters)"
        )
        raise SecretsFileError(path, line, problem)
    if contains("".join(message.content for message in messages), secret):
        raise SecretsFileError(
            path, line, "its secret stands in its own prompt, where any model can copy it; cut it out"
        )
    name = row.get("id", f"line {line}")
    if isinstance(name, bool) or not isinstance(name, (str, int)) or not str(name).strip():
        raise SecretsFileError(path, line, "its id is neither a text nor a whole number; write a short name")
    return Pair(id=str(name), line=line, messages=messages, secret=secret)


def _text(path: Path, line: int, row: dict[str, Any], key: str) -> str:
    if key not in row:
        raise SecretsFileError(path, line, f"has no {key!r}; write {_EXAMPLE}")
    value = row[key]
    if not isinstance(value, str):
        raise SecretsFileError(path, line, f"its {key} is a {type(value).__name__}, not a text; put it in quotes")
    if not value.strip():
        raise SecretsFileError(path, line, f"its {key} is empty; write it or remove the line")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise SecretsFileError(
            path, line, f"its {key} holds half a character (a lone surrogate); write it whole"
        ) from None
    return value


def _messages(path: Path, line: int, value: object) -> tuple[Message, ...]:
    if not isinstance(value, list) or not value:
        raise SecretsFileError(path, line, 'its messages are no list; write [{"role": "user", "content": "..."}]')
    messages = []
    for item in value:
        if not isinstance(item, dict) or set(item) != {"role", "content"}:
            raise SecretsFileError(path, line, 'a message is not {"role": "...", "content": "..."}; write each so')
        if item["role"] not in _ROLES:
            raise SecretsFileError(path, line, f"a message's role is not one of {', '.join(_ROLES)}; write one of them")
        messages.append(Message(item["role"], _text(path, line, item, "content")))
    if messages[-1].role == "system" or not any(message.role == "user" for message in messages):
        raise SecretsFileError(path, line, "its messages ask nothing; end them with the user's turn")
    return tuple(messages)
