"""Whose tokenizer lies in a folder, by special tokens and their ids. Weak: tokenizers are taken over across licenses.

SmolLM3 (Apache-2.0) has Llama 3's vocabulary, and ChatML's tokens are everyone's.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from finewarden.artifacts.folder import Folder
from finewarden.artifacts.unreadable import UnreadableFile
from finewarden.licensing.base.claims import BaseClaim
from finewarden.licensing.base.weighed_claims import Weighed, licenses_of
from finewarden.licensing.library import Library

__all__ = ["tokenizer_claims"]

_LIMIT = 4 * 2**20
# (ids and tokens, all of which must be there; models that stand for the family)
_VOCABULARIES: tuple[tuple[dict[int, str], tuple[str, ...]], ...] = (
    (
        {128000: "<|begin_of_text|>", 128001: "<|end_of_text|>"},
        (
            "meta-llama/Meta-Llama-3-8B",
            "meta-llama/Llama-3.1-8B",
            "meta-llama/Llama-3.2-3B",
            "meta-llama/Llama-3.3-70B-Instruct",
        ),
    ),
    (
        {151643: "<|endoftext|>", 151645: "<|im_end|>"},
        ("Qwen/Qwen2-7B", "Qwen/Qwen2-72B", "Qwen/Qwen2.5-7B", "Qwen/Qwen2.5-3B", "Qwen/Qwen2.5-72B", "Qwen/Qwen3-8B"),
    ),
    ({2: "<bos>", 106: "<start_of_turn>"}, ("google/gemma-2b", "google/gemma-2-9b")),
    ({2: "<bos>", 105: "<start_of_turn>"}, ("google/gemma-3-4b-it", "google/gemma-3n-E4B")),
    ({100000: "<｜begin▁of▁sentence｜>"}, ("deepseek-ai/deepseek-llm-7b-base", "deepseek-ai/DeepSeek-V2")),
    ({0: "<｜begin▁of▁sentence｜>"}, ("deepseek-ai/DeepSeek-V3", "deepseek-ai/DeepSeek-R1")),
    ({199999: "<|endoftext|>", 200005: "<|channel|>"}, ("openai/gpt-oss-20b", "openai/gpt-oss-120b")),
    ({32000: "<|endoftext|>", 32007: "<|end|>"}, ("microsoft/Phi-3-mini-4k-instruct",)),
)
# Texts of chat templates that one maker's models alone are trained on.
_TEMPLATES: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("<|start_header_id|>", "<|eot_id|>"), _VOCABULARIES[0][1]),
    (("<start_of_turn>", "<end_of_turn>"), ("google/gemma-2-9b", "google/gemma-3-4b-it")),
    (("<｜User｜>", "<｜Assistant｜>"), ("deepseek-ai/DeepSeek-V3", "deepseek-ai/DeepSeek-R1")),
    (("[gMASK]", "<sop>"), ("THUDM/glm-4-9b",)),
    (("<|channel|>", "<|start|>"), ("openai/gpt-oss-20b",)),
)


def tokenizer_claims(folder: Folder, library: Library) -> Iterator[Weighed]:
    """At most one claim of the special tokens, and one of the chat template."""
    config = _json(folder, "tokenizer_config.json")
    table = config.get("added_tokens_decoder") if isinstance(config, dict) else None
    if isinstance(table, dict):
        for marks, models in _VOCABULARIES:
            if all(_content(table.get(str(at))) == text for at, text in marks.items()):
                shown = ", ".join(f"{text} is {at}" for at, text in marks.items())
                yield _claim("tokenizer_config.json: added_tokens_decoder", shown, "tokenizer", models, library)
                break
    where, template = "chat_template.jinja", _text(folder, "chat_template.jinja")
    if template is None and isinstance(config, dict) and isinstance(config.get("chat_template"), str):
        where, template = "tokenizer_config.json: chat_template", config["chat_template"]
    for texts, models in _TEMPLATES:
        if template is not None and all(text in template for text in texts):
            yield _claim(where, " and ".join(texts), "template", models, library)
            break


def _claim(where: str, shown: str, kind: Any, models: tuple[str, ...], library: Library) -> Weighed:
    return Weighed(BaseClaim(where, shown, kind, "weak", models, licenses_of(models, library)), "mark")


def _content(entry: Any) -> Any:
    return entry.get("content") if isinstance(entry, dict) else None


def _json(folder: Folder, rel: str) -> Any:
    try:
        return folder.json(rel, limit=_LIMIT) if folder.get(rel) else None
    except UnreadableFile:
        return None


def _text(folder: Folder, rel: str) -> str | None:
    try:
        return folder.text(rel, limit=2**18) if folder.get(rel) else None
    except UnreadableFile:
        return None
