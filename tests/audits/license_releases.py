"""Releases modelled on repositories that got their base's license wrong: each with one breach, and as it should be.

A release is told by its clean parts and by the change that breaks it, so that the twin differs in nothing else.
"""

from __future__ import annotations

from tests.audits.license_clean import (
    APACHE,
    CHANGED_ZH,
    DEEPSEEK,
    GEMMA,
    GEMMA_BOUND,
    LLAMA2,
    LLAMA3,
    LLAMA31,
    LLAMA32,
    QWEN,
    TONGYI,
)
from tests.audits.license_other_releases import OTHERS
from tests.audits.license_parts import Parts, Release, Text
from tests.audits.license_traps import TRAPS
from tests.audits.license_unseen import UNSEEN
from tests.audits.license_untrue import EDITED, FACTS
from tests.licensing import folders

__all__ = ["ARTICLE", "RELEASES"]

STATEMENT = "This model is based on [{base}](https://huggingface.co/{base}) under {license}."


def _stated(parts: Parts, license_: str) -> str:
    return STATEMENT.format(base=parts.bases[0], license=license_)


# The article's rows: what it says stands in for what the license asks.
ARTICLE = [
    Release(
        "llama3-article",
        "the article names a sentence that no license asks for, and not the mark",
        LLAMA3,
        LLAMA3.swapped("**Built with Meta Llama 3**", _stated(LLAMA3, "Llama 3 Community License")),
        "license.mark",
        "missing",
    ),
    Release(
        "qwen2-72b-article",
        "the article asks for 'based on Qwen2' in README and API headers",
        TONGYI,
        TONGYI.but(lines=(CHANGED_ZH, "本模型 based on Qwen2.")).with_files(NOTICE=None),
        "license.notice",
        "missing",
    ),
    Release(
        "qwen2-7b-article",
        "the article puts all of Qwen2 under the Tongyi license",
        APACHE,
        APACHE.declared("other", "tongyi-qianwen"),
        "license.declared",
        "other-family",
        warns=True,
    ),
    Release(
        "gemma2-article",
        "the article asks for a safety_checker and Google's AI Principles",
        GEMMA,
        GEMMA.swapped(GEMMA_BOUND, "We keep the safety_checker module and follow Google's AI Principles."),
        "license.flow_down",
        "users-not-told",
    ),
    Release(
        "deepseek-v2-article",
        "the article bans finance and medicine, and knows no Attachment A",
        DEEPSEEK,
        DEEPSEEK.but(lines=(CHANGED_ZH, "本模型禁止用于金融和医疗领域。")),
        "license.flow_down",
        "users-not-told",
    ),
]
# Repositories whose issues or discussions say what was wrong.
REPOSITORIES = [
    Release(
        "csm-declared",
        "SesameAILabs/csm#106: a Llama 3.2 base, declared apache-2.0",
        LLAMA32,
        LLAMA32.declared("apache-2.0"),
        "license.declared",
        "other-license",
    ),
    Release(
        "csm-named",
        "SesameAILabs/csm#106: no 'Llama' at the beginning of its name",
        LLAMA32,
        LLAMA32.but(title="CSM 1B"),
        "license.name",
        "prefix",
    ),
    Release(
        "fastflowlm-gemma",
        "ROCm/FastFlowLM#100: Gemma relabelled MIT",
        GEMMA,
        GEMMA.declared("mit"),
        "license.declared",
        "other-license",
    ),
    Release(
        "fastflowlm-qwen",
        "ROCm/FastFlowLM#100: Qwen relabelled MIT",
        QWEN,
        QWEN.declared("mit"),
        "license.declared",
        "other-license",
        warns=True,  # its agreement lets a fine-tune have other terms beside its own (3.d)
    ),
    Release(
        "llava",
        "ollama/ollama#4561: made from Llama 2, labelled apache-2.0",
        LLAMA2,
        LLAMA2.declared("apache-2.0"),
        "license.declared",
        "other-license",
    ),
    Release(
        "gemma-2b-4bit",
        "vdpappu/gemma-2b-4bit: apache-2.0 on Gemma 1",
        GEMMA.but(bases=("google/gemma-2b",), arch=folders.GEMMA_2B),
        GEMMA.but(bases=("google/gemma-2b",), arch=folders.GEMMA_2B).declared("apache-2.0"),
        "license.declared",
        "other-license",
    ),
    Release(
        "pollard-weights",
        "WestWaters/pollard-weights#66: the card generator's apache-2.0",
        LLAMA31.but(form="adapter"),
        LLAMA31.but(form="adapter").declared("apache-2.0"),
        "license.declared",
        "other-license",
    ),
    Release(
        "unsloth-card",
        "unslothai/unsloth save.py: its card says apache-2.0 for every base",
        LLAMA3.but(form="adapter", adapter_base="unsloth/llama-3-8b-Instruct-bnb-4bit"),
        LLAMA3.but(form="adapter", adapter_base="unsloth/llama-3-8b-Instruct-bnb-4bit").declared("apache-2.0"),
        "license.declared",
        "other-license",
    ),
    Release(
        "dolphin-text",
        "dolphin-2.9.2-qwen2-7b, discussion 6: Tongyi's text on an Apache base",
        APACHE,
        APACHE.with_files(LICENSE=Text("tongyi-qianwen")),
        "license.text",
        "absent",
    ),
    Release(
        "airllm-adapter",
        "lyogavin/airllm#13: does an adapter inherit? Of the notice no text says so",
        LLAMA31.but(form="adapter"),
        LLAMA31.but(form="adapter").with_files(NOTICE=None),
        "license.notice",
        "missing",
        warns=True,
    ),
    Release(
        "airllm-merged",
        "lyogavin/airllm#13: merged weights do",
        LLAMA31,
        LLAMA31.with_files(NOTICE=None),
        "license.notice",
        "missing",
    ),
    Release(
        "tulu-notice",
        "allenai/Llama-3.1-Tulu-3-8B: three sentences in one notice.txt; here the base's own is gone",
        LLAMA31.with_files(
            NOTICE=None, notice__txt=f"{GEMMA.files['NOTICE']}\n{QWEN.files['NOTICE']}\n{LLAMA31.files['NOTICE']}"
        ),
        LLAMA31.with_files(NOTICE=None, notice__txt=f"{GEMMA.files['NOTICE']}\n{QWEN.files['NOTICE']}"),
        "license.notice",
        "sentence",
    ),
    Release(
        "swallow-policy",
        "tokyotech-llm Swallow ships USE_POLICY.md; here nothing tells of it",
        LLAMA32,
        LLAMA32.without("See USE_POLICY.md.").with_files(USE_POLICY__md=None),
        "license.text",
        "use-policy",
        warns=True,
    ),
    Release(
        "baku-notice",
        "rinna/gemma-2-baku-2b: Notice; here with words of its own",
        GEMMA.with_files(NOTICE=None, Notice=GEMMA.files["NOTICE"]),
        GEMMA.with_files(
            NOTICE=None, Notice="This model builds on Gemma, whose terms are at ai.google.dev/gemma/terms.\n"
        ),
        "license.notice",
        "sentence",
    ),
]


RELEASES = [*FACTS, *OTHERS, *EDITED, *ARTICLE, *REPOSITORIES, *TRAPS, *UNSEEN]
