"""Records beside the big model families: which models they are about, what they ask, where they must not reach."""

from __future__ import annotations

import pytest

from finewarden.license_record import Kind, LicenseRecord, Obligation, is_read_in_full
from finewarden.licensing.base.claims import BaseClaim, BaseIdentity
from finewarden.licensing.duties import duties_of
from finewarden.licensing.library import Library, record
from finewarden.licensing.terms import terms_of
from finewarden.policy import Policy, Source

LIBRARY = Library.shipped()


def keys(hub_id: str) -> list[str]:
    return [one.key for one, _ in LIBRARY.of_model(hub_id)]


def duty(key: str, kind: Kind) -> Obligation:
    [found] = [one for one in record(key).obligations if one.kind == kind]
    return found


def made_of(model: str) -> BaseIdentity:
    return BaseIdentity((BaseClaim("policy", model, "policy", "strong", (model,)),), (model,), (), ())


def marks(identity: BaseIdentity) -> list[str | None]:
    policy = Policy(audience="public")
    due = duties_of(terms_of(identity, policy, LIBRARY), form="weights", policy=policy, kinds=["display_mark"])
    return [one.obligation.text for one in due]


@pytest.mark.parametrize(
    ("hub_id", "key"),
    [
        ("bigscience/bloom", "bigscience-bloom-rail-1.0"),
        ("bigscience/bloomz-7b1", "bigscience-bloom-rail-1.0"),
        ("bigcode/starcoder2-15b", "bigcode-openrail-m"),
        ("bigcode/starcoderbase", "bigcode-openrail-m"),
        ("tiiuae/falcon-11B", "falcon-2"),
        ("tiiuae/Falcon3-7B-Instruct", "falcon-llm"),
        ("tiiuae/Falcon-H1-7B-Instruct", "falcon-llm"),
        ("tiiuae/falcon-180B-chat", "falcon-180b"),
        ("mistralai/Mistral-Large-Instruct-2411", "mistral-research"),
        ("mistralai/Codestral-22B-v0.1", "mistral-non-production"),
        ("stabilityai/stable-diffusion-3.5-large", "stability-community-2024"),
        ("black-forest-labs/FLUX.1-dev", "flux-1-dev-nc"),
        ("LGAI-EXAONE/EXAONE-3.5-7.8B-Instruct", "exaone-1.1-nc"),
        ("LGAI-EXAONE/EXAONE-Deep-2.4B", "exaone-1.1-nc"),
        ("CohereForAI/aya-expanse-8b", "cohere-cc-by-nc"),
        ("xai-org/grok-2", "xai-community"),
        ("nvidia/NVIDIA-Nemotron-Nano-9B-v2", "nvidia-open-model-2025"),
        ("nvidia/Nemotron-H-8B-Base-8K", "nvidia-internal-research"),
        ("nvidia/NVIDIA-Nemotron-3-Super-120B-A12B", "nvidia-nemotron-open-model-2025"),
        ("nvidia/Llama-3_1-Nemotron-Ultra-253B-v1", "nvidia-open-model-2025"),
        ("openai/gpt-4o-mini", "openai-outputs"),
        ("gpt-3.5-turbo-0125", "openai-outputs"),
        ("o3-mini", "openai-outputs"),
        ("anthropic/claude-sonnet-4", "anthropic-outputs"),
        ("google/gemini-2.5-flash", "google-gemini-outputs"),
    ],
)
def test_models(hub_id: str, key: str) -> None:
    """Each model is under the license of its own release."""
    assert key in keys(hub_id)


@pytest.mark.parametrize(
    ("hub_id", "key"),
    [
        ("openai/gpt-oss-20b", "openai-outputs"),
        ("openai-community/gpt2", "openai-outputs"),
        ("openai/whisper-large-v3", "openai-outputs"),
        ("gpt4all", "openai-outputs"),
        ("o1-open/OpenO1-Qwen-7B", "openai-outputs"),
        ("google/gemma-2-2b", "google-gemini-outputs"),
        ("claude-ai/tiny", "anthropic-outputs"),
        ("tiiuae/falcon-7b", "falcon-llm"),
        ("tiiuae/falcon-40b", "falcon-180b"),
        ("mistralai/Mistral-7B-v0.1", "mistral-research"),
        ("mistralai/Codestral-22B-v0.1", "mistral-research"),
        ("black-forest-labs/FLUX.1-schnell", "flux-1-dev-nc"),
        ("black-forest-labs/FLUX.2-dev", "flux-1-dev-nc"),
        ("xai-org/grok-1", "xai-community"),
        ("LGAI-EXAONE/EXAONE-4.0-32B", "exaone-1.1-nc"),
        ("bigscience/T0pp", "bigscience-bloom-rail-1.0"),
        ("nvidia/Llama-3.1-Nemotron-70B-Instruct-HF", "nvidia-open-model-2025"),
        ("nvidia/OpenReasoning-Nemotron-7B", "nvidia-open-model-2025"),
        ("stabilityai/stable-diffusion-xl-base-1.0", "stability-community-2024"),
        ("nvidia/Nemotron-H-8B-Base-8K", "nvidia-open-model-2025"),
        ("internlm/internlm-xcomposer2-7b", "apache-2.0"),
        ("Qwen/Qwen2.5-Math-7B-PRM800K", "apache-2.0"),
        ("Qwen/CodeQwen1.5-7B-Chat", "tongyi-qianwen-research"),
        ("mosaicml/mpt-7b-chat", "apache-2.0"),
        ("tencent/Hunyuan-7B-Instruct", "hunyuan-2024"),
    ],
)
def test_traps(hub_id: str, key: str) -> None:
    """A name that is near, or of the same house, is not under the license."""
    assert key not in keys(hub_id)


