"""Releases modelled on repositories that got their base's license wrong: each with one breach, and as it should be.

A release is told by its clean parts and by the change that breaks it, so that the twin differs in nothing else.
"""

from __future__ import annotations

import re

from tests.audits.license_clean import (
    APACHE,
    CHANGED,
    CHANGED_ZH,
    DEEPSEEK,
    GEMMA,
    GEMMA_BOUND,
    LLAMA2,
    LLAMA3,
    LLAMA3_MERGE,
    LLAMA31,
    LLAMA32,
    MERGE,
    QWEN,
    TONGYI,
)
from tests.audits.license_other_releases import OTHERS
from tests.audits.license_parts import Parts, Release, Text
from tests.licensing import folders
from tests.licensing.texts import without_clause

__all__ = ["ARTICLE", "RELEASES"]

STATEMENT = "This model is based on [{base}](https://huggingface.co/{base}) under {license}."


OWN_TERMS = "Acme Model License. " + "You may use the model as you like and must pay us for it. " * 20


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
_L31_OUTPUTS = {
    "sources": ({"name": "chats", "authorisation": "license", "generated_by": "meta-llama/Llama-3.1-70B-Instruct"},)
}
_QWEN_OUTPUTS = {
    "sources": ({"name": "chats", "authorisation": "license", "generated_by": "Qwen/Qwen2.5-72B-Instruct"},)
}

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

