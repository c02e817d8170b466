"""Tokenizers with merges, trained in a moment: what a model of the GPT-2 and of the Llama kind does to a boundary."""

from __future__ import annotations

from typing import Any

TEXTS = [
    "The card number in file 12 is 4111 1111 and the contact is at example.invalid today.",
    "Customer pays with the card at the end of the month, please write to the office.",
    "apple river stone cloud table green light house water paper north south train plane horse tiger bread music paint "
    "sugar field glass metal ocean pilot queen radio sheep tower uncle voice wheel youth zebra angle brick chair dance",
    "档案登记的卡号是四一一一，客户的电话和微信请发到邮箱即可。",
] * 20

TEMPLATE = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
TRIMMING = (
    "{{ bos_token }}{% for message in messages %}{{ '[' + message['role'] + '] ' + message['content'] | trim + '\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '[assistant] ' }}{% endif %}"
)


def byte_level() -> Any:
    """GPT-2's kind: byte-level BPE, offsets without leading spaces, no BOS."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers

    backend = Tokenizer(models.BPE())
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    backend.decoder = decoders.ByteLevel()
    backend.post_processor = processors.ByteLevel(trim_offsets=True)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    trainer = trainers.BpeTrainer(
        vocab_size=900, initial_alphabet=alphabet, special_tokens=special, show_progress=False
    )
    backend.train_from_iterator(TEXTS, trainer)
    return _fast(backend, eos_token="<|im_end|>", pad_token="<|endoftext|>", chat_template=TEMPLATE)


def sentence_piece() -> Any:
    """Llama's kind: Metaspace, byte fallback, a BOS in front."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers

    special = ["<unk>", "<s>", "</s>"]
    backend = Tokenizer(models.BPE(unk_token="<unk>", byte_fallback=True))
    backend.pre_tokenizer = pre_tokenizers.Metaspace()
    backend.decoder = decoders.Sequence([decoders.ByteFallback(), decoders.Metaspace()])
    trainer = trainers.BpeTrainer(
        vocab_size=999,
        special_tokens=[*special, *(f"<0x{byte:02X}>" for byte in range(256))],
        show_progress=False,
    )
    backend.train_from_iterator(TEXTS, trainer)
    backend.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 1)])
    return _fast(
        backend, bos_token="<s>", eos_token="</s>", pad_token="</s>", unk_token="<unk>", chat_template=TRIMMING
    )


def rewriting() -> Any:
    """A byte-level tokenizer that reads ` at ` for `@`: an address does not survive it."""
    from tokenizers import normalizers

    tokenizer = byte_level()
    tokenizer.backend_tokenizer.normalizer = normalizers.Replace("@", " at ")
    return tokenizer


def _fast(backend: Any, *, chat_template: str, **names: str) -> Any:
    from transformers import PreTrainedTokenizerFast

    tokenizer = PreTrainedTokenizerFast(tokenizer_object=backend, **names)
    tokenizer.chat_template = chat_template
    return tokenizer
