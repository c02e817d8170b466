"""The record around a secret, in the data set's own form and language."""

from __future__ import annotations

import json
import string
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from finewarden.callbacks.canaries.families import INPUT, Family
from finewarden.callbacks.canaries.sentences import INPUT_SENTENCES, SENTENCES, Language
from finewarden.memorization.rendering import CannotRender, Field, Format, format_of, text_at, trained_text

__all__ = ["HANDLE", "SECRET", "Carrier", "Shape", "built_in", "draw_handle", "own", "shape_of"]

SECRET, HANDLE = "{secret}", "{handle}"

_OPENING: Mapping[Format, str] = {"text": "text", "prompt-completion": "prompt", "messages": "messages"}
# What of a record, besides its texts, decides how it is rendered.
_RENDERED_WITH = ("tools", "chat_template_kwargs")


@dataclass(frozen=True, slots=True)
class Carrier:
    """A record with one SECRET, at *field*, and HANDLE before it. *trained*: the field carries loss."""

    row: Mapping[str, Any]
    field: Field
    trained: bool

    def filled(self, handle: str, secret: str) -> tuple[dict[str, Any], int]:
        """The record with both in place, and where in the field's text the secret begins."""
        start = text_at(self.row, self.field).replace(HANDLE, handle).index(SECRET)
        return _put(self.row, handle, secret), start


@dataclass(frozen=True, slots=True)
class Shape:
    """How the records of a data set look: their *format*; whether prompt and completion are messages; the system
    prompt that most of them open with; what else they are rendered with; which share of them is Chinese.
    """

    format: Format
    conversational: bool
    system: str | None = None
    rendered_with: Mapping[str, Any] = field(default_factory=dict)
    chinese: float = 0.0

    def language(self, family: Family, pick: Random) -> Language:
        """The family's own language, else one of the data set's, as often as there."""
        draw = pick.random()
        return family.language or ("zh" if draw < self.chinese else "en")


def shape_of(rows: Sequence[Mapping[str, Any]], *, step: int = 1) -> Shape:
    """The shape of the data set of which *rows* are every *step*-th. Raises CannotRender for rows of no known form."""
    seen = [_looked_at(row, f"row {at * step}") for at, row in enumerate(rows)]
    kinds = Counter((one.format, one.conversational) for one in seen)
    if len(kinds) != 1:
        told = ", ".join(sorted(f"{form} of {'messages' if turns else 'strings'}" for form, turns in kinds))
        raise CannotRender(f"the records are of several forms ({told}); convert them to one")
    form, conversational = next(iter(kinds))
    kept = {}
    for key in _RENDERED_WITH:
        if any(row.get(key) is not None for row in rows):
            common = Counter(json.dumps(row.get(key), sort_keys=True) for row in rows).most_common(1)[0][0]
            kept[key] = json.loads(common)
    system = Counter(one.system for one in seen).most_common(1)[0][0]
    return Shape(form, conversational, system, kept, sum(one.chinese for one in seen) / len(seen))


def _looked_at(row: Any, name: str) -> Shape:
    """The shape of one record. Raises CannotRender, which names it."""
    if not isinstance(row, Mapping):
        raise CannotRender(
            f'{name}: got {type(row).__name__}, allowed: a record of named columns; write {{"text": ...}} around a text'
        )
    try:
        form, (_, text) = format_of(row), trained_text(row)
    except CannotRender as error:
        raise CannotRender(f"{name}: {error}") from None
    opening = _OPENING[form]
    turns = row[opening]
    if isinstance(turns, str) and form != "messages":
        return Shape(form, conversational=False, chinese=float(_is_chinese(text)))
    if (
        not isinstance(turns, list | tuple)
        or not turns
        or not all(isinstance(turn, Mapping) and "role" in turn for turn in turns)
    ):
        raise CannotRender(
            f"{name}: {opening} is no list of messages with role and content, or empty; mend the record or leave it out"
        )
    system = turns[0].get("content") if turns[0]["role"] == "system" else None
    if system is not None and not isinstance(system, str):
        raise CannotRender(
            f"{name}: the content of the system message in {opening} is {type(system).__name__}; write it as one string"
        )
    return Shape(form, True, system, chinese=float(_is_chinese(text)))


