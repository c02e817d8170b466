"""NOTICE: the sentences that licenses ask for, below what others wrote."""

from __future__ import annotations

from pathlib import Path

import pytest

from finewarden.release.draft import Draft
from finewarden.release.notice import draft_notice
from finewarden.release.section import PLAIN_BEGIN, PLAIN_END

from .licensed import owed_for

SENTENCE = (
    "Llama 3.1 is licensed under the Llama 3.1 Community License, Copyright © Meta Platforms, Inc. All Rights Reserved."
)
SECTION = f"{PLAIN_BEGIN}\n{SENTENCE}\n{PLAIN_END}\n"


def noticed(folder: Path, **files: str) -> dict[str, str]:
    """Name and text of what is put for a Llama 3.1 adapter whose folder holds *files*; a second time puts the same."""
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text, encoding="utf-8")
    draft = Draft(folder)
    owed = owed_for("meta-llama/Llama-3.1-8B")
    draft_notice(draft, owed, name="Llama-x")
    once = {change.name: change.after.decode() for change in draft.changes()}
    draft_notice(draft, owed, name="Llama-x")
    assert {change.name: change.after.decode() for change in draft.changes()} == once
    return once


def test_new(tmp_path: Path) -> None:
    """Without any Notice file, NOTICE is made, also for an adapter, of which it is merely arguable."""
    assert noticed(tmp_path) == {"NOTICE": SECTION}


def test_what_stands_there_stays(tmp_path: Path) -> None:
    """The base model's or a person's own notices stay above, to the letter, in the file that they are in."""
    assert noticed(tmp_path, Notice__txt="Copyright 2025 Acme\n") == {"Notice.txt": f"Copyright 2025 Acme\n\n{SECTION}"}


@pytest.mark.parametrize("text", [SENTENCE, SENTENCE.replace("©", "(c)").replace(" is ", "\n  is ").rstrip(".")])
def test_not_repeated(tmp_path: Path, text: str) -> None:
    """A sentence that stands in any Notice file, however it is set, is not written again."""
    assert noticed(tmp_path, Notice=text, NOTICE__txt="Acme\n") == {}


def test_another_version_is_no_such_sentence(tmp_path: Path) -> None:
    """The sentence of Llama 3.2 does not stand for that of Llama 3.1."""
    other = SENTENCE.replace("3.1", "3.2") + "\n"
    assert noticed(tmp_path, NOTICE=other) == {"NOTICE": f"{other}\n{SECTION}"}


def test_a_stale_section_goes(tmp_path: Path) -> None:
    """What an earlier call wrote and nothing asks for any more goes, and what it stood below stays."""
    stale = f"Acme\n\n{PLAIN_BEGIN}\nBuilt by hand.\n{PLAIN_END}\n"
    assert noticed(tmp_path, NOTICE=stale) == {"NOTICE": f"Acme\n\n{SECTION}"}
    assert noticed(tmp_path, NOTICE=f"{SENTENCE}\n{SECTION}") == {"NOTICE": f"{SENTENCE}\n"}
