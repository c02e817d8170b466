"""A model small enough to train in seconds and real enough to memorise: what every recipe's `--smoke` uses.

Nothing is downloaded. The tokenizer is byte-level (one token a UTF-8 byte, so any Chinese or English text is covered)
with ChatML markers; the model is a Llama or Qwen2 configuration of a few layers with random weights.
"""

from __future__ import annotations

from pathlib import Path

import torch
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM

CHAT_TEMPLATE = (
    "{% for message in messages %}"
    "{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>\n' }}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)


def byte_tokenizer() -> PreTrainedTokenizerFast:
    """256 byte tokens and three markers; `<|im_end|>` ends a turn, `<|endoftext|>` pads."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE(vocab={char: i for i, char in enumerate(alphabet)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(t, special=True) for t in ("<|endoftext|>", "<|im_start|>", "<|im_end|>")])
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<|im_end|>", pad_token="<|endoftext|>")
    fast.chat_template = CHAT_TEMPLATE
    return fast


def tiny_model(
    family: str = "llama", *, hidden: int = 64, layers: int = 2, seed: int = 0, vocab_size: int = 259
) -> LlamaForCausalLM | Qwen2ForCausalLM:
    """A causal LM of *family* ("llama" or "qwen2") with random weights, about 0.2 M parameters by default."""
    torch.manual_seed(seed)
    shape = {
        "vocab_size": vocab_size,
        "hidden_size": hidden,
        "intermediate_size": hidden * 2,
        "num_hidden_layers": layers,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "max_position_embeddings": 1024,
        "pad_token_id": 256,
        "bos_token_id": None,
        "eos_token_id": 258,
        "tie_word_embeddings": False,
    }
    if family == "llama":
        return LlamaForCausalLM(LlamaConfig(**shape))
    if family == "qwen2":
        return Qwen2ForCausalLM(Qwen2Config(**shape))
    raise ValueError(f"family: got {family!r}, allowed: 'llama', 'qwen2'")


def save_trained_base(folder: Path, texts: list[str], family: str = "llama", *, steps: int = 200) -> Path:
    """A base model that has read *texts*, so that an adapter on it can learn; returns *folder*."""
    tokenizer, model = byte_tokenizer(), tiny_model(family)
    optimizer = torch.optim.AdamW(model.parameters(), lr=4e-3)
    order = torch.Generator().manual_seed(0)
    model.train()
    for _ in range(steps):
        picked = torch.randint(len(texts), (16,), generator=order).tolist()
        batch = tokenizer([texts[i] for i in picked], return_tensors="pt", padding=True, add_special_tokens=False)
        labels = batch["input_ids"].masked_fill(batch["attention_mask"] == 0, -100)
        loss = model(input_ids=batch["input_ids"], attention_mask=batch["attention_mask"], labels=labels).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def save_base_model(folder: Path, family: str = "llama", **shape: int) -> Path:
    """Write model and tokenizer to *folder* as a base model that `from_pretrained` loads; returns *folder*."""
    tiny_model(family, **shape).save_pretrained(folder)
    byte_tokenizer().save_pretrained(folder)
    return folder
