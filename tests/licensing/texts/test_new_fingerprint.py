"""What a fingerprint lets differ in a copy of the text, and that a pattern which finds nothing is told."""

from __future__ import annotations

import pytest

from finewarden.licensing.texts.fingerprint import Fingerprint
from finewarden.licensing.texts.match import TextMatch, identify_text
from finewarden.licensing.texts.new_fingerprint import fingerprint_of

BODY = """Permission is hereby given to whoever obtains a copy of these weights to run, copy, change and hand them on
without asking anybody, as long as the notice above stays with each copy that is handed on.

Neither the name of Acme Inc. nor those of others that helped may be used to praise what was made from it, unless
they were asked before and said so in writing.

THESE WEIGHTS ARE GIVEN AS THEY ARE, AND NOBODY ANSWERS FOR WHAT COMES OF USING THEM IN WHATEVER WAY.
"""
TEMPLATE = f"Weights License\n\nCopyright (c) 2020 Acme Inc.\n\n{BODY}"
APPENDIX = """
How to apply this

To apply it, put the lines below into each file that you made, with the year and your own name in them.

Copyright [yyyy] [name of owner]
Handed on under the Weights License, which you find beside this file or at the address in the notice.
"""


def of(text: str, one: Fingerprint) -> TextMatch:
    return identify_text(text, own=[one])


@pytest.fixture(scope="module")
def template() -> Fingerprint:
    return fingerprint_of(TEMPLATE, id="weights", key="weights", template=True, holders=["name of (.*?) nor"])


@pytest.mark.parametrize(
    "head",
    [
        "Weights License\n\nCopyright (c) 2020 Acme Inc.\n\n",
        "Weights License (W)\n===\n\n© 2018-2024 Will May <will@may.org>\nCopyright 2024 Others. All rights reserved\n",
        "Copyright (c) 2019 Somebody and contributors\n\n",
        "Frobnicator license\n\n",
        "",
    ],
)
def test_title_and_holders_are_free(template: Fingerprint, head: str) -> None:
    """A text that everybody fills in may have another title, other copyright lines, and another name inside."""
    assert of(head + BODY.replace("Acme Inc.", "Other Ltd."), template) == TextMatch("weights", "weights", True, ())


@pytest.mark.parametrize(
    "head",
    [
        "Modified Weights License\n\nCopyright (c) 2020 Acme Inc.\n\n",
        "Weights License\n\nCopyright (c) 2020 Acme Inc. You must pay 5 dollars.\n\n",
        "Weights License\n\nCopyright (c) 2020 Acme. Only for noncommercial use.\n\n",
        "Non-Commercial Weights License\n\n",
    ],
)
def test_but_not_for_terms(template: Fingerprint, head: str) -> None:
    """A title that names another edition, or terms in a copyright line, are text on top."""
    match = of(head + BODY, template)

    assert match.key == "weights"
    assert [found.kind for found in match.findings] in (["added"], ["altered"])


def test_optional_stretches_are_whole_or_not_there() -> None:
    """An appendix may be left out, and is filled in; half of it, or another one, is not the author's text."""
    one = fingerprint_of(
        TEMPLATE + APPENDIX,
        id="w",
        key="w",
        optional=[("^How to apply", r"^Copyright \[yyyy"), (r"^Copyright \[yyyy", "")],
    )
    filled = APPENDIX.replace("[yyyy] [name of owner]", "2024 Me Myself")

    for whole in (TEMPLATE, TEMPLATE + APPENDIX, TEMPLATE + filled, TEMPLATE + filled.partition("in them.")[2]):
        assert of(whole, one).intact
    for edited in (filled.replace("each file", "no file"), filled.replace("your own name in them", "")):
        assert [found.kind for found in of(TEMPLATE + edited, one).findings] == ["altered"]


def test_lost_list_marks_may_be_there() -> None:
    """Where the source lost the numbers of a list, a copy that has them is whole."""
    text = TEMPLATE + "\nYou agree to these three:\n\n    not to harm anybody;\n    not to lie;\n    to be kind.\n"
    one = fingerprint_of(text, id="w", key="w")
    marked = text.replace("    not to harm", " 1. not to harm").replace("    not to lie", " (b) not to lie")

    assert of(marked, one).intact
    assert not of(marked.replace("not to lie", "not to 7 lie"), one).intact


def test_labels_put_right() -> None:
    """Clauses are called what the maker says: each by itself, or all by the words they begin with."""
    named = fingerprint_of(TEMPLATE, id="w", key="w", relabel={"first paragraph": "1"})
    outlined = fingerprint_of(TEMPLATE, id="w", key="w", outline=[("1", "Permission"), ("2", "THESE WEIGHTS")])

    assert [label for label, _ in named.clauses] == ["title", "1", "second paragraph", "third paragraph"]
    assert [label for label, _ in outlined.clauses] == ["title", "1", "2"]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"optional": [("^Nowhere", "")]}, r"'\^Nowhere'.*optional"),
        ({"optional": [("^Weights", "^Nowhere")]}, r"'\^Nowhere'.*optional"),
        ({"holders": ["name from (.*)"]}, "holders"),
        ({"outline": [("2", "THESE WEIGHTS"), ("1", "Permission")]}, "'Permission'.*outline"),
    ],
)
def test_patterns_that_find_nothing(wrong: dict[str, list[tuple[str, str]]], says: str) -> None:
    """A maker's pattern that no longer fits its text is told, with what to correct."""
    with pytest.raises(ValueError, match=says):
        fingerprint_of(TEMPLATE, id="w", key="w", **wrong)  # type: ignore[arg-type]
