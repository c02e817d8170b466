"""Whether a card passes a license's use restrictions on, as a term or as a notice."""

from __future__ import annotations

import time

import pytest

from finewarden.licensing.wording.flow_down import find_passages

GEMMA = "section 3.2 and the Gemma Prohibited Use Policy"


@pytest.mark.parametrize(
    ("text", "refers_to"),
    [
        ("By using or distributing this model you agree to the Gemma Prohibited Use Policy.", GEMMA),
        (
            "You must include section 3.2 of the Gemma Terms as a term of any agreement under which you distribute it.",
            GEMMA,
        ),
        ("Whoever you pass the model on to must accept the restrictions of\nAttachment A.", "Attachment A"),
        ("**Use restrictions.** Recipients shall comply with Attachment A.", "Attachment A"),
        ("分发本模型时，必须要求接收者遵守附件 A 的使用限制。", "Attachment A"),
        ("使用或分发本模型即同意遵守《Gemma 禁止用途政策》。", GEMMA),
        (
            "Attachment A binds users. Recipients must agree to Attachment A. It does not apply to our code.",
            "Attachment A",
        ),
        ("You may not distribute it to anyone who is not bound by Attachment A.", "Attachment A"),
        ("You may not distribute or use the model if you do not agree to Attachment A.", "Attachment A"),
        ("Attachment A binds you and anyone you distribute to; no restrictions apply beyond it.", "Attachment A"),
        ("You may not ignore Attachment A and must pass it on to recipients.", "Attachment A"),
        ("Nobody may ignore Attachment A; recipients must agree to it.", "Attachment A"),
        ("Any third party that gets it is bound by the use restrictions of its license.", ""),
    ],
)
def test_binds(text: str, refers_to: str) -> None:
    """Binding words about the named restrictions, for whoever gets the model, are a term that is passed on."""
    assert [passage.binds for passage in find_passages(text, refers_to)] == [True]


@pytest.mark.parametrize(
    ("text", "refers_to"),
    [
        ("The Gemma Prohibited Use Policy applies.", GEMMA),
        ("Uses listed in Attachment A are prohibited.", "Attachment A"),
        ("附件A 的使用限制适用于本模型。", "Attachment A"),
    ],
)
def test_tells(text: str, refers_to: str) -> None:
    """A sentence that tells users of the restrictions and asks nothing of them is a notice alone."""
    assert [passage.binds for passage in find_passages(text, refers_to)] == [False]


@pytest.mark.parametrize(
    ("text", "refers_to"),
    [
        ("You must not use this model for finance.", "Attachment A"),
        ("We follow Google's AI Principles and keep the safety_checker.", GEMMA),
        ("Results are in section 3.2 of our paper.", "Attachment A"),
        ("Version 3.2 must be distributed with care.", GEMMA),
        ("See Attachment A.", "Attachment A"),
        ("Attachment B must be passed on to recipients.", "Attachment A"),
        ("Attachment A does not apply to this model. Whoever distributes it: you are not bound by it.", "Attachment A"),
        ("Recipients of the model are not bound by Attachment A.", "Attachment A"),
        ("You need not pass Attachment A on to recipients; it doesn't apply.", "Attachment A"),
        ("No use restrictions apply. You may distribute this freely; you must not bother.", GEMMA),
        ("Gemma Prohibited Use Policy: recipients can ignore it; they must credit Acme when redistributing.", GEMMA),
        ("The Gemma Prohibited Use Policy is not passed on. You must cite us in derivatives.", GEMMA),
        ("You agree that the use restrictions bind nobody who gets a distribution of this model.", GEMMA),
        ("附件 A 不适用于本模型，后续用户不受其约束。", "Attachment A"),
        ("", GEMMA),
    ],
)
def test_speaks_of_something_else(text: str, refers_to: str) -> None:
    """Other restrictions, other sections and a bare reference are none."""
    assert find_passages(text, refers_to) == []


def test_line() -> None:
    """A passage is named by the line on which its paragraph begins."""
    text = "# Title\n\nWords.\n\n\nYou must pass on\nAttachment A to recipients.\n"

    assert [passage.line for passage in find_passages(text, "Attachment A")] == [6]


def test_linear() -> None:
    """A long text of half sentences is read in time."""
    begin = time.process_time()
    for piece in ("pass ", "Attachment A must ", "section ", "\n \n", "第"):
        find_passages(piece * (300_000 // len(piece)), GEMMA)

    assert time.process_time() - begin < 6