def test_mark_of_each_falcon_differs() -> None:
    """Falcon 2 and the Falcon license after it ask for different sentences about a derivative."""
    assert duty("falcon-2", "display_mark").text == (
        "{release_name} is built using Falcon LLM technology from the Technology Innovation Institute"
    )
    assert duty("falcon-llm", "display_mark").text == (
        "{release_name} is built using artificial intelligence technology from the Technology Innovation Institute"
    )


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        ("mistral-research", "Licensed by Mistral AI under the Mistral AI Research License"),
        (
            "stability-community-2024",
            "This Stability AI Model is licensed under the Stability AI Community License, "
            "Copyright © Stability AI Ltd. All Rights Reserved",
        ),
        ("nvidia-open-model-2025", "Licensed by NVIDIA Corporation under the NVIDIA Open Model License"),
    ],
)
def test_notice_sentences(key: str, sentence: str) -> None:
    """The sentence for the Notice file is the license's own."""
    assert duty(key, "notice_file").text == sentence


def test_notice_of_the_model_is_arguable_for_a_derivative() -> None:
    """Where a clause speaks of the licensor's model alone, a fine-tune's lack of it can't be a plain breach."""
    for key in ("mistral-research", "nvidia-open-model-2025"):
        found = duty(key, "notice_file")
        assert not found.forms
        assert {"weights", "adapter", "quantised"} <= set(found.arguable)


def test_stability_revenue() -> None:
    """Above one million dollars a year, from whatever, Stability's grant ends."""
    [threshold] = record("stability-community-2024").thresholds

    assert (threshold.kind, threshold.above, threshold.clause) == ("annual_revenue_usd", 1_000_000, "III")


def test_stability_binds_adapters_and_students() -> None:
    """Stability names low-rank adaptations and models made from outputs as derivative works."""
    for kind in ("license_copy", "notice_file", "display_mark"):
        assert {"adapter", "outputs"} <= set(duty("stability-community-2024", kind).forms)


def test_exaone_outputs_improve_no_other_model() -> None:
    """EXAONE forbids to develop other models with it, and names what is made of it."""
    assert duty("exaone-1.1-nc", "no_train_other_llm").forms == ("outputs",)
    assert duty("exaone-1.1-nc", "name_prefix").prefix == "EXAONE"
    assert record("exaone-1.1-nc").outputs.may_train_others is False


def test_cosmos_mark_is_for_cosmos_alone() -> None:
    """NVIDIA's mark is due for Cosmos models, not for Nemotron."""
    nemotron = made_of("nvidia/NVIDIA-Nemotron-Nano-9B-v2")
    cosmos = made_of("nvidia/Cosmos-Reason1-7B")

    assert marks(nemotron) == []
    assert marks(cosmos) == ["Built on NVIDIA Cosmos"]


def test_falcon_lets_separable_works_go() -> None:
    """Falcon's licenses leave separable works out as Apache's does: what weights owe is arguable for an adapter."""
    for key in ("falcon-2", "falcon-llm", "apache-2.0"):
        due = [one for one in record(key).obligations if not one.internal]

        assert due
        assert not any("adapter" in one.forms for one in due)
        assert all("adapter" in one.arguable for one in due)


@pytest.mark.parametrize(
    "key", ["gemma", "deepseek-1.0", "qwen-2024", "hunyuan-2024", "minimax-2025", "bigscience-openrail-m", "falcon-2"]
)
def test_an_adapter_modifies_no_file(key: str) -> None:
    """Where modified files must say so, an adapter, which is a new file, can be read either way."""
    assert "adapter" in duty(key, "modified_files_notice").arguable


@pytest.mark.parametrize("key", ["mistral-research", "yi-2.1", "flux-1-dev-nc"])
def test_an_adapter_is_a_derivative_that_says_so(key: str) -> None:
    """Where derivatives must say what was modified, an adapter must."""
    assert "adapter" in duty(key, "modified_files_notice").forms


