"""The models of `dp_gpu.py`: made on the spot, loaded by transformers and PEFT or by Unsloth, always the same ones."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import transformers
from peft import LoraConfig, get_peft_model
from torch import Tensor
from transformers import AutoModelForCausalLM, LlamaConfig, LlamaForCausalLM

sys.path.append(str(Path(__file__).resolve().parent.parent / "recipes"))
import tiny_model

PROJECTIONS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


@dataclass(frozen=True)
class Size:
    """The model and what is run on it."""

    device: str
    shape: dict[str, int]
    proven: tuple[int, ...]  # lengths of the examples whose gradients are compared; all different
    lengths: tuple[int, ...]  # of the examples whose steps are timed
    steps: int
    warm_up: int
    noise: int  # numbers


FULL = Size(
    "cuda",
    {
        "vocab_size": 32000,
        "hidden_size": 2048,
        "intermediate_size": 5632,
        "num_hidden_layers": 12,
        "num_attention_heads": 32,
        "num_key_value_heads": 8,
        "max_position_embeddings": 2048,
    },
    (16, 61, 128, 300, 512, 1000),
    (128, 512, 1024),
    steps=8,
    warm_up=3,
    noise=2**24,
)
SMOKE = Size(
    "cpu",
    {
        "vocab_size": 300,
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "max_position_embeddings": 64,
    },
    (4, 9, 16),
    (16,),
    steps=2,
    warm_up=1,
    noise=2**16,
)


def save_base(folder: Path, size: Size) -> None:
    """The base model in bfloat16, and a tokenizer, because loaders look for one."""
    torch.manual_seed(0)
    with torch.device(size.device):
        model = LlamaForCausalLM(LlamaConfig(**size.shape, pad_token_id=256, bos_token_id=None, eos_token_id=258))  # type: ignore[arg-type]
    model.to(torch.bfloat16).save_pretrained(folder)
    tiny_model.byte_tokenizer().save_pretrained(folder)
    del model
    torch.cuda.empty_cache()  # the other processes need the room


def plain(folder: Path, size: Size, dtype: torch.dtype, *, four_bit: bool) -> Any:
    """Base model and LoRA by transformers and PEFT; *dtype* is what is computed in."""
    given: dict[str, Any] = {
        "dtype": torch.bfloat16 if four_bit else dtype,
        "device_map": {"": 0 if size.device == "cuda" else "cpu"},
    }
    if four_bit:
        given["quantization_config"] = transformers.BitsAndBytesConfig(
            load_in_4bit=True,
            bnb_4bit_quant_type="nf4",
            bnb_4bit_use_double_quant=True,
            bnb_4bit_compute_dtype=dtype,
        )
    model = AutoModelForCausalLM.from_pretrained(folder, **given)
    if four_bit and dtype == torch.float32:
        for each in model.parameters():
            if each.is_floating_point():  # embeddings and norms; what is quantised holds bytes
                each.data = each.data.float()
    adapter = LoraConfig(task_type="CAUSAL_LM", r=16, lora_alpha=16, target_modules=PROJECTIONS)
    return filled(get_peft_model(model, adapter))


def by_unsloth(folder: Path, size: Size, *, four_bit: bool) -> Any:
    """The same by Unsloth, with all that makes it fast."""
    from unsloth import FastLanguageModel

    longest = max(*size.lengths, *size.proven)
    model, _ = FastLanguageModel.from_pretrained(
        str(folder), max_seq_length=longest, dtype=torch.bfloat16, load_in_4bit=four_bit
    )
    model = FastLanguageModel.get_peft_model(
        model,
        r=16,
        lora_alpha=16,
        lora_dropout=0,
        bias="none",
        target_modules=PROJECTIONS,
        use_gradient_checkpointing="unsloth",
    )
    return filled(model)


def fused(model: Any, *, switch_off: bool = False) -> int:
    """How many projections of *model* Unsloth has put a fused kernel in; *switch_off* puts PEFT's own back."""
    if switch_off:
        from unsloth.models.llama import _decline_fused_lora_for_fsdp

        return int(_decline_fused_lora_for_fsdp(model, "the reference is without them"))
    marks = [getattr(getattr(each, "apply_qkv", None), "__name__", "") for each in model.modules()]
    return sum("apply_lora" in mark for mark in marks)


def filled(model: Any) -> Any:
    """The same LoRA weights in every process: by name, not by the order in which a library makes them."""
    for number, (_, each) in enumerate(trained(model)):
        drawn = torch.randn(each.shape, generator=torch.Generator().manual_seed(number)) * 0.02
        each.data.copy_(drawn)
    return model


def trained(model: Any) -> list[tuple[str, Tensor]]:
    """What is trained, by name."""
    return sorted((name, each) for name, each in model.named_parameters() if each.requires_grad)


def example(size: Size, length: int) -> dict[str, list[int]]:
    """Random tokens; of one length always the same."""
    ids = torch.randint(0, size.shape["vocab_size"], (length,), generator=torch.Generator().manual_seed(length))
    return {"input_ids": ids.tolist(), "attention_mask": [1] * length, "labels": ids.tolist()}
