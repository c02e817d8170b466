"""`finewarden.callbacks.activation_guard.config_flags`."""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from peft import LoraConfig, get_peft_model
from transformers import CLIPVisionConfig, LlamaConfig, LlavaConfig, LlavaForConditionalGeneration

from finewarden.callbacks.activation_guard.config_flags import (
    GENERATION_FLAGS,
    configs_of,
    flag_problems,
    generation_problems,
    saved_flags,
)

pytestmark = pytest.mark.training


def found(model: Any) -> list[str]:
    """What is wrong with the configurations of *model*."""
    return [problem.what for problem in flag_problems(configs_of(model))]


@pytest.mark.parametrize("value", [True, 2, -1, [1], [0, 1]])
def test_any_way_to_ask_for_hidden_states_is_found(tiny: ModuleType, value: Any) -> None:
    """A bool, the number of a layer and a list of them all make each forward pass keep hidden states."""
    model = tiny.tiny_model()
    vars(model.config)["output_hidden_states"] = value  # transformers before 5.23 takes a bool only

    (what,) = found(model)

    assert what.startswith(f"LlamaConfig.output_hidden_states is {value!r}")


@pytest.mark.parametrize("value", [False, None, [], 0])
def test_a_value_that_selects_nothing_is_clean(tiny: ModuleType, value: Any) -> None:
    """transformers tests the flag for truth, so that 0 and an empty list keep nothing; a forward pass shows it."""
    import torch

    model = tiny.tiny_model()
    vars(model.config)["output_hidden_states"] = value

    assert found(model) == []
    assert not model(input_ids=torch.arange(4)[None]).hidden_states


def test_attentions_are_found(tiny: ModuleType) -> None:
    """output_attentions is a property of the configuration with rules of its own, and found all the same."""
    model = tiny.tiny_model()
    model.set_attn_implementation("eager")
    model.config.output_attentions = True

    (what,) = found(model)

    assert what.startswith("LlamaConfig.output_attentions is True")


def llava() -> Any:
    """A vision-language model, which holds three configurations."""
    small = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
    text = LlamaConfig(vocab_size=50, num_key_value_heads=2, **small)
    vision = CLIPVisionConfig(image_size=4, patch_size=2, **small)
    return LlavaForConditionalGeneration(LlavaConfig(text_config=text, vision_config=vision))


@pytest.mark.parametrize("part", ["text_config", "vision_config"])
def test_sub_configurations_are_looked_at(part: str) -> None:
    """A flag in the text or vision configuration decides for that part of the model, and is found."""
    model = llava()
    assert found(model) == []
    getattr(model.config, part).output_hidden_states = True

    (what,) = found(model)

    assert what.startswith(f"{type(getattr(model.config, part)).__name__}.output_hidden_states")


def test_a_configuration_that_no_part_reads_is_looked_at(tiny: ModuleType) -> None:
    """A configuration within another goes into config.json, whether or not a part of this model reads it."""
    model = tiny.tiny_model()
    model.config.draft_config = LlamaConfig(output_hidden_states=True)

    assert len(found(model)) == 1


def test_the_base_model_within_an_adapter_is_looked_at(tiny: ModuleType) -> None:
    """PEFT wraps the model; the configuration that counts is the base model's."""
    model = get_peft_model(tiny.tiny_model(), LoraConfig(task_type="CAUSAL_LM", target_modules="all-linear"))
    assert found(model) == []
    model.get_base_model().config.output_hidden_states = True

    assert len(found(model)) == 1


def test_mending_switches_every_flag_off(tiny: ModuleType) -> None:
    """After the mends nothing is found any more."""
    model = tiny.tiny_model()
    model.set_attn_implementation("eager")
    vars(model.config)["output_hidden_states"] = [1]
    model.config.output_attentions = True

    for problem in list(flag_problems(configs_of(model))):
        assert problem.mend is not None
        problem.mend()

    assert found(model) == []


@pytest.mark.parametrize("name", GENERATION_FLAGS)
def test_each_generation_flag_is_found_and_mended(tiny: ModuleType, name: str) -> None:
    """A flag in model.generation_config is found also within PEFT, once, and can be switched off."""
    model = get_peft_model(tiny.tiny_model(), LoraConfig(task_type="CAUSAL_LM", target_modules="all-linear"))
    assert list(generation_problems(model)) == []
    setattr(model.get_base_model().generation_config, name, True)

    (problem,) = generation_problems(model)
    assert f"model.generation_config.{name} is True" in problem.what
    assert problem.mend is not None
    problem.mend()

    assert list(generation_problems(model)) == []


def test_flags_in_saved_files_are_found(tiny: ModuleType, tmp_path: Path) -> None:
    """A flag that reached config.json, at any depth, or generation_config.json, is named with its place."""
    model = llava()
    model.save_pretrained(tmp_path / "clean")
    model.config.text_config.output_hidden_states = True
    model.save_pretrained(tmp_path / "flagged")
    (tmp_path / "flagged" / "generation_config.json").write_text(json.dumps({"output_scores": True}))

    assert list(saved_flags(tmp_path / "clean")) == []
    assert list(saved_flags(tmp_path / "absent")) == []
    config, generation = (problem.what for problem in saved_flags(tmp_path / "flagged"))
    assert config.startswith("flagged/config.json was saved with text_config.output_hidden_states set")
    assert generation.startswith("flagged/generation_config.json was saved with output_scores set")
