"""Which base model a release says it comes from, place by place, and whether two names mean one model."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Claim", "base_claims", "is_hub_id", "is_local", "same_base"]

# huggingface_hub's own rule for repository ids (utils/_validators.py), at most 96 characters.
_HUB_ID = re.compile(r"(?:\b[\w\-.]+\b/)?\b[\w\-.]{1,96}\b")
# A repack is the same model in other bytes: quantised uploads by Unsloth and others carry the original's name.
_REPACK = re.compile(
    r"[-_.](?:unsloth|bnb|[2348]-?bits?|gguf|awq|gptq|int[48]|fp8|nf4|mlx|hf|w4a16|w8a8|q[2-8](?:_[a-z0-9_]+)?)$"
)


@dataclass(frozen=True, slots=True)
class Claim:
    """One place that names the base model."""

    where: str
    base: str


def is_hub_id(value: str) -> bool:
    """Whether *value* could be a Hub repository id ("org/name", or a bare name of the early ones such as "gpt2")."""
    return len(value) <= 96 and "--" not in value and ".." not in value and _HUB_ID.fullmatch(value) is not None


def is_local(value: str) -> bool:
    """Whether *value* is written as a path: that alone tells, no disk is asked. "out/base" can't be told from an id."""
    if value in {".", ".."} or value.startswith(("/", "\\", "~", "./", "../", ".\\", "..\\", "file:")):
        return True
    return bool(re.match(r"[A-Za-z]:[\\/]", value)) or "\\" in value or ("://" not in value and value.count("/") > 1)


def same_base(one: str, other: str) -> bool:
    """Whether two ids name one model: owner, letter case, "Meta-" and repack suffixes (-bnb-4bit, -GGUF) aside."""
    return _tail(one) == _tail(other)


def base_claims(front: Mapping[str, Any], adapter: Any, config: Any) -> list[Claim]:
    """Each place that names one base by a Hub id; paths are no claims, several bases (a merge) neither."""
    found = [
        ("README.md: base_model", front.get("base_model")),
        ("adapter_config.json: base_model_name_or_path", _get(adapter, "base_model_name_or_path")),
        ("config.json: _name_or_path", _get(config, "_name_or_path")),
    ]
    claims = []
    for where, value in found:
        one = value[0] if isinstance(value, list) and len(value) == 1 else value
        if isinstance(one, str) and is_hub_id(one) and not is_local(one):
            claims.append(Claim(where, one))
    return claims


def _get(data: Any, key: str) -> Any:
    return data.get(key) if isinstance(data, dict) else None


def _tail(name: str) -> str:
    tail = name.rstrip("/").rpartition("/")[2].lower().removeprefix("meta-")
    while (shorter := _REPACK.sub("", tail)) != tail:
        tail = shorter
    return re.sub(r"[^a-z0-9]", "", tail)
