"""`finewarden.callbacks.activation_guard.caching`."""

from __future__ import annotations

from types import ModuleType

import pytest
from peft import LoraConfig, PrefixTuningConfig, PromptTuningConfig, get_peft_model
from transformers import LlamaConfig, LlavaConfig, ViTConfig

from finewarden.callbacks.activation_guard.caching import CacheSwitch, feeds_cache

pytestmark = pytest.mark.training


def test_the_value_of_each_configuration_comes_back() -> None:
    """Within, use_cache is False everywhere; after, each configuration has its own value again, also on Ctrl-C."""
    configs = [LlavaConfig().text_config, LlamaConfig(use_cache=False)]
    switch = CacheSwitch()
    switch.remember(configs)

    def interrupted() -> None:
        with switch.off(configs):
            assert [each.use_cache for each in configs] == [False, False]
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()

    assert [each.use_cache for each in configs] == [True, False]


def test_the_first_value_noted_is_the_models_own() -> None:
    """What Trainer writes over it later does not count."""
    config = LlamaConfig(use_cache=True)
    switch = CacheSwitch()
    switch.remember([config])
    config.use_cache = False
    switch.remember([config])

    with switch.off([config]):
        pass

    assert config.use_cache is True


def test_a_configuration_without_the_field_stays_without() -> None:
    """A vision model has no use_cache, and gets none."""
    config = ViTConfig()
    switch = CacheSwitch()
    switch.remember([config])

    with switch.off([config]):
        pass

    assert "use_cache" not in vars(config)


def test_prompt_and_prefix_tuning_feed_the_cache(tiny: ModuleType) -> None:
    """PEFT methods that hand virtual tokens over in the cache are told from those that don't."""
    lora = LoraConfig(task_type="CAUSAL_LM", target_modules="all-linear")
    assert not feeds_cache(tiny.tiny_model())
    assert not feeds_cache(get_peft_model(tiny.tiny_model(), lora))
    for adapter in (PrefixTuningConfig, PromptTuningConfig):
        assert feeds_cache(get_peft_model(tiny.tiny_model(), adapter(task_type="CAUSAL_LM", num_virtual_tokens=2)))