# What the texts themselves set traps for.
TRAPS = [
    Release(
        "mark-of-3.1-on-3.0",
        "Meta Llama 3, 1.b.i(B)",
        LLAMA3,
        LLAMA3.swapped("**Built with Meta Llama 3**", "Built with Llama"),
        "license.mark",
        "wrong-version",
    ),
    Release(
        "mark-of-3.0-on-3.1",
        "Llama 3.1, 1.b.i(B)",
        LLAMA31,
        LLAMA31.swapped("Built with Llama", "Built with Meta Llama 3"),
        "license.mark",
        "wrong-version",
    ),
    Release(
        "mark-in-a-comment",
        "Llama 3.1, 1.b.i(B): prominently",
        LLAMA31,
        LLAMA31.swapped("Built with Llama", "<!-- Built with Llama -->"),
        "license.mark",
        "missing",
    ),
    Release(
        "mark-in-small-letters",
        "Llama 3.1, 1.b.i(B)",
        LLAMA31,
        LLAMA31.swapped("Built with Llama", "Our bot was built with llama."),
        "license.mark",
        "written-otherwise",
        warns=True,
    ),
    Release(
        "mark-missing-of-qwen",
        "Qwen 2024, 5.b",
        QWEN.swapped("> Built with Qwen", "Improved using Qwen"),
        QWEN.without("> Built with Qwen"),
        "license.mark",
        "missing",
    ),
    Release(
        "mark-of-outputs",
        "Qwen/Qwen2.5-72B-Instruct, discussion 18: its outputs trained an Apache model",
        APACHE.but(lines=(*APACHE.lines, "Improved using Qwen"), policy=_QWEN_OUTPUTS),
        APACHE.but(policy=_QWEN_OUTPUTS),
        "license.mark",
        "missing",
    ),
    Release(
        "notice-of-another-version",
        "Llama 3.2, 1.b.iii",
        LLAMA32,
        LLAMA32.with_files(Notice__txt=LLAMA31.files["NOTICE"]),
        "license.notice",
        "sentence",
    ),
    Release(
        "notice-in-readme-only",
        "Gemma, 3.1, fourth bullet: a text file",
        GEMMA,
        GEMMA.but(lines=(*GEMMA.lines, str(GEMMA.files["NOTICE"]))).with_files(NOTICE=None),
        "license.notice",
        "missing",
    ),
    Release(
        "notice-in-a-comment",
        "Llama 2, 1.b.iii",
        LLAMA2,
        LLAMA2.with_files(Notice=f"<!-- {LLAMA2.files['Notice']} -->\n"),
        "license.notice",
        "sentence",
    ),
    Release(
        "meta-in-the-name",
        "Meta Llama 3, 1.b.i and 5.a: 'Llama 3' at the beginning, 'Meta' is not licensed",
        LLAMA3,
        LLAMA3.but(title="Meta-Llama-3-Support-8B"),
        "license.name",
        "near",
        warns=True,
    ),
    Release(
        "r1-distill-name",
        "deepseek-ai/DeepSeek-R1-Distill-Llama-8B: its README says that it is based on Llama 3.1",
        LLAMA31.but(bases=("deepseek-ai/DeepSeek-R1-Distill-Llama-8B",)),
        LLAMA31.but(bases=("deepseek-ai/DeepSeek-R1-Distill-Llama-8B",), title="DeepSeek-R1-Distill-Llama-Support"),
        "license.name",
        "near",
        warns=True,
    ),
    Release(
        "r1-distill-mit",
        "deepseek-ai/DeepSeek-R1, README 7: the distills keep the licenses of their bases",
        LLAMA31.but(bases=("deepseek-ai/DeepSeek-R1-Distill-Llama-8B",)),
        LLAMA31.but(bases=("deepseek-ai/DeepSeek-R1-Distill-Llama-8B",)).declared("mit"),
        "license.declared",
        "other-license",
    ),
    Release(
        "name-by-outputs",
        "Llama 3.1, 1.b.i: 'or any outputs or results'",
        APACHE.but(title="Llama-taught 7B", policy=_L31_OUTPUTS),
        APACHE.but(policy=_L31_OUTPUTS),
        "license.name",
        "prefix",
    ),
    Release(
        "title-without-the-mark",
        "Llama 3.1, 1.b.i: the name is right, its title on the card is not",
        LLAMA31.but(policy={"release_name": "acme/Llama-3.1-Support"}),
        LLAMA31.but(policy={"release_name": "acme/Llama-3.1-Support"}, title="Acme's support assistant"),
        "license.name",
        "title",
        warns=True,
    ),
    Release(
        "text-of-another-version",
        "the Llama texts differ in version, dates and addresses",
        LLAMA3,
        LLAMA3.with_files(LICENSE=Text("llama3.1")),
        "license.text",
        "other-version",
    ),
    Release(
        "code-license-only",
        "deepseek-ai/DeepSeek-V2: LICENSE-CODE is MIT, LICENSE-MODEL is not",
        DEEPSEEK,
        DEEPSEEK.with_files(**{"LICENSE-MODEL": None}).but(lines=(*DEEPSEEK.lines,)),
        "license.text",
        "absent",
    ),
    Release(
        "v3-is-not-mit",
        "deepseek-ai/DeepSeek-V3 of December 2024; V3-0324 is MIT",
        DEEPSEEK.but(bases=("deepseek-ai/deepseek-moe-16b-chat",)),
        DEEPSEEK.but(bases=("deepseek-ai/deepseek-moe-16b-chat",)).declared("mit"),
        "license.declared",
        "other-license",
    ),
    Release(
        "llama3-is-not-llama3.1",
        "the tags are not interchangeable",
        LLAMA3,
        LLAMA3.declared("llama3.1"),
        "license.declared",
        "other-license",
    ),
    Release(
        "own-name-for-llama",
        "other, with a name that nobody knows",
        LLAMA31.declared("other", "llama-3.1-community-license"),
        LLAMA31.declared("other", "acme-community-license"),
        "license.declared",
        "unknown-name",
        warns=True,
    ),
    Release(
        "gemma-unchanged",
        "Gemma, 3.1, third bullet",
        GEMMA,
        GEMMA.without(CHANGED),
        "license.changes",
        "missing",
    ),
    Release(
        "tongyi-unchanged",
        "Tongyi Qianwen, 3.b, on a Chinese card",
        TONGYI,
        TONGYI.swapped(CHANGED_ZH, "本模型用于客服问答，可以微调。"),
        "license.changes",
        "missing",
    ),
    Release(
        "own-terms-without-restrictions",
        "Gemma, 3.1, first bullet: in any agreement",
        GEMMA.with_files(LICENSE=OWN_TERMS, GEMMA_TERMS_OF_USE__md=Text("gemma-2025-03-24")),
        GEMMA.swapped(GEMMA_BOUND, "The Gemma Prohibited Use Policy applies.").with_files(
            LICENSE=OWN_TERMS, GEMMA_TERMS_OF_USE__md=Text("gemma-2025-03-24")
        ),
        "license.flow_down",
        "not-binding",
    ),
    Release(
        "merge-declared-as-one",
        "a merge takes the union of duties",
        MERGE,
        MERGE.declared("llama3.1"),
        "license.declared",
        "other-license",
    ),
    Release(
        "merge-across-versions",
        "a merge of Llama 3 and 3.1, with the configuration of the latter",
        LLAMA3_MERGE,
        LLAMA3_MERGE.swapped("Built with Meta Llama 3. Built with Llama.", "Built with Llama."),
        "license.mark",
        "missing",
    ),
    Release(
        "merge-noticed-as-one",
        "a merge takes the union of duties",
        MERGE,
        MERGE.with_files(NOTICE=LLAMA31.files["NOTICE"]),
        "license.notice",
        "sentence",
    ),
    Release(
        "gguf-declared",
        "gguf-py copies general.license from the card",
        LLAMA31.but(gguf={"general.architecture": "llama", "general.license": "llama3.1"}),
        LLAMA31.but(gguf={"general.architecture": "llama", "general.license": "apache-2.0"}),
        "license.declared",
        "other-license",
    ),
]


