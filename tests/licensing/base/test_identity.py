"""Which base a folder is made of: each kind of evidence in both directions, and every trap of honest releases."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from finewarden.artifacts.folder import Folder
from finewarden.licensing.base.claims import BaseIdentity
from finewarden.licensing.base.identity import identify_base
from finewarden.policy import Policy
from tests.licensing import folders as f

LLAMA31 = "meta-llama/Llama-3.1-8B"


def identity(folder: Path, base: str | None = None) -> BaseIdentity:
    """As an audit asks for it, with *base* stated by the owner."""
    return identify_base(folder, policy=Policy(base_model=base))


def bound(found: BaseIdentity) -> list[str]:
    """What the contradictions are about, by the kinds of their claims."""
    return sorted("-".join(sorted((one.one.kind, one.other.kind))) for one in found.contradictions)


def strength(found: BaseIdentity, kind: str) -> str | None:
    """Of the first claim of *kind*."""
    return next((claim.strength for claim in found.claims if claim.kind == kind), None)


@pytest.mark.parametrize(
    ("base", "arch", "canonical", "license_"),
    [
        ("meta-llama/Llama-3.1-8B-Instruct", f.LLAMA_31_8B, "meta-llama/Llama-3.1-8B-Instruct", "llama3.1"),
        ("unsloth/llama-3-8b-bnb-4bit", f.LLAMA_3_8B, "meta-llama/Meta-Llama-3-8B", "llama3"),
        ("unsloth/gemma-2-9b-it-bnb-4bit", f.GEMMA_2_9B, "google/gemma-2-9b-it", "gemma"),
        ("unsloth/Qwen2.5-3B-Instruct-unsloth-bnb-4bit", f.QWEN25_3B, "Qwen/Qwen2.5-3B-Instruct", "qwen-research-2024"),
        ("Qwen/Qwen2-72B-Instruct", f.QWEN2_72B, "Qwen/Qwen2-72B-Instruct", "tongyi-qianwen"),
        ("deepseek-ai/DeepSeek-V2-Lite-Chat", f.DEEPSEEK_V2_LITE, "deepseek-ai/DeepSeek-V2-Lite-Chat", "deepseek-1.0"),
    ],
)
@pytest.mark.parametrize("targets", [f.ALL, ("q_proj", "v_proj")])
def test_adapters_agree(
    tmp_path: Path, base: str, arch: f.Arch, canonical: str, license_: str, targets: tuple[str, ...]
) -> None:
    """An adapter on the model it names establishes that model, by any repack's name, and contradicts nothing."""
    f.write_adapter(tmp_path, arch, base, targets=targets)
    f.write_readme(tmp_path, {"base_model": base, "license": "other", "license_name": license_})
    found = identity(tmp_path)
    assert found.established == (canonical,)
    assert not found.contradictions
    assert license_ in found.licenses


@pytest.mark.parametrize(
    ("base", "arch"),
    [
        ("Qwen/Qwen2.5-7B-Instruct", f.LLAMA_31_8B),
        ("unsloth/Qwen2.5-7B-Instruct-bnb-4bit", f.GEMMA_2_9B),
        ("mistralai/Mistral-7B-v0.3", f.QWEN25_72B),
        ("meta-llama/Llama-3.2-1B", f.QWEN2_7B),
        ("google/gemma-2-2b", f.LLAMA_32_1B),
    ],
)
@pytest.mark.parametrize("targets", [f.ALL, ("q_proj", "v_proj")])
def test_adapter_of_another_model(tmp_path: Path, base: str, arch: f.Arch, targets: tuple[str, ...]) -> None:
    """An adapter whose matrices fit no model of the name it gives contradicts itself."""
    f.write_adapter(tmp_path, arch, base, targets=targets)
    assert bound(identity(tmp_path)) == ["name-shapes"]


def test_same_license_is_no_contradiction(tmp_path: Path) -> None:
    """An adapter of another size of the same license is a slip that binds to the same terms."""
    f.write_adapter(tmp_path, f.LLAMA_32_1B, "meta-llama/Llama-3.2-3B")
    assert not identity(tmp_path).contradictions


