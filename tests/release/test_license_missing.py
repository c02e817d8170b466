"""What nothing that is written can mend is named, with where the text is and a name that would do."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from finewarden.evidence.model_card import ModelCard
from finewarden.licensing.texts.match import TextFinding, TextMatch
from finewarden.policy import Policy
from finewarden.release.draft import Draft
from finewarden.release.license_duties import Owed
from finewarden.release.license_missing import missing_name, missing_texts

from .licensed import owed_for

LLAMA, GEMMA = "meta-llama/Llama-3.1-8B", "google/gemma-2-9b-it"
PUBLIC = Policy(audience="public")


def texts(folder: Path, owed: Owed | None, **files: TextMatch) -> list[str]:
    """What is missing where the folder has license *files* that are these texts."""
    for name in files:
        (folder / name).write_text("text")
    owed = replace(owed, texts=files) if owed is not None else None
    return [f"{missing.what} -> {missing.mend}" for missing in missing_texts(Draft(folder), owed)]


def names(folder: Path, name: str | None, readme: str = "", *, policy: Policy = PUBLIC) -> list[str]:
    """What is missing of the names of a Llama 3.1 release called *name*."""
    (folder / "README.md").write_text(readme)
    card = ModelCard(written_by="finewarden 0.1.0", release_name=name)
    found = missing_name(Draft(folder), owed_for(LLAMA), card, policy)
    return [f"{missing.what} -> {missing.mend}" for missing in found]


def test_text_that_is_not_there(tmp_path: Path) -> None:
    """Each license that is owed is named with its revision and where its text is; without any, LICENSE alone."""
    llama, gemma = texts(tmp_path, owed_for(LLAMA, GEMMA))
    assert "the text of the Llama 3.1 Community License Agreement (2024-07-23)" in llama
    assert "https://github.com/meta-llama/llama-models/blob/a9c89c47" in llama
    assert gemma.endswith("it is at https://ai.google.dev/gemma/terms")
    (unknown,) = texts(tmp_path, None)
    assert unknown.startswith("LICENSE -> give license_file=")


def test_text_of_another_license(tmp_path: Path) -> None:
    """A text that is there and is not the base's is named by what it is; the code's license is none of the model's."""
    mit = TextMatch("mit", "mit", True, ())
    (found,) = texts(tmp_path, owed_for(LLAMA), LICENSE=mit)
    assert "it is not among LICENSE (mit)" in found
    own = TextMatch("llama3.1", "llama3.1", True, ())
    assert texts(tmp_path, owed_for(LLAMA), **{"LICENSE": own, "LICENSE-CODE": mit}) == []


def test_text_that_was_edited(tmp_path: Path) -> None:
    """A text that was edited is named with the first clause that differs."""
    edited = TextMatch("llama3.1", "llama3.1", False, (TextFinding("altered", "2", "'700' became '7'", 9),))
    (found,) = texts(tmp_path, owed_for(LLAMA), LICENSE=edited)
    assert "LICENSE: it is not the Llama 3.1 Community License Agreement (2024-07-23) as its author wrote it" in found
    assert "2: '700' became '7'" in found


def test_no_license_known(tmp_path: Path) -> None:
    """While no license is known to bind, any LICENSE will do."""
    assert texts(tmp_path, None, LICENSE=TextMatch(None, None, False, ())) == []


@pytest.mark.parametrize("name", ["Llama-support", "acme/llama3.1-support", "acme/Meta-Llama-3.1-support"])
def test_names_that_do(tmp_path: Path, name: str) -> None:
    """A name that begins as asked, or holds the mark further behind, is not named; a title may say less than it."""
    assert names(tmp_path, name, "# Our support assistant\n") == []


def test_names_that_do_not(tmp_path: Path) -> None:
    """A name that begins otherwise is named with one that would do, in its owner's account."""
    (found,) = names(tmp_path, "acme/support", "---\nmodel_name: out\n---\n# out\n")
    assert found.startswith("the name 'acme/support': Llama 3.1 Community License Agreement (2024-07-23), 1.b.i")
    assert found.endswith('set release_name = "acme/Llama-support" in the policy')
    (other,) = names(tmp_path, "acme/Llama-support", "---\nmodel_name: out\n---\n# out\n")
    assert "README.md: model_name" in other


def test_no_name_at_all(tmp_path: Path) -> None:
    """Without a stated name the title counts; without either the policy is asked for one."""
    (tmp_path / "support").mkdir()
    assert names(tmp_path / "support", None, "# Llama support\n") == []
    (title,) = names(tmp_path / "support", None, "# Support\n")
    assert "README.md: its title" in title
    (nothing,) = names(tmp_path / "support", None)
    assert nothing.endswith('set release_name = "Llama-support" in the policy')


def test_internal_use_needs_no_name(tmp_path: Path) -> None:
    """What is given to nobody may be called anything."""
    assert names(tmp_path, "support", policy=Policy(audience="internal")) == []
