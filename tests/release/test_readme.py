"""README.md is generated from the record and keeps what a person wrote."""

from __future__ import annotations

from typing import Any

import pytest

from finewarden.evidence.model_card import DataSource, ModelCard
from finewarden.front_matter import FrontMatterError, parse, split
from finewarden.release import statement
from finewarden.release.readme import update
from finewarden.release.section import without

from .test_generators import TRAINER, TRL, UNSLOTH


def card(**change: Any) -> ModelCard:
    """A record with all that a README shows."""
    known: dict[str, Any] = {
        "written_by": "finewarden 0.1.0",
        "release_name": "acme/support",
        "base_model": "meta-llama/Llama-3.1-8B",
        "license": "llama3.1",
        "form": "adapter",
        "sources": (DataSource(name="support", authorisation="contract"),),
    }
    return ModelCard(**(known | change))


def made(text: str | None, of: ModelCard, beside: tuple[str, ...] = ("LICENSE",)) -> tuple[dict[str, Any], str]:
    """Front matter and body of the updated README; a second update must change nothing."""
    once = update(text, of, title="support", beside=beside)
    assert update(once, of, title="support", beside=beside) == once
    front, body = split(once)
    return parse(front or ""), body


@pytest.mark.parametrize("text", [None, "", TRL, UNSLOTH, TRAINER, "---\nlicense: mit\n---\n", "just text\n"])
def test_from_anything(text: str | None) -> None:
    """Whatever stood there, the README ends with license, base and the sentence, and an update of it is idempotent."""
    front, body = made(text, card())
    assert front["license"] == "llama3.1"
    assert front["base_model"] == "meta-llama/Llama-3.1-8B"
    assert "licence" not in front
    assert statement.find(body) is not None
    for gone in ("[None]", "/home/", "apache-2.0"):
        assert gone not in body


def test_a_persons_text_stays() -> None:
    """Every word and every metadata line of a person's README survives."""
    text = "---\nlanguage: zh # 中文\nlicense: llama3.1\n---\n# 客服\n\n自己写的。\n\n```\nNone\n```\n"
    once = update(text, card(), title="x", beside=())
    assert "language: zh # 中文\n" in once
    assert without(split(once)[1]).split() == without(split(text)[1]).split()


def test_nothing_is_guessed() -> None:
    """Without a stated license or base there is no sentence, no license, and the tools' paths are gone all the same."""
    text = "---\nbase_model: /home/alice/base\nlicence: license\n---\n# T\n"
    front, body = made(text, card(license=None, base_model=None, sources=()))
    assert front == {}
    assert statement.find(body) is None
    assert "model_card.md" not in body


def test_other_license() -> None:
    """A license the Hub does not list is `other` with a name and the file beside; a person's own name for it stays."""
    front, _ = made(None, card(license="ACME Model License"), beside=("LICENSE.txt",))
    assert (front["license"], front["license_name"], front["license_link"]) == (
        "other",
        "acme-model-license",
        "LICENSE.txt",
    )
    mine = "---\nlicense: other\nlicense_name: acme-1\nlicense_link: https://acme.example/license\n---\n"
    front, _ = made(mine, card(license="ACME Model License"))
    assert (front["license_name"], front["license_link"]) == ("acme-1", "https://acme.example/license")


def test_merge_keeps_its_bases() -> None:
    """A list of several bases with ours among them is a merge's and stays."""
    text = "---\nbase_model:\n- unsloth/Llama-3.1-8B-bnb-4bit\n- Qwen/Qwen2-7B\n---\n# T\n"
    front, _ = made(text, card())
    assert front["base_model"] == ["unsloth/Llama-3.1-8B-bnb-4bit", "Qwen/Qwen2-7B"]


def test_unreadable_front_matter_is_not_replaced() -> None:
    """Front matter that can't be read is a person's to mend: nothing is written over it."""
    with pytest.raises(FrontMatterError, match="second time"):
        update("---\na: 1\na: 2\n---\n", card(), title="x", beside=())


@pytest.mark.training  # huggingface_hub comes with the extra
def test_empty_template_is_replaced() -> None:
    """The Hub's template that nobody filled in makes room for a title and what is known."""
    from huggingface_hub import ModelCard as HubCard
    from huggingface_hub import ModelCardData

    empty = HubCard.from_template(ModelCardData())  # as PeftModel.create_or_update_model_card does
    empty.data["library_name"] = "peft"
    empty.data["base_model"] = "/home/alice/b"
    front, body = made(str(empty), card())
    assert front["library_name"] == "peft"
    assert "More Information Needed" not in body
    assert body.lstrip().startswith("# support\n")