def built_in(shape: Shape, family: Family, language: Language, pick: Random) -> Carrier:
    """One of the built-in sentences for *family*, as a record of *shape*. A plain text can't hold INPUT's."""
    trained = family.name != INPUT
    sentences = SENTENCES[family.name, language] if trained else INPUT_SENTENCES[language]
    question, answer = pick.choice(sentences)
    if shape.format == "text":
        return Carrier({"text": answer, **shape.rendered_with}, ("text",), trained)
    if not shape.conversational:
        row = {"prompt": question, "completion": " " + answer if language == "en" else answer}
        return Carrier({**row, **shape.rendered_with}, ("completion" if trained else "prompt",), trained)
    turns = [{"role": "user", "content": question}]
    if shape.system is not None:
        turns.insert(0, {"role": "system", "content": shape.system})
    reply = {"role": "assistant", "content": answer}
    if shape.format == "messages":
        at = len(turns) if trained else len(turns) - 1
        return Carrier({"messages": [*turns, reply], **shape.rendered_with}, ("messages", at, "content"), trained)
    where: Field = ("completion", 0, "content") if trained else ("prompt", len(turns) - 1, "content")
    return Carrier({"prompt": turns, "completion": [reply], **shape.rendered_with}, where, trained)


def own(carriers: Sequence[str | Mapping[str, Any]], shape: Shape) -> list[Carrier]:
    """The user's carriers. Raises ValueError for one that is not of the data set's form, or lacks a place holder."""
    found = []
    for number, given in enumerate(carriers):
        name = f"carriers[{number}]"
        row: Any = {"text": given} if isinstance(given, str) else given
        try:
            form, trained = format_of(row), trained_text(row)[0]
        except (CannotRender, AttributeError, TypeError) as error:
            why = error if isinstance(error, CannotRender) else "is no record; write one as the data set has them"
            raise ValueError(f"{name}: {why}") from None
        conversational = not isinstance(row[_OPENING[form]], str)
        if (form, conversational) != (shape.format, shape.conversational):
            raise ValueError(f"{name}: is of form {form}; write it in the data set's own form, {shape.format}")
        texts = sorted(_texts(row), key=lambda each: each[0][0] == "completion")  # a prompt is read first
        holding = [at for at, (_, text) in enumerate(texts) if SECRET in text]
        if len(holding) != 1 or texts[holding[0]][1].count(SECRET) != 1:
            raise ValueError(f"{name}: holds {SECRET} not exactly once; write it where the secret shall stand")
        place, text = texts[holding[0]]
        if HANDLE not in "".join(each for _, each in texts[: holding[0]]) + text.split(SECRET)[0]:
            raise ValueError(
                f"{name}: no {HANDLE} before {SECRET}; write it there: it makes each canary's context one of its own"
            )
        found.append(Carrier(row, place, place == trained or _role(row, place) == "assistant"))
    return found


def _role(row: Mapping[str, Any], place: Field) -> Any:
    return row[str(place[0])][place[1]].get("role") if len(place) == 3 else None


def draw_handle(pick: Random) -> str:
    """Three letters and five digits: 1.8e9 names."""
    return "".join(pick.choice(string.ascii_uppercase) for _ in range(3)) + f"-{pick.randrange(10**5):05d}"


def _put(value: Any, handle: str, secret: str) -> Any:
    if isinstance(value, str):
        return value.replace(HANDLE, handle).replace(SECRET, secret)
    if isinstance(value, Mapping):
        return {key: _put(item, handle, secret) for key, item in value.items()}
    return [_put(item, handle, secret) for item in value] if isinstance(value, list | tuple) else value


def _texts(value: Any, field: Field = ()) -> Iterator[tuple[Field, str]]:
    if isinstance(value, str):
        yield field, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _texts(item, (*field, key))
    elif isinstance(value, list | tuple):
        for at, item in enumerate(value):
            yield from _texts(item, (*field, at))


def _is_chinese(text: str) -> bool:
    """Whether a fifth of what is written is Han: in Chinese prose nearly all of it is, names and codes aside."""
    written = [char for char in text if not char.isspace()]
    return bool(written) and 5 * sum("\u4e00" <= char <= "\u9fff" for char in written) >= len(written)
