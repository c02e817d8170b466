"""What tools write that nobody stated: recognised by tool, taken out, and a person's words left alone."""

from __future__ import annotations

import pytest

from finewarden.front_matter import parse, split
from finewarden.release.generators import front_matter_mends, is_empty_template, mend_body, recognise, renamed

# As `unsloth/save.py` fills its MODEL_CARD in.
UNSLOTH = """---
base_model: meta-llama/Llama-3.1-8B
tags:
- text-generation-inference
- transformers
- unsloth
- llama
license: apache-2.0
language:
- en
---

# Uploaded finetuned  model

- **Developed by:** alice
- **License:** apache-2.0
- **Finetuned from model :** /home/alice/base

This llama model was trained 2x faster with [Unsloth](https://github.com/unslothai/unsloth)
"""
TRL = """---
library_name: transformers
model_name: out
licence: license
---

# Model Card for out

This model is a fine-tuned version of [None](https://huggingface.co/None).
"""
TRAINER = """---
library_name: transformers
---

<!-- This model card has been generated automatically according to the information the Trainer had access to. You
should probably proofread and complete it, then remove this comment. -->

# out

This model is a fine-tuned version of [/home/alice/b](https://huggingface.co//home/alice/b) on an unknown dataset.

## Model description

More information needed
"""


def tools(text: str, license_: str | None = None) -> list[tuple[str, bool]]:
    """Tool and kind of each default in *text*."""
    front = parse(split(text)[0] or "")
    return [(found.tool, found.false_claim) for found in recognise(text, front, license=license_)]


def test_named_with_their_line() -> None:
    """Each default is told with the tool that wrote it and the line where it stands."""
    (found,) = recognise(TRL, {"licence": "license"}, license=None)
    assert (found.tool, found.line) == ("TRL", 4)
    assert "licence: license" in found.what
    assert "[None]" in found.what


def test_unsloth_is_false_unless_stated() -> None:
    """Unsloth's apache-2.0 is a false claim until the owner states that very license."""
    assert tools(UNSLOTH) == [("Unsloth", True)]
    assert tools(UNSLOTH, "llama3.1") == [("Unsloth", True)]
    assert tools(UNSLOTH, "Apache License 2.0") == []


def test_unsloth_mended_is_none() -> None:
    """A card of Unsloth's that says another license everywhere is no longer a default."""
    assert tools(UNSLOTH.replace("apache-2.0", "llama3.1")) == []


def test_blanks_are_no_claims() -> None:
    """Templates that only leave blanks are told, not held to be false."""
    assert tools(TRAINER) == [("transformers", False)]
    assert tools("- **License:** [More Information Needed]\n") == [("PEFT", False)]


def test_a_persons_card_is_clean() -> None:
    """A card that a person wrote, apache-2.0 and the word None in it, has no default in it."""
    text = "---\nlicense: apache-2.0\n---\n# Mine\n\nNone of this is new. More information: see the paper.\n"
    assert tools(text) == []


def test_front_matter_mends() -> None:
    """Paths give way to the id, in tags too; without an id they go; a person's values stay."""
    front = {
        "licence": "license",
        "base_model": "/home/alice/base",
        "tags": ["base_model:adapter:/home/alice/base", "lora", "mine: yes"],
        "datasets": ["/data/x", "org/data"],
        "language": "zh",
    }
    assert front_matter_mends(front, base="a/b") == {
        "licence": None,
        "base_model": "a/b",
        "tags": ["base_model:adapter:a/b", "lora", "mine: yes"],
        "datasets": ["org/data"],
    }
    assert front_matter_mends(front, base=None)["tags"] == ["lora", "mine: yes"]
    assert front_matter_mends(front, base=None)["base_model"] is None
    assert front_matter_mends({"licence": "mit", "base_model": "x/y", "tags": "lora"}, base="a/b") == {}


def test_recorded_folder_is_a_path() -> None:
    """A base that looks like an id and was loaded from a folder of that name counts as the path it is."""
    front = {"base_model": "models/base"}
    assert front_matter_mends(front, base="a/b", local=lambda name: name == "models/base") == {"base_model": "a/b"}


@pytest.mark.parametrize(
    ("body", "base", "mended"),
    [
        ("of [None](https://huggingface.co/None).", "a/b", "of [a/b](https://huggingface.co/a/b)."),
        ("of [None](https://huggingface.co/None).", None, "of a base model that this card does not name."),
        ("[/home/x/b](https://huggingface.co//home/x/b)", "a/b", "[a/b](https://huggingface.co/a/b)"),
        ("[c/d](https://huggingface.co/c/d)", "a/b", "[c/d](https://huggingface.co/c/d)"),
        ("I keep it in /home/x/b and None.", "a/b", "I keep it in /home/x/b and None."),
        ("- **License:** apache-2.0\n", "a/b", "- **License:** apache-2.0\n"),
    ],
)
def test_mend_body(body: str, base: str | None, mended: str) -> None:
    """Only sentences in a tool's own words are mended."""
    assert mend_body(body, base=base, license="llama3.1", name=None) == mended


def test_mend_unsloth() -> None:
    """Unsloth's lines get the stated license and base; with none stated the license line stays to be judged."""
    made = mend_body(UNSLOTH, base="a/b", license="llama3.1", name=None)
    assert "- **License:** llama3.1\n" in made
    assert "- **Finetuned from model :** a/b\n" in made
    assert "- **License:** apache-2.0" in mend_body(UNSLOTH, base=None, license=None, name=None)


def test_example_code() -> None:
    """TRL's example loads the release, not a model called None."""
    code = 'generator = pipeline("text-generation", model="None", device_map="auto")'
    assert 'model="acme/m"' in mend_body(code, base=None, license=None, name="acme/m")


@pytest.mark.training  # huggingface_hub comes with the extra
def test_empty_template() -> None:
    """huggingface_hub's template counts as empty until someone writes a line into it."""
    from huggingface_hub import ModelCard, ModelCardData

    text = str(ModelCard.from_template(ModelCardData()).text)
    assert is_empty_template(text)
    assert is_empty_template(text + "\n### Framework versions\n\n- PEFT 0.21.2")
    assert not is_empty_template(text + "\nOur support bot.\n")
    assert not is_empty_template("# Mine\n\ntext [More Information Needed]\n")


def test_renamed_after_the_release() -> None:
    """TRL calls a model after its output folder, in two places: both are named as the release, other names stay."""
    front, body = split(TRL)
    assert renamed(parse(front or ""), body, "Llama-x") == (
        {"model_name": "Llama-x"},
        body.replace("# Model Card for out\n", "# Model Card for Llama-x\n"),
    )
    mine = "# Model Card for my model\n"
    assert renamed({"model_name": "out"}, mine, "Llama-x") == ({}, mine)
    assert renamed({}, body, "Llama-x") == ({}, body)
