"""Release folders as small as they can be, as true as they must be: configurations, headers with real shapes, cards.

Tensor files are sparse: header and length are right, no byte of a tensor is written. Whole weights are larger than
64 MiB, so that the artifact audits rightly call them sparse; adapters of rank 1 stay far below.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

__all__ = [
    "CODELLAMA_7B",
    "DEEPSEEK_V2_LITE",
    "GEMMA_2B",
    "GEMMA_2_2B",
    "GEMMA_2_9B",
    "LLAMA_2_7B",
    "LLAMA_3_8B",
    "LLAMA_31_8B",
    "LLAMA_32_1B",
    "LLAMA_33_70B",
    "MISTRAL_7B",
    "PHI_3_MINI",
    "QWEN2_7B",
    "QWEN2_72B",
    "QWEN25_3B",
    "QWEN25_72B",
    "SMOLLM3_3B",
    "Arch",
    "write_adapter",
    "write_config",
    "write_gguf",
    "write_header",
    "write_readme",
    "write_tokenizer",
    "write_weights",
]

ALL = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
_BYTES = {"F32": 4, "BF16": 2, "F16": 2, "U8": 1, "I32": 4, "U32": 4, "F8_E4M3": 1}


@dataclass(frozen=True)
class Arch:
    """The dimensions of a real model."""

    model_type: str
    hidden: int
    layers: int
    heads: int
    kv: int
    head_dim: int
    intermediate: int
    vocab: int
    rope_theta: float = 10000.0
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def config(self) -> dict[str, Any]:
        """As `config.json` says it."""
        return {
            "architectures": [f"{self.model_type.title()}ForCausalLM"],
            "model_type": self.model_type,
            "hidden_size": self.hidden,
            "num_hidden_layers": self.layers,
            "num_attention_heads": self.heads,
            "num_key_value_heads": self.kv,
            "head_dim": self.head_dim,
            "intermediate_size": self.intermediate,
            "vocab_size": self.vocab,
            "rope_theta": self.rope_theta,
            **self.more,
        }

    @property
    def modules(self) -> dict[str, tuple[int, int]]:
        """(out, in) of each linear module of a layer."""
        if "kv_lora_rank" in self.more:
            rank, rope = self.more["kv_lora_rank"], self.more["qk_rope_head_dim"]
            attention = {"kv_a_proj_with_mqa": (rank + rope, self.hidden), "kv_b_proj": (self.heads * 256, rank)}
        else:
            attention = {
                "q_proj": (self.heads * self.head_dim, self.hidden),
                "k_proj": (self.kv * self.head_dim, self.hidden),
                "v_proj": (self.kv * self.head_dim, self.hidden),
            }
        return {
            **attention,
            "o_proj": (self.hidden, self.heads * self.head_dim),
            "gate_proj": (self.intermediate, self.hidden),
            "up_proj": (self.intermediate, self.hidden),
            "down_proj": (self.hidden, self.intermediate),
        }


_LLAMA3_ROPE = {"rope_scaling": {"rope_type": "llama3", "factor": 8.0}, "max_position_embeddings": 131072}

LLAMA_2_7B = Arch("llama", 4096, 32, 32, 32, 128, 11008, 32000)
CODELLAMA_7B = Arch("llama", 4096, 32, 32, 32, 128, 11008, 32016, 1e6)
LLAMA_3_8B = Arch("llama", 4096, 32, 32, 8, 128, 14336, 128256, 5e5, {"max_position_embeddings": 8192})
LLAMA_31_8B = Arch("llama", 4096, 32, 32, 8, 128, 14336, 128256, 5e5, _LLAMA3_ROPE)
LLAMA_32_1B = Arch("llama", 2048, 16, 32, 8, 64, 8192, 128256, 5e5, _LLAMA3_ROPE)
LLAMA_33_70B = Arch("llama", 8192, 80, 64, 8, 128, 28672, 128256, 5e5, _LLAMA3_ROPE)
SMOLLM3_3B = Arch("smollm3", 2048, 36, 16, 4, 128, 11008, 128256, 5e6)
MISTRAL_7B = Arch("mistral", 4096, 32, 32, 8, 128, 14336, 32000)
QWEN2_7B = Arch("qwen2", 3584, 28, 28, 4, 128, 18944, 152064, 1e6)
QWEN2_72B = Arch("qwen2", 8192, 80, 64, 8, 128, 29568, 152064, 1e6)
QWEN25_3B = Arch("qwen2", 2048, 36, 16, 2, 128, 11008, 151936, 1e6)
QWEN25_72B = QWEN2_72B
GEMMA_2B = Arch("gemma", 2048, 18, 8, 1, 256, 16384, 256000)
GEMMA_2_2B = Arch("gemma2", 2304, 26, 8, 4, 256, 9216, 256000)
GEMMA_2_9B = Arch("gemma2", 3584, 42, 16, 8, 256, 14336, 256000)
PHI_3_MINI = Arch("phi3", 3072, 32, 32, 32, 96, 8192, 32064)
DEEPSEEK_V2_LITE = Arch(
    "deepseek_v2",
    2048,
    27,
    16,
    16,
    128,
    10944,
    102400,
    more={"kv_lora_rank": 512, "qk_rope_head_dim": 64, "moe_intermediate_size": 1408, "n_routed_experts": 64},
)


def write_header(path: Path, tensors: Mapping[str, tuple[str, Sequence[int]]]) -> None:
    """A safetensors file of *tensors* (dtype, shape) whose header is true and whose data are holes."""
    table: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    at = 0
    for name, (dtype, shape) in tensors.items():
        size = _BYTES[dtype]
        for length in shape:
            size *= length
        table[name] = {"dtype": dtype, "shape": list(shape), "data_offsets": [at, at + size]}
        at += size
    head = json.dumps(table).encode()
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(head)) + head)
        file.truncate(8 + len(head) + at)


def write_config(folder: Path, arch: Arch, **changes: Any) -> None:
    """`config.json` of *arch*; a change of None takes the key out."""
    folder.mkdir(parents=True, exist_ok=True)
    made = {key: value for key, value in {**arch.config, **changes}.items() if value is not None}
    (folder / "config.json").write_text(json.dumps(made, indent=2), encoding="utf-8")


def write_weights(folder: Path, arch: Arch, *, shards: int = 1, layers: int | None = None, tied: bool = False) -> None:
    """`model.safetensors`, or *shards* of it with their index."""
    folder.mkdir(parents=True, exist_ok=True)
    tensors: dict[str, tuple[str, tuple[int, ...]]] = {"model.embed_tokens.weight": ("BF16", (arch.vocab, arch.hidden))}
    for layer in range(arch.layers if layers is None else layers):
        for name, shape in arch.modules.items():
            part = "mlp" if name in ALL[4:] else "self_attn"
            tensors[f"model.layers.{layer}.{part}.{name}.weight"] = ("BF16", shape)
        tensors[f"model.layers.{layer}.input_layernorm.weight"] = ("BF16", (arch.hidden,))
    tensors["model.norm.weight"] = ("BF16", (arch.hidden,))
    if not tied:
        tensors["lm_head.weight"] = ("BF16", (arch.vocab, arch.hidden))
    if shards == 1:
        write_header(folder / "model.safetensors", tensors)
        return
    names = list(tensors)
    index = {}
    for number in range(shards):
        file = f"model-{number + 1:05d}-of-{shards:05d}.safetensors"
        mine = names[number::shards]
        write_header(folder / file, {name: tensors[name] for name in mine})
        index.update(dict.fromkeys(mine, file))
    (folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": index}), encoding="utf-8")


def write_adapter(
    folder: Path,
    arch: Arch,
    base: str | None,
    *,
    targets: Sequence[str] = ALL,
    layers: int | None = None,
    **changes: Any,
) -> None:
    """What PEFT saves of a LoRA of rank 1 on *arch*, trained on *base*."""
    folder.mkdir(parents=True, exist_ok=True)
    config = {
        "peft_type": "LORA",
        "task_type": "CAUSAL_LM",
        "base_model_name_or_path": base,
        "r": 1,
        "lora_alpha": 2,
        "target_modules": list(targets),
        **changes,
    }
    (folder / "adapter_config.json").write_text(json.dumps(config, indent=2), encoding="utf-8")
    tensors: dict[str, tuple[str, tuple[int, ...]]] = {}
    for layer in range(arch.layers if layers is None else layers):
        for name, (out, into) in arch.modules.items():
            if name in targets:
                part = "mlp" if name in ALL[4:] else "self_attn"
                where = f"base_model.model.model.layers.{layer}.{part}.{name}"
                tensors[f"{where}.lora_A.weight"] = ("BF16", (1, into))
                tensors[f"{where}.lora_B.weight"] = ("BF16", (out, 1))
    write_header(folder / "adapter_model.safetensors", tensors)


def write_readme(folder: Path, front: Mapping[str, Any] | str, body: str = "# A model\n") -> None:
    """`README.md` with *front* as its front matter; text is written as it is."""
    folder.mkdir(parents=True, exist_ok=True)
    text = front if isinstance(front, str) else yaml.safe_dump(dict(front), sort_keys=False, allow_unicode=True)
    (folder / "README.md").write_text(f"---\n{text}---\n{body}", encoding="utf-8")


_TOKENS = {
    "llama3": ["<|begin_of_text|>", "<|end_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"],
    "qwen2": ["<|endoftext|>", "<|im_start|>", "<|im_end|>"],
    "gemma": ["<pad>", "<eos>", "<bos>", "<start_of_turn>", "<end_of_turn>"],
    "chatml": ["<|im_start|>", "<|im_end|>"],
}
_FIRST_ID = {"llama3": 128000, "qwen2": 151643, "gemma": 0, "chatml": 32000}


def write_tokenizer(folder: Path, family: str) -> None:
    """`tokenizer_config.json` with the special tokens of *family*: llama3, qwen2, gemma or plain chatml."""
    folder.mkdir(parents=True, exist_ok=True)
    tokens = {
        str(_FIRST_ID[family] + at): {"content": text, "special": True} for at, text in enumerate(_TOKENS[family])
    }
    config = {"added_tokens_decoder": tokens, "tokenizer_class": "PreTrainedTokenizerFast"}
    (folder / "tokenizer_config.json").write_text(json.dumps(config), encoding="utf-8")


def write_gguf(path: Path, metadata: Mapping[str, Any]) -> None:
    """A GGUF file (version 3) of *metadata* and no tensor: text, whole numbers, numbers, lists of text."""
    path.parent.mkdir(parents=True, exist_ok=True)
    body = b"".join(_text(key) + _value(value) for key, value in metadata.items())
    path.write_bytes(b"GGUF" + struct.pack("<IQQ", 3, 0, len(metadata)) + body)


def _text(value: str) -> bytes:
    data = value.encode()
    return struct.pack("<Q", len(data)) + data


def _value(value: Any) -> bytes:
    if isinstance(value, bool):
        return struct.pack("<IB", 7, value)
    if isinstance(value, int):
        return struct.pack("<Ii" if value < 0 else "<II", 5 if value < 0 else 4, value)
    if isinstance(value, float):
        return struct.pack("<If", 6, value)
    if isinstance(value, str):
        return struct.pack("<I", 8) + _text(value)
    return struct.pack("<IIQ", 9, 8, len(value)) + b"".join(_text(item) for item in value)