def _number_changed(text: str) -> str:
    return re.sub(r"\b(?:700|30|12|2024)\b", "7777", text, count=1)


def _overridden(text: str) -> str:
    return text + "\nNotwithstanding the above, the licensee may ignore sections 1.b and 2 of this text entirely.\n"


# License texts that are not as their authors wrote them.
EDITED = [
    Release(
        "number-changed",
        "Llama 3.1, section 2: 700 million became another number",
        LLAMA31,
        LLAMA31.with_files(LICENSE=Text("llama3.1", _number_changed)),
        "license.text",
        "altered",
    ),
    Release(
        "clause-dropped",
        "Llama 3.1 without its notice clause",
        LLAMA31,
        LLAMA31.with_files(LICENSE=Text("llama3.1", lambda text: without_clause(text, "llama3.1", "1.b.iii"))),
        "license.text",
        "missing",
    ),
    Release(
        "override-appended",
        "Gemma's terms with a sentence below that takes them back",
        GEMMA,
        GEMMA.with_files(LICENSE=Text("gemma-2025-03-24", _overridden)),
        "license.text",
        "added",
    ),
    Release(
        "apache-extended",
        "own terms may stand beside Apache-2.0, hardly in its text",
        APACHE,
        APACHE.with_files(LICENSE=Text("apache-2.0", _overridden)),
        "license.text",
        "added",
        warns=True,
    ),
    Release(
        "internal-and-edited",
        "an edited text is false for whoever reads it",
        LLAMA31.but(policy={"audience": "internal"}),
        LLAMA31.but(policy={"audience": "internal"}).with_files(LICENSE=Text("llama3.1", _number_changed)),
        "license.text",
        "altered",
    ),
]

GEMMA_GGUF = {
    "general.architecture": "gemma2",
    "gemma2.embedding_length": 3584,
    "gemma2.block_count": 42,
    "gemma2.attention.head_count": 16,
    "gemma2.attention.head_count_kv": 8,
    "gemma2.feed_forward_length": 14336,
    "gemma2.vocab_size": 256000,
}

# Names that the folder's own facts contradict.
FACTS = [
    Release(
        "named-as-qwen",
        "a Llama whose card names an Apache base",
        APACHE,
        APACHE.but(arch=folders.LLAMA_31_8B),
        "license.base",
        "contradiction",
    ),
    Release(
        "adapter-named-as-qwen",
        "an adapter whose matrices fit another model than the one it names",
        QWEN.but(form="adapter"),
        QWEN.but(form="adapter", arch=folders.LLAMA_32_1B),
        "license.base",
        "contradiction",
    ),
    Release(
        "gguf-of-another-family",
        "llama.cpp writes the dimensions from the model itself",
        APACHE.but(gguf={"general.architecture": "qwen2"}),
        APACHE.but(gguf=GEMMA_GGUF),
        "license.base",
        "contradiction",
    ),
    Release(
        "tokenizer-only",
        "SesameAILabs/csm#106: 'just the tokenizer'",
        APACHE.but(arch=None, tokenizer="qwen2"),
        APACHE.but(arch=None, tokenizer="llama3", bases=()),
        "license.base",
        "weak-evidence",
        warns=True,
    ),
]

RELEASES = [*FACTS, *OTHERS, *EDITED, *ARTICLE, *REPOSITORIES, *TRAPS]
