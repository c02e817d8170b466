"""Opening a model folder: what is refused, and with which sentence."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from finewarden.memorization.loading import LoadError, find_base, load

pytestmark = pytest.mark.training


def copy(folder: Path, to: Path) -> Path:
    shutil.copytree(folder, to)
    return to


def test_full_weights_have_no_base_unless_one_is_named(overtrained: Path, base: Path) -> None:
    """A merged or full model is scored alone; --base-model adds the base."""
    assert not load(overtrained, device="cpu").has_base
    with load(overtrained, base_model=str(base), device="cpu").as_base() as model:
        assert model.config.vocab_size == 259


def test_an_adapter_and_its_base_come_from_one_load(adapter: Path, base: Path) -> None:
    """With the adapter switched off the model gives the base's own logits; afterwards the adapter is on again."""
    import torch

    loaded, alone = load(adapter, device="cpu"), load(base, device="cpu")
    ids = torch.tensor([[10, 20, 30, 40]])
    with torch.inference_mode():
        tuned = loaded.model(ids).logits
        with loaded.as_base() as model:
            assert torch.equal(model(ids).logits, alone.model(ids).logits)
        assert torch.equal(loaded.model(ids).logits, tuned)
        assert not torch.allclose(tuned, alone.model(ids).logits)


def test_the_folders_own_generation_settings_are_not_taken(overtrained: Path, tmp_path: Path) -> None:
    """Sampling, penalties and forced tokens of generation_config.json would change what greedy is; stops are kept."""
    folder = copy(overtrained, tmp_path / "m")
    settings = {"do_sample": True, "repetition_penalty": 9.0, "forced_eos_token_id": 5, "eos_token_id": [258, 65]}
    (folder / "generation_config.json").write_text(json.dumps(settings))
    loaded = load(folder, device="cpu")
    assert loaded.model.generation_config.repetition_penalty in (None, 1.0)
    assert loaded.stop_ids == (65, 258)


def test_code_of_the_folder_is_never_run(overtrained: Path, tmp_path: Path) -> None:
    """A model that brings its own code is refused, and the code leaves no trace."""
    folder = copy(overtrained, tmp_path / "m")
    trace = tmp_path / "trace"
    (folder / "modeling_own.py").write_text(f"open({str(trace)!r}, 'w')\nclass Own: pass\nclass OwnConfig: pass\n")
    config = json.loads((folder / "config.json").read_text())
    config |= {
        "model_type": "own",
        "auto_map": {"AutoConfig": "modeling_own.OwnConfig", "AutoModelForCausalLM": "modeling_own.Own"},
    }
    (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(LoadError, match="can't be loaded"):
        load(folder, device="cpu")
    assert not trace.exists()


def test_pickled_weights_are_never_loaded(overtrained: Path, tmp_path: Path) -> None:
    """Without safetensors there is nothing to load, whatever pickle lies there."""
    folder = copy(overtrained, tmp_path / "m")
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(LoadError, match=r"no \.safetensors file, and pickles are never loaded"):
        load(folder, device="cpu")


def test_a_pickled_adapter_is_never_loaded(adapter: Path, tmp_path: Path) -> None:
    """PEFT falls back to adapter_model.bin; we do not."""
    folder = copy(adapter, tmp_path / "m")
    (folder / "adapter_model.safetensors").rename(folder / "adapter_model.bin")
    with pytest.raises(LoadError, match=r"no adapter_model\.safetensors"):
        load(folder, device="cpu")


def test_missing_weights_are_not_filled_with_noise(overtrained: Path, tmp_path: Path) -> None:
    """transformers fills what a checkpoint lacks with random numbers; scores of those would pass any test."""
    from safetensors.torch import load_file, save_file

    folder = copy(overtrained, tmp_path / "m")
    weights = load_file(folder / "model.safetensors")
    del weights["model.layers.1.mlp.up_proj.weight"]
    save_file(weights, folder / "model.safetensors", {"format": "pt"})
    with pytest.raises(LoadError, match=r"does not hold all weights.*layers\.1\.mlp\.up_proj"):
        load(folder, device="cpu")


def test_shards_elsewhere_are_refused(overtrained: Path, tmp_path: Path) -> None:
    """An index can't make the loader read files outside the folder."""
    folder = copy(overtrained, tmp_path / "m")
    (folder / "model.safetensors.index.json").write_text('{"weight_map": {"a": "../other.safetensors"}}')
    with pytest.raises(LoadError, match="names a file that is not in m"):
        load(folder, device="cpu")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"base_model_name_or_path": None}, "names no base model; write --base-model"),
        ({"base_model_name_or_path": "/gone/base"}, "'base' does not exist here; write --base-model=FOLDER"),
        ({"base_model_name_or_path": "nobody/nothing"}, "run `hf download nobody/nothing`"),
        ({"task_type": None, "auto_mapping": {"parent_library": "antigravity"}}, "asks to import a library"),
    ],
)
def test_a_base_that_is_not_here_is_named(
    adapter: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: dict[str, object], words: str
) -> None:
    """Nothing is downloaded: the error names the base and what to write."""
    import huggingface_hub.constants

    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    folder = copy(adapter, tmp_path / "m")
    config = json.loads((folder / "adapter_config.json").read_text())
    (folder / "adapter_config.json").write_text(json.dumps({**config, **change}))
    with pytest.raises(LoadError) as caught:
        load(folder, device="cpu")
    assert words in str(caught.value)


def test_a_base_is_found_in_the_local_cache(base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name means its snapshot in the Hugging Face cache, as `hf download` leaves it."""
    import huggingface_hub.constants

    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path))
    repository = tmp_path / "models--some--base"
    copy(base, repository / "snapshots" / "abc")
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text("abc")
    assert find_base("some/base").samefile(repository / "snapshots" / "abc")


def test_other_folders_have_their_sentence(tmp_path: Path, adapter: Path, overtrained: Path) -> None:
    """An empty folder, broken JSON, an adapter as base, and the model as its own base are four different errors."""
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(LoadError, match=r"empty holds no config\.json"):
        load(empty)
    with pytest.raises(LoadError, match="is itself an adapter"):
        load(overtrained, base_model=str(adapter), device="cpu")
    with pytest.raises(LoadError, match="the audited folder itself"):
        load(overtrained, base_model=str(overtrained), device="cpu")
    broken = copy(adapter, tmp_path / "broken")
    (broken / "adapter_config.json").write_text("{")
    with pytest.raises(LoadError, match="is not JSON"):
        load(broken)