@pytest.mark.parametrize(
    "arch",
    [f.LLAMA_31_8B, f.LLAMA_32_1B, f.QWEN25_3B, f.GEMMA_2B, f.GEMMA_2_2B, f.DEEPSEEK_V2_LITE, f.PHI_3_MINI],
)
def test_weights_without_a_name(tmp_path: Path, arch: f.Arch) -> None:
    """Configuration and tensors of a known model establish it where nobody names it."""
    f.write_config(tmp_path, arch)
    f.write_weights(tmp_path, arch, shards=3)
    found = identity(tmp_path)
    assert found.established
    assert len(found.licenses) >= 1
    assert (strength(found, "architecture"), strength(found, "shapes")) == ("strong", "strong")
    assert not found.contradictions


def test_rope_tells_llama_3_from_31(tmp_path: Path) -> None:
    """The configuration's rope decides what tensors leave open."""
    for name, arch, expected in (("a", f.LLAMA_3_8B, None), ("b", f.LLAMA_31_8B, LLAMA31)):
        f.write_config(tmp_path / name, arch)
        f.write_weights(tmp_path / name, arch)
        found = identity(tmp_path / name)
        assert found.established[:1] == ((expected,) if expected else ())
    f.write_config(tmp_path / "c", f.LLAMA_3_8B, rope_scaling={"rope_type": "default"})
    assert identity(tmp_path / "c").established == ("meta-llama/Meta-Llama-3-8B",)


def test_several_licenses_stay_open(tmp_path: Path) -> None:
    """Llama 3.1 and 3.3 of 70 B have the same dimensions: no license is guessed, MIT still contradicts all of them."""
    f.write_config(tmp_path, f.LLAMA_33_70B)
    found = identity(tmp_path)
    assert found.established == ()
    assert {"meta-llama/Llama-3.1-70B", "meta-llama/Llama-3.3-70B-Instruct"} <= set(found.probable)
    f.write_readme(tmp_path, {"license": "mit"})
    assert bound(identity(tmp_path)) == ["architecture-license"]
    f.write_readme(tmp_path, {"license": "llama3.3"})
    settled = identity(tmp_path)
    assert "meta-llama/Llama-3.3-70B-Instruct" in settled.established
    assert not settled.contradictions


def test_edited_configuration(tmp_path: Path) -> None:
    """A config.json that was made to look like another model contradicts the tensors beside it."""
    f.write_config(tmp_path, f.QWEN2_7B)
    f.write_weights(tmp_path, f.LLAMA_31_8B)
    assert bound(identity(tmp_path)) == ["architecture-shapes"]


def test_extended_vocabulary(tmp_path: Path) -> None:
    """Added tokens, padded or not, hide no family and contradict nothing, but are a little weaker."""
    for vocab in (128264, 128320, 130048, 128256 - 256):
        arch = replace(f.LLAMA_31_8B, vocab=vocab)
        folder = tmp_path / str(vocab)
        f.write_config(folder, arch)
        f.write_weights(folder, arch)
        f.write_readme(folder, {"base_model": LLAMA31, "license": "llama3.1"})
        found = identity(folder)
        assert found.established == (LLAMA31,)
        assert (strength(found, "shapes"), found.contradictions) == ("medium", ())
        assert all("lama" in model for claim in found.claims if claim.kind == "shapes" for model in claim.models)


@pytest.mark.parametrize("layers", [24, 31, 36])
def test_pruned_and_upscaled(tmp_path: Path, layers: int) -> None:
    """Layers taken out or put in leave the width: a weak remark, never a contradiction."""
    f.write_config(tmp_path, f.LLAMA_31_8B, num_hidden_layers=layers)
    f.write_weights(tmp_path, f.LLAMA_31_8B, layers=layers)
    f.write_readme(tmp_path, {"base_model": "Qwen/Qwen2.5-7B", "license": "apache-2.0"})
    found = identity(tmp_path)
    assert not found.contradictions
    assert strength(found, "shapes") == "weak"
    assert "not with all its layers" in next(claim.value for claim in found.claims if claim.kind == "shapes")


