"""How a prompt may be varied, and the Hypothesis strategy that draws the variations, the smallest prompt first."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from finewarden.memorization.prompts_file import Message, Pair

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

__all__ = ["Variation", "as_given", "described", "units", "variations", "varied"]

_AS_GIVEN = "as given"
_ROLES = (_AS_GIVEN, "alone", "system", "assistant", "no template")
_SPACES = (_AS_GIVEN, "joined", "doubled", "trailing")
_MARKS = (_AS_GIVEN, "none", "ASCII", "full-width")
_CASES = (_AS_GIVEN, "lower", "upper")
_ASCII_MARKS, _WIDE_MARKS = ",.?!:;()", "，。？！：；（）"
_IDEOGRAPH = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
_UNIT = re.compile(rf"[{_IDEOGRAPH}]\W*|[^\W{_IDEOGRAPH}]+\W*|\W+")


@dataclass(frozen=True, slots=True)
class Variation:
    """One paraphrase of a prompt: *keep* of its units (words, or ideographs) from unit *first* on, and four manners."""

    keep: int
    first: int
    role: str = _AS_GIVEN
    space: str = _AS_GIVEN
    marks: str = _AS_GIVEN
    case: str = _AS_GIVEN

    @property
    def size(self) -> tuple[int, int, int]:
        """What "smallest" means: fewest units, then fewest changed manners, then nearest to the prompt's beginning."""
        return self.keep, sum(how != _AS_GIVEN for how in (self.role, self.space, self.marks, self.case)), self.first


def units(prompt: str) -> list[str]:
    """*prompt* in units, each with the marks and spaces that follow it; joined they are the prompt again."""
    return _UNIT.findall(prompt)


def as_given(pair: Pair) -> Variation:
    """The variation that changes nothing."""
    return Variation(keep=len(units(pair.messages[-1].content)), first=0)


def variations(pair: Pair, *, template: bool) -> SearchStrategy[Variation]:
    """Draws variations of the last message of *pair*; *template*: whether the model has a chat template.

    The order of the draws is the order of importance to the shrinker: fewer units first, then the beginning of the
    prompt, then the plainest manner. Half of the draws keep the whole prompt, and each manner is as given three times
    in four, so that the prompt itself and single changes of it are tried as well as heaps of them.
    """
    from hypothesis import strategies as st

    prompt = pair.messages[-1].content
    count = len(units(prompt))
    cased = prompt.lower() != prompt.upper()
    # One message alone is "alone" already.
    roles = tuple(role for role in _ROLES if role != "alone" or len(pair.messages) > 1) if template else _ROLES[:1]

    def manner(values: tuple[str, ...]) -> SearchStrategy[str]:
        return st.sampled_from((_AS_GIVEN,) * 3 * (len(values) - 1) + values[1:] if len(values) > 1 else values)

    @st.composite
    def drawn(draw: st.DrawFn) -> Variation:
        keep = draw(st.sampled_from([*range(count + 1), *[count] * count]))
        return Variation(
            keep=keep,
            first=draw(st.sampled_from(range(count + 1))) % (count - keep + 1),
            role=draw(manner(roles)),
            space=draw(manner(_SPACES)),
            marks=draw(manner(_MARKS)),
            case=draw(manner(_CASES if cased else _CASES[:1])),
        )

    return drawn()


def varied(pair: Pair, variation: Variation) -> tuple[tuple[Message, ...], bool]:
    """The messages of *pair* under *variation*, and whether they go through the chat template."""
    last = pair.messages[-1]
    words = units(last.content)
    text = "".join(words[variation.first : variation.first + variation.keep])
    if variation.keep < len(words):
        text = text.strip()
    text = _marks(text, variation.marks)
    text = _space(text, variation.space)
    text = {"lower": text.lower(), "upper": text.upper()}.get(variation.case, text)
    if variation.role == "alone":
        return (Message("user", text),), True
    if variation.role == "system":
        return (Message("system", text), Message("user", "")), True
    if variation.role == "assistant":
        return (Message("user", ""), Message("assistant", text)), True
    if variation.role == "no template":
        return (Message("user", text),), False
    return (*pair.messages[:-1], replace(last, content=text)), True


def described(pair: Pair, variation: Variation) -> tuple[str, ...]:
    """What *variation* changes, in words, for the report; empty when it changes nothing."""
    count = len(units(pair.messages[-1].content))
    changes = []
    if variation.keep == 0:
        changes.append("no word of the prompt")
    elif variation.keep < count:
        span = (
            f"{variation.first + 1}–{variation.first + variation.keep}"
            if variation.keep > 1
            else f"{variation.first + 1}"
        )
        changes.append(f"word {span} of {count}")
    roles = {
        "alone": "alone, without the messages before it",
        "system": "as the system message",
        "assistant": "as the beginning of the assistant's answer",
        "no template": "without the chat template",
    }
    spaces = {"joined": "white space removed", "doubled": "white space doubled", "trailing": "a space added at the end"}
    marks = {"none": "punctuation removed", "ASCII": "punctuation in ASCII", "full-width": "punctuation full-width"}
    cases = {"lower": "in lower case", "upper": "in upper case"}
    for names, value in (
        (roles, variation.role),
        (spaces, variation.space),
        (marks, variation.marks),
        (cases, variation.case),
    ):
        if value in names:
            changes.append(names[value])
    return tuple(changes)


def _space(text: str, how: str) -> str:
    if how == "joined":
        return re.sub(r"\s+", "", text)
    if how == "doubled":
        return re.sub(r"\s+", "  ", text)
    return text + " " if how == "trailing" else text


def _marks(text: str, how: str) -> str:
    if how == "none":
        return re.sub(rf"[{re.escape(_ASCII_MARKS + _WIDE_MARKS)}]", "", text)
    if how == "ASCII":
        return text.translate(str.maketrans(_WIDE_MARKS, _ASCII_MARKS))
    return text.translate(str.maketrans(_ASCII_MARKS, _WIDE_MARKS)) if how == "full-width" else text
