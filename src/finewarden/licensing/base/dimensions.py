"""The dimensions of a language model, and how far two sets of them agree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

__all__ = ["TINY", "Dimensions", "from_config"]

TINY = 256  # hidden size below which a model is somebody's test and says nothing of its base
_MAX = 2**31
_NAMES = {
    "hidden": ("hidden_size", "n_embd", "d_model", "n_embed"),
    "layers": ("num_hidden_layers", "n_layer", "num_layers", "n_layers"),
    "heads": ("num_attention_heads", "n_head", "n_heads"),
    "kv_heads": ("num_key_value_heads", "num_kv_heads", "n_head_kv", "multi_query_group_num"),
    "head_dim": ("head_dim", "kv_channels"),
    "intermediate": ("intermediate_size", "ffn_hidden_size", "n_inner", "ffn_dim"),
    "vocab": ("vocab_size", "padded_vocab_size"),
    "moe": ("moe_intermediate_size",),
    "experts": ("num_local_experts", "n_routed_experts", "num_experts"),
    "latent_rank": ("kv_lora_rank",),
}
# Model types that are another's under a name of their own.
_ALSO = {"kimi_k2": "deepseek_v3", "yi": "llama", "glm": "chatglm"}
_TEXT_PARTS = ("text_config", "llm_config", "language_config", "thinker_config")


@dataclass(frozen=True, slots=True)
class Dimensions:
    """What is known; None where nothing is. *query*, *key* and *fused* are rows of the attention's matrices: queries,
    keys, all three in one. *latent* is what DeepSeek compresses keys to. *rope* is the type of `rope_scaling`."""

    model_type: str | None = None
    hidden: int | None = None
    layers: int | None = None
    heads: int | None = None
    kv_heads: int | None = None
    query: int | None = None
    key: int | None = None
    fused: int | None = None
    latent: int | None = None
    intermediate: int | None = None
    moe: int | None = None
    experts: int | None = None
    vocab: int | None = None
    rope: str | None = None

    @property
    def known(self) -> bool:
        """Whether it is of a model large enough to be anybody's base."""
        return self.hidden is not None and self.hidden >= TINY

    def differing(self, other: Dimensions) -> frozenset[str]:
        """Names of what both know and differ in; model type and rope aside."""
        names = (field.name for field in fields(self) if field.name not in {"model_type", "rope"})
        pairs = ((name, getattr(self, name), getattr(other, name)) for name in names)
        return frozenset(name for name, mine, theirs in pairs if None not in (mine, theirs) and mine != theirs)

    def shared(self, other: Dimensions) -> int:
        """In how many independent ways both can be compared: width, depth, attention, feed-forward."""
        kinds = (("hidden",), ("layers",), ("kv_heads", "key", "fused", "latent", "heads"), ("intermediate", "moe"))
        return sum(any(None not in (getattr(self, n), getattr(other, n)) for n in kind) for kind in kinds)

    @property
    def words(self) -> str:
        """For a reader: "hidden 4096, 32 layers, intermediate 14336, vocabulary 128256"."""
        said = [(self.hidden, "hidden {}"), (self.layers, "{} layers"), (self.kv_heads, "{} key/value heads")]
        said += [(self.key, "keys of {}"), (self.intermediate, "intermediate {}"), (self.vocab, "vocabulary {}")]
        return ", ".join(text.format(value) for value, text in said if value is not None)


def from_config(config: Any) -> Dimensions:
    """The dimensions that a `config.json` states of its language model; all None for one that states none."""
    if not isinstance(config, Mapping):
        return Dimensions()
    text = next((config[part] for part in _TEXT_PARTS if isinstance(config.get(part), Mapping)), config)
    if isinstance(text.get("text_config"), Mapping):
        text = text["text_config"]
    found = {field: _first(text, names) for field, names in _NAMES.items()}
    heads, kv_heads = found["heads"], found["kv_heads"]
    if text.get("multi_query") is True and kv_heads is None:
        kv_heads = 1
    latent = None
    if found["latent_rank"] is not None:
        turned = _first(text, ("qk_rope_head_dim",))
        latent = found["latent_rank"] + turned if turned is not None else None
    return Dimensions(
        model_type=_model_type(text, config),
        hidden=found["hidden"],
        layers=found["layers"],
        heads=heads,
        kv_heads=kv_heads,
        query=_product(heads, found["head_dim"]) if found["latent_rank"] is None else None,
        key=_product(kv_heads, found["head_dim"]) if found["latent_rank"] is None else None,
        latent=latent,
        intermediate=found["intermediate"],
        moe=found["moe"],
        experts=found["experts"],
        vocab=found["vocab"],
        rope=_rope(text),
    )


def _first(table: Mapping[str, Any], names: tuple[str, ...]) -> int | None:
    for name in names:
        value = table.get(name)
        if type(value) is int and 0 < value < _MAX:
            return value
    return None


def _product(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one * other


def _model_type(text: Mapping[str, Any], config: Mapping[str, Any]) -> str | None:
    for table in (text, config):
        value = table.get("model_type")
        if isinstance(value, str) and 0 < len(value) <= 60:
            name = value.lower().replace("-", "_").removesuffix("_text_model").removesuffix("_text")
            return _ALSO.get(name, name)
    return None


def _rope(text: Mapping[str, Any]) -> str | None:
    """ "default" only where the configuration says so: an old one has no such key."""
    for key in ("rope_scaling", "rope_parameters"):
        if key not in text:
            continue
        value = text[key]
        if value is None:
            return "default"
        if isinstance(value, Mapping):
            kind = value.get("rope_type", value.get("type", "default"))
            return kind if isinstance(kind, str) else None
    return None