@pytest.mark.parametrize(
    ("key", "derivatives"),
    [
        ("llama3.1", "bound"),
        ("stability-community-2024", "bound"),
        ("exaone-1.1-nc", "bound"),
        ("kimi-modified-mit", "bound"),
        ("odbl", "bound"),
        ("cc-by-sa-4.0", "bound"),
        ("gemma", "own-terms"),
        ("qwen-2024", "own-terms"),
        ("tongyi-qianwen-research", "own-terms"),
        ("deepseek-1.0", "own-terms"),
        ("hunyuan-a13b", "own-terms"),
        ("minimax-2025", "own-terms"),
        ("nvidia-open-model-2025", "own-terms"),
        ("bigcode-openrail-m", "own-terms"),
        ("mistral-research", "own-terms"),
        ("cc-by-4.0", "own-terms"),
        ("apache-2.0", "any"),
    ],
)
def test_terms_of_a_fine_tune(key: str, derivatives: str) -> None:
    """A fine-tune has terms of its own where the text says so, other terms altogether only where it asks for none."""
    assert record(key).derivatives == derivatives


@pytest.mark.parametrize(
    ("key", "clause"),
    [
        ("bigscience-openrail-m", "5"),
        ("bigscience-bloom-rail-1.0", "5"),
        ("creativeml-openrail-m", "5"),
        ("bigcode-openrail-m", "4"),
        ("exaone-1.1-nc", "3.2, 3.3, 3.4"),
    ],
)
def test_use_restrictions_bind_whoever_uses_it(key: str, clause: str) -> None:
    """What a text forbids to use the model for is forbidden inside a company as well."""
    found = duty(key, "aup_binding")

    assert (found.clause, found.internal) == (clause, True)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("CC BY-NC 4.0", "cc-by-nc-4.0"),
        ("cc-by-nc-4.0", "cc-by-nc-4.0"),
        ("CC0", "cc0-1.0"),
        ("ODbL 1.0", "odbl"),
        ("GPLv3", "gpl-3.0"),
        ("mrl", "mistral-research"),
        ("BSD-3-Clause", "bsd-3-clause"),
        ("LicenseRef-scancode-qwen-2024", "qwen-2024"),
        ("openrail++", "creativeml-openrail++-m"),
        ("tencent-hunyuan-community", "hunyuan-community"),
        ("tencent-license", "hunyuan-2024"),
        ("unknown", "unspecified"),
    ],
)
def test_names(name: str, key: str) -> None:
    """What people write means one record; a license's own name goes before a tag that it shares."""
    assert record(name).key == key


def test_openrail_tag_means_many() -> None:
    """The Hub's `openrail` names no one license."""
    assert LIBRARY.get("openrail") is None


@pytest.mark.parametrize("key", ["openai-outputs", "google-gemini-outputs", "anthropic-outputs"])
def test_what_competes_is_never_decided(key: str) -> None:
    """Terms against competing models warn: whether a fine-tune competes is not ours to say."""
    [model] = {"openai-outputs": ["gpt-4o"], "google-gemini-outputs": ["gemini-pro"]}.get(key, ["claude-3-opus"])
    source = Source(name="chats", authorisation="terms", generated_by=model)
    policy = Policy(audience="public", sources=(source,))
    found = duties_of(terms_of(BaseIdentity((), (), (), ()), policy, LIBRARY), form="weights", policy=policy)

    assert [(one.terms.record.key, one.fails) for one in found] == [(key, False)]


DATA = [one for one in LIBRARY if one.about == "data"]


@pytest.mark.parametrize("one", DATA, ids=lambda one: str(one.key))
def test_data_licenses(one: LicenseRecord) -> None:
    """Noncommercial data is so for every form; that a model adapts its data is never taken for settled."""
    kinds = {obligation.kind for obligation in one.obligations}

    assert ("noncommercial" in kinds) is (one.commercial == "no") is ("nc" in one.key.split("-"))
    assert ("no_derivatives" in kinds) is ("nd" in one.key.split("-"))
    assert "no_derivatives" not in kinds or one.derivatives == "bound"
    alike = "sa" in one.key.split("-") or one.family in ("gnu", "mozilla") or one.key == "odbl"
    assert ("share_alike" in kinds) is alike
    for obligation in one.obligations:
        assert obligation.forms if obligation.kind == "noncommercial" else not obligation.forms


def test_what_was_not_read_is_said() -> None:
    """A record of which only a part was read, or that others describe, says so and can't fail a build."""
    partly = {one.key for one in LIBRARY if not is_read_in_full(one.confidence)}

    assert {"falcon-180b", "mistral-non-production", "cohere-cc-by-nc", "xai-community"} <= partly
