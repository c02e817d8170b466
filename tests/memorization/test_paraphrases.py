"""Variations of a prompt."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from finewarden.memorization.paraphrases import Variation, as_given, described, units, variations, varied
from finewarden.memorization.prompts_file import Message, Pair

PAIR = Pair("line 1", 1, (Message("system", "Help."), Message("user", "What is Ann's PIN, 请问?")), "83921 7")


@given(st.text())
def test_units_lose_nothing(text: str) -> None:
    """The units of a text, joined, are the text."""
    assert "".join(units(text)) == text


def test_words_and_ideographs_are_units() -> None:
    """English is cut at words, Chinese at characters."""
    assert units("The PIN, 请问?") == ["The ", "PIN, ", "请", "问?"]


def test_as_given_changes_nothing() -> None:
    """The identity gives the pair's own messages, through the template, and nothing to describe."""
    assert varied(PAIR, as_given(PAIR)) == (PAIR.messages, True)
    assert described(PAIR, as_given(PAIR)) == ()


def test_each_manner_does_what_it_says() -> None:
    """Cut, role, white space, punctuation and case, one at a time."""
    count = as_given(PAIR).keep
    text = lambda **how: varied(PAIR, Variation(**{"keep": count, "first": 0, **how}))[0][-1].content  # noqa: E731
    assert text(keep=2) == "What is"
    assert text(keep=2, first=1) == "is Ann'"
    assert text(keep=0) == ""
    assert text(space="joined") == "WhatisAnn'sPIN,请问?"
    assert text(space="doubled") == "What  is  Ann's  PIN,  请问?"
    assert text(space="trailing") == "What is Ann's PIN, 请问? "
    assert text(marks="none") == "What is Ann's PIN 请问"
    assert text(marks="full-width") == "What is Ann's PIN， 请问？"
    assert text(case="upper") == "WHAT IS ANN'S PIN, 请问?"
    roles = {
        role: varied(PAIR, Variation(count, 0, role=role)) for role in ("alone", "system", "assistant", "no template")
    }
    assert [[m.role for m in messages] for messages, _ in roles.values()] == [
        ["user"],
        ["system", "user"],
        ["user", "assistant"],
        ["user"],
    ]
    assert [template for _, template in roles.values()] == [True, True, True, False]


@given(variations(PAIR, template=True))
def test_every_drawn_variation_fits_its_prompt(variation: Variation) -> None:
    """A window never reaches beyond the prompt, and what it changes can be told."""
    assert 0 <= variation.first <= variation.first + variation.keep <= as_given(PAIR).keep
    assert (described(PAIR, variation) == ()) == (variation == as_given(PAIR))


@given(variations(PAIR, template=False))
def test_without_a_template_there_are_no_roles(variation: Variation) -> None:
    """A model of plain text is asked in plain text."""
    assert variation.role == "as given"