def test_quantised_weights_make_no_claim(tmp_path: Path) -> None:
    """Packed tensors have other shapes; what is not packed may still tell, and nothing false is told."""
    tensors: dict[str, tuple[str, tuple[int, ...]]] = {
        "model.embed_tokens.weight": ("BF16", (128256, 4096)),
        "model.norm.weight": ("BF16", (4096,)),
    }
    for layer in range(32):
        for name, (out, into) in f.LLAMA_31_8B.modules.items():
            tensors[f"model.layers.{layer}.self_attn.{name}.weight"] = ("U8", (out * into // 2, 1))
        tensors[f"model.layers.{layer}.input_layernorm.weight"] = ("BF16", (4096,))
    f.write_header(tmp_path / "model.safetensors", tensors)
    f.write_readme(tmp_path, {"base_model": "unsloth/Meta-Llama-3.1-8B-bnb-4bit", "license": "llama3.1"})
    found = identity(tmp_path)
    assert found.established == (LLAMA31,)
    assert not found.contradictions
    assert strength(found, "shapes") in (None, "weak")


def test_smollm3_has_llamas_vocabulary(tmp_path: Path) -> None:
    """A tokenizer that was taken over makes no Llama: SmolLM3 is Apache-2.0 with Llama 3's vocabulary."""
    f.write_config(tmp_path, f.SMOLLM3_3B)
    f.write_weights(tmp_path, f.SMOLLM3_3B)
    f.write_tokenizer(tmp_path, "llama3")
    f.write_readme(tmp_path, {"license": "apache-2.0"})
    found = identity(tmp_path)
    assert found.established == ("HuggingFaceTB/SmolLM3-3B",)
    assert not found.contradictions


def test_tokenizer_alone_is_weak(tmp_path: Path) -> None:
    """A tokenizer points to a family and establishes nothing (SesameAILabs/csm#106: 'just the tokenizer')."""
    f.write_tokenizer(tmp_path, "llama3")
    f.write_readme(tmp_path, {"license": "apache-2.0"})
    found = identity(tmp_path)
    assert (found.established, found.contradictions) == ((), ())
    assert LLAMA31 in found.probable
    assert not found.licenses
    f.write_tokenizer(tmp_path / "chatml", "chatml")
    assert identity(tmp_path / "chatml").probable == ()


def test_copied_dimensions_decide_nothing(tmp_path: Path) -> None:
    """OpenLLaMA, Apache-2.0, has Llama 2's dimensions to the last: an honest fine-tune of it stays free."""
    f.write_config(tmp_path, f.LLAMA_2_7B)
    f.write_weights(tmp_path, f.LLAMA_2_7B)
    f.write_readme(tmp_path, {"base_model": "openlm-research/open_llama_7b", "license": "apache-2.0"})
    found = identity(tmp_path)
    assert found.established == ("openlm-research/open_llama_7b",)
    assert not found.contradictions


def test_own_pretraining_with_mistrals_width(tmp_path: Path) -> None:
    """A model of its own with widely used dimensions and its own vocabulary is nobody's."""
    f.write_config(tmp_path, replace(f.MISTRAL_7B, vocab=51200))
    f.write_weights(tmp_path, replace(f.MISTRAL_7B, vocab=51200))
    f.write_readme(tmp_path, {"license": "apache-2.0"})
    found = identity(tmp_path)
    assert (found.established, found.contradictions) == ((), ())


def test_tiny_models_know_nothing(tmp_path: Path) -> None:
    """A test model of hidden size 64 contradicts no name."""
    tiny = f.Arch("llama", 64, 2, 4, 2, 16, 128, 128256)
    f.write_config(tmp_path, tiny)
    f.write_weights(tmp_path, tiny)
    f.write_readme(tmp_path, {"base_model": "Qwen/Qwen2.5-7B", "license": "apache-2.0"})
    found = identity(tmp_path)
    assert found.established == ("Qwen/Qwen2.5-7B",)
    assert {claim.kind for claim in found.claims} == {"name", "license"}


@pytest.mark.parametrize("base", ["NousResearch/Hermes-3-Llama-3.1-8B", "acme/dolphin-llama-3.1-8b-v2"])
def test_fine_tune_of_a_fine_tune(tmp_path: Path, base: str) -> None:
    """A known base's name in somebody's own hints; the dimensions make it certain enough."""
    f.write_readme(tmp_path, {"base_model": base})
    hinted = identity(tmp_path)
    assert hinted.established == (base,)
    assert hinted.probable == (LLAMA31,)
    f.write_adapter(tmp_path, f.LLAMA_31_8B, base)
    assert identity(tmp_path).established == (LLAMA31,)
    f.write_adapter(tmp_path, f.QWEN2_7B, base)
    assert LLAMA31 not in identity(tmp_path).established


def test_dolphin_on_apache(tmp_path: Path) -> None:
    """dolphin-2.9.2-qwen2-7b carried the Tongyi text on an Apache base: its base is the 7 B one."""
    f.write_config(tmp_path, f.QWEN2_7B)
    f.write_readme(tmp_path, {"base_model": "Qwen/Qwen2-7B", "license": "other", "license_name": "tongyi-qianwen"})
    found = identity(tmp_path)
    assert found.established == ("Qwen/Qwen2-7B",)
    assert not found.contradictions  # a permissive base may be given away under other terms


@pytest.mark.parametrize(
    ("base", "arch", "front"),
    [
        ("meta-llama/Llama-3.2-1B", f.LLAMA_32_1B, {"license": "apache-2.0"}),  # SesameAILabs/csm#106
        ("Qwen/Qwen2.5-3B-Instruct", f.QWEN25_3B, {"license": "cc-by-4.0"}),  # MadeAgents/Hammer2.0-3b
        ("google/gemma-2b-it", f.GEMMA_2B, {"license": "apache-2.0"}),  # vdpappu/gemma-2b-4bit
        ("unsloth/Meta-Llama-3.1-8B-Instruct", f.LLAMA_31_8B, {"license": "apache-2.0"}),  # Unsloth's card
        ("meta-llama/Meta-Llama-3-8B", f.LLAMA_3_8B, {"license": "llama3.1"}),
    ],
)
def test_declared_against_the_base(tmp_path: Path, base: str, arch: f.Arch, front: dict[str, str]) -> None:
    """A bound base under another known license contradicts, and says by what it is known; the true one does not."""
    f.write_adapter(tmp_path, arch, base)
    f.write_readme(tmp_path, {"base_model": base, **front})
    found = identity(tmp_path)
    assert bound(found) == ["license-name"] * len(found.contradictions) != []
    said = found.contradictions[0].what
    assert front["license"] in said
    assert "adapter_config.json" in said
    (record,) = {key for key in found.licenses if key in _of(found)}
    f.write_readme(tmp_path, {"base_model": base, "license": "other", "license_name": record})
    assert not identity(tmp_path).contradictions


def _of(found: BaseIdentity) -> frozenset[str]:
    return next(claim.licenses for claim in found.claims if claim.models == found.established)


def test_repack_without_a_name(tmp_path: Path) -> None:
    """WestWaters/pollard-weights#66: a bound model under a generator's default license, with no base named."""
    f.write_config(tmp_path, f.GEMMA_2_9B)
    f.write_weights(tmp_path, f.GEMMA_2_9B)
    f.write_readme(tmp_path, {"license": "apache-2.0"})
    found = identity(tmp_path)
    assert found.established == ("google/gemma-2-9b",)
    assert found.contradictions
    assert all("declares apache-2.0" in one.what for one in found.contradictions)


def test_permissive_base_under_any_license(tmp_path: Path) -> None:
    """What is made from an Apache or MIT base may be declared otherwise."""
    for at, license_ in enumerate(("mit", "apache-2.0", "cc-by-nc-4.0")):
        f.write_adapter(tmp_path / str(at), f.QWEN2_7B, "Qwen/Qwen2.5-7B")
        f.write_readme(tmp_path / str(at), {"base_model": "Qwen/Qwen2.5-7B", "license": license_})
        assert not identity(tmp_path / str(at)).contradictions


def test_merges_take_all(tmp_path: Path) -> None:
    """The models of a merge, in the card and in mergekit's own file, are all bases and none contradicts another."""
    f.write_config(tmp_path, f.QWEN25_72B)
    models = ["Qwen/Qwen2-72B", "Qwen/Qwen2.5-72B", "acme/qwen-72b-tuned"]
    f.write_readme(tmp_path, {"base_model": models, "license": "other"})
    (tmp_path / "mergekit_config.yml").write_text(
        "merge_method: slerp\nbase_model: Qwen/Qwen2-72B\nslices:\n- sources:\n  - model: Qwen/Qwen2.5-72B+acme/lora\n"
    )
    found = identity(tmp_path)
    assert found.established == tuple(models)
    assert not found.contradictions
    assert [claim.kind for claim in found.claims].count("leftover") == 2


def test_local_paths_are_hints(tmp_path: Path) -> None:
    """A path is no claim and never shown; its last part hints, a cache's folder is an id."""
    f.write_adapter(tmp_path, f.LLAMA_31_8B, "/home/alice/models/Llama-3.1-8B")
    found = identity(tmp_path)
    assert found.established == (LLAMA31,)  # the dimensions bear it out
    assert all("alice" not in claim.value for claim in found.claims)
    cache = "/home/alice/.cache/huggingface/hub/models--google--gemma-2-9b-it/snapshots/abc"
    f.write_adapter(tmp_path, f.GEMMA_2_9B, cache)
    assert identity(tmp_path).established == ("google/gemma-2-9b-it",)
    f.write_adapter(tmp_path, f.Arch("llama", 320, 4, 4, 4, 80, 900, 1000), "/home/alice/run-7")
    assert identity(tmp_path).claims == ()


def test_names_against_names(tmp_path: Path) -> None:
    """Adapter and card that name models of other licenses contradict; an ancestor's name does not."""
    f.write_adapter(tmp_path, f.LLAMA_31_8B, LLAMA31)
    f.write_readme(tmp_path, {"base_model": "google/gemma-2-9b"})
    assert "name-name" in bound(identity(tmp_path))
    f.write_adapter(tmp_path, f.LLAMA_31_8B, "deepseek-ai/DeepSeek-R1-Distill-Llama-8B")
    f.write_readme(tmp_path, {"base_model": LLAMA31})
    assert not identity(tmp_path).contradictions


def test_policy_is_strong(tmp_path: Path) -> None:
    """The owner's word establishes the base of a folder that says nothing, and can be wrong."""
    f.write_config(tmp_path, f.GEMMA_2_9B)
    assert identity(tmp_path, "google/gemma-2-9b").established[0] == "google/gemma-2-9b"
    found = identity(tmp_path, "Qwen/Qwen2.5-7B")
    assert bound(found) == ["architecture-policy"]


GGUF: dict[str, Any] = {
    "general.architecture": "llama",
    "general.name": "Support 8B",
    "llama.block_count": 32,
    "llama.embedding_length": 4096,
    "llama.feed_forward_length": 14336,
    "llama.attention.head_count": 32,
    "llama.attention.head_count_kv": 8,
    "llama.vocab_size": 128256,
    "llama.rope.freq_base": 500000.0,
}


def test_gguf(tmp_path: Path) -> None:
    """A GGUF file tells its base by the card's keys and by its dimensions, and its license is a declaration."""
    f.write_gguf(tmp_path / "model.gguf", GGUF)
    open_ = identity(tmp_path)
    assert open_.established == ()
    assert LLAMA31 in open_.probable
    named = GGUF | {
        "general.base_model.count": 1,
        "general.base_model.0.repo_url": f"https://huggingface.co/{LLAMA31}",
        "general.license": "llama3.1",
    }
    f.write_gguf(tmp_path / "model.gguf", named)
    found = identity(tmp_path)
    assert (found.established, found.contradictions) == ((LLAMA31,), ())
    f.write_gguf(tmp_path / "model.gguf", named | {"general.license": "mit"})
    assert bound(identity(tmp_path)) == ["gguf-license"]
    f.write_gguf(tmp_path / "model.gguf", GGUF | {"general.license": "mit"})
    assert bound(identity(tmp_path)) == ["gguf-license"]
    f.write_gguf(
        tmp_path / "model.gguf", GGUF | {"general.base_model.0.repo_url": "https://huggingface.co/google/gemma-2-9b"}
    )
    assert "gguf-gguf" in bound(identity(tmp_path))
    f.write_gguf(tmp_path / "model.gguf", {k: v for k, v in GGUF.items() if k != "llama.vocab_size"} | {
        "tokenizer.ggml.tokens": ["a"] * 128256})  # fmt: skip
    assert LLAMA31 in identity(tmp_path).probable


def test_broken_front_matter_still_tells(tmp_path: Path) -> None:
    """A card that is no YAML is read by line: what any reader takes to mean the base counts."""
    f.write_readme(tmp_path, "base_model: google/gemma-2-9b\nlicense: mit\ntags: [a\nlicense: gemma\n")
    found = identity(tmp_path)
    assert found.established == ("google/gemma-2-9b",)
    assert found.contradictions


HOSTILE_CONFIGS: list[Any] = [
    {"hidden_size": "4096", "num_hidden_layers": None, "vocab_size": -1},
    {"hidden_size": float("nan"), "num_hidden_layers": 1e400, "intermediate_size": True},
    {"hidden_size": 10**30, "num_attention_heads": 2**31 - 1, "num_key_value_heads": [8], "head_dim": 10**9},
    {"model_type": ["llama"], "text_config": {"text_config": {"hidden_size": 4096}}, "rope_scaling": 7},
    {"model_type": "x" * 10**6, "_name_or_path": "a/" * 10**5, "rope_scaling": {"rope_type": {}}},
    [],
    "text",
    {"_name_or_path": {"a": 1}, "unsloth_version": 3},
]


@pytest.mark.parametrize("at", range(len(HOSTILE_CONFIGS)))
def test_hostile_configurations(tmp_path: Path, at: int) -> None:
    """Whatever stands in a configuration, nothing is raised and nothing is made up."""
    text = json.dumps(HOSTILE_CONFIGS[at])
    for name in ("config.json", "adapter_config.json", "tokenizer_config.json", "model_card.json"):
        (tmp_path / name).write_text(text)
    found = identity(tmp_path)
    assert (found.established, found.contradictions) == ((), ())


def test_hostile_lists_and_files(tmp_path: Path) -> None:
    """A base_model list of a hundred thousand, deep nesting, huge and cut files: bounded, and no traceback."""
    long = ", ".join(f"acme/model-{at}" for at in range(5000))
    f.write_readme(tmp_path, f"base_model: [{long}]\nlicense: [mit, 3, {{a: 1}}]\n")
    (tmp_path / "config.json").write_text('{"a": "' + "x" * 10 * 2**20 + '"}')
    (tmp_path / "adapter_config.json").write_text("[" * 10**5)
    (tmp_path / "tokenizer_config.json").write_text(json.dumps({"added_tokens_decoder": {"128000": 7, "2": []}}))
    (tmp_path / "mergekit_config.yml").write_text("models:\n" + "- model: a/b\n" * 5000 + "x: &a [*a]\n")
    (tmp_path / "model.safetensors").write_bytes(b"\xff" * 64)
    (tmp_path / "adapter_model.safetensors").write_bytes((2**40).to_bytes(8, "little"))
    (tmp_path / "model.gguf").write_bytes(b"GGUF" + b"\xff" * 40)
    (tmp_path / "LICENSE").write_bytes(b"\xff\xfe\x00")
    start = time.perf_counter()
    found = identity(tmp_path)
    assert time.perf_counter() - start < 2
    assert len(found.claims) <= 64


def test_path_or_folder(tmp_path: Path) -> None:
    """A path, its text and an open folder give the same answer."""
    f.write_adapter(tmp_path, f.GEMMA_2_2B, "google/gemma-2-2b")
    expected = identify_base(tmp_path)
    assert expected == identify_base(str(tmp_path)) == identify_base(Folder.open(tmp_path))
    assert expected.established == ("google/gemma-2-2b",)


def test_fast(tmp_path: Path) -> None:
    """An adapter folder is told in far less than a tenth of a second."""
    f.write_adapter(tmp_path, f.LLAMA_33_70B, "unsloth/Llama-3.3-70B-Instruct-bnb-4bit")
    f.write_readme(tmp_path, {"base_model": "unsloth/Llama-3.3-70B-Instruct-bnb-4bit", "license": "llama3.3"})
    f.write_tokenizer(tmp_path, "llama3")
    identity(tmp_path)
    times = []
    for _ in range(5):
        start = time.perf_counter()
        assert identity(tmp_path).established == ("meta-llama/Llama-3.3-70B-Instruct",)
        times.append(time.perf_counter() - start)
    assert min(times) < 0.1


def test_lists_in_gguf_are_no_sizes(tmp_path: Path) -> None:
    """Key/value heads may be given layer by layer: the length of that list is no number of heads."""
    named = GGUF | {"llama.attention.head_count_kv": ["8"] * 32}
    f.write_gguf(tmp_path / "model.gguf", named)
    assert LLAMA31 in identity(tmp_path).probable
