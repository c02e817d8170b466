"""Releases whose license text was edited, or whose own facts contradict the base that they name."""

from __future__ import annotations

import re

from tests.audits.license_clean import APACHE, GEMMA, LLAMA31, QWEN
from tests.audits.license_parts import Release, Text
from tests.licensing import folders
from tests.licensing.stand_ins import without_clause

__all__ = ["EDITED", "FACTS"]


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
