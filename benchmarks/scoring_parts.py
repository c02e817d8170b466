"""What `scoring.py` measures: a model, a book of canaries for it, and each way of scoring them."""

from __future__ import annotations

import contextlib
import importlib
import io
import random
import sys
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import peft
import torch
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from finewarden.memorization.scoring import TokenPair, score

Numbers = list[list[float]]
"""Of each pair, the log-probabilities of its target's tokens."""

Way = Callable[[Sequence[TokenPair]], tuple[Numbers, Numbers]]
"""Scores pairs by the fine-tuned model and by its base."""


@dataclass(frozen=True)
class Size:
    """Of the model: *vocabulary*, *hidden*, *layers*. Of the book: *canaries*, *references*, and tokens: *system* (what
    all records share), *own* (the rest of a context) and *secret*, the last two up to a fifth more or less.
    """

    vocabulary: int = 32_000
    hidden: int = 512
    layers: int = 6
    canaries: int = 256
    references: int = 1000
    system: int = 48
    own: int = 48
    secret: int = 20


def make_model(size: Size) -> Any:
    """A Llama with random weights under a LoRA adapter (r = 16, all projections) that does something."""
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=size.vocabulary,
        hidden_size=size.hidden,
        intermediate_size=size.hidden * 11 // 4,
        num_hidden_layers=size.layers,
        num_attention_heads=8,
        num_key_value_heads=8,
        max_position_embeddings=2048,
        pad_token_id=0,
        bos_token_id=None,
        eos_token_id=1,
    )
    adapter = peft.LoraConfig(r=16, target_modules="all-linear", init_lora_weights=False, task_type="CAUSAL_LM")
    with warnings.catch_warnings(action="ignore", category=FutureWarning):  # of transformers, for what PEFT asks it
        return peft.get_peft_model(LlamaForCausalLM(config), adapter).eval()


def make_tokenizer(size: Size) -> PreTrainedTokenizerFast:
    """One token a word: joined and apart, a context and a secret are the same ids."""
    vocabulary = {word(i): i for i in range(size.vocabulary)}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token=word(1)))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, pad_token=word(0), eos_token=word(1))


def word(token: int) -> str:
    """The word of a token; the first two are padding and end, which no other word may contain."""
    return f"w{token}" if token > 1 else ("<pad>", "<eos>")[token]


def make_book(size: Size) -> list[TokenPair]:
    """Canaries, each in a record of its own, and references in the context of one of them, shuffled."""
    pick = random.Random(0)

    def ids(count: int) -> tuple[int, ...]:
        return tuple(pick.randrange(2, size.vocabulary) for _ in range(count))

    def about(count: int) -> int:
        return pick.randint(count - count // 5, count + count // 5)

    system = ids(size.system)
    pairs = [TokenPair(system + ids(about(size.own)), ids(about(size.secret))) for _ in range(size.canaries)]
    stress = system + ids(size.own)
    pairs += [TokenPair(stress, ids(about(size.secret))) for _ in range(size.references)]
    pick.shuffle(pairs)
    return pairs


def ours(model: Any, *, statistics: bool = False) -> Way:
    """`finewarden.memorization.scoring.score`; with *statistics* Min-K % and Min-K %++ as well."""
    asked = ("min_k", "min_k_plus_plus") if statistics else ()

    def way(pairs: Sequence[TokenPair]) -> tuple[Numbers, Numbers]:
        tuned = score(model, pairs, statistics=asked)
        with model.disable_adapter():
            base = score(model, pairs, statistics=asked)
        return _numbers(tuned), _numbers(base)

    return way


def _numbers(scores: Sequence[Any]) -> Numbers:
    return [list(each.log_probs) for each in scores]


def privacy_guard(model: Any, tokenizer: PreTrainedTokenizerFast, batch: int) -> Way:
    """PrivacyGuard 0.0.2 `HuggingFacePredictor.get_logprobs`, on this very model."""
    from privacy_guard.attacks.extraction.predictors import huggingface_predictor

    huggingface_predictor.load_model_and_tokenizer = lambda *_, **__: (model, tokenizer)
    predictor = huggingface_predictor.HuggingFacePredictor("in place", "cpu")

    def one(pairs: Sequence[TokenPair]) -> Numbers:
        prompts = [" ".join(map(word, pair.context)) for pair in pairs]
        targets = [" " + " ".join(map(word, pair.target)) for pair in pairs]
        with contextlib.redirect_stderr(io.StringIO()):  # its progress bar
            return [found.tolist() for found in predictor.get_logprobs(prompts, targets, batch_size=batch)]

    def way(pairs: Sequence[TokenPair]) -> tuple[Numbers, Numbers]:
        tuned = one(pairs)
        with model.disable_adapter():
            return tuned, one(pairs)

    return way


def memaudit(model: Any) -> Way:
    """memaudit 0.2.0 `extract_token_signals`: log-probability, moments and argmax of each token, a sequence a time."""
    from memaudit.scoring import extract_token_signals

    def one(pairs: Sequence[TokenPair]) -> Numbers:
        found = []
        for pair in pairs:
            row, start = pair.context + pair.target, len(pair.context)
            found.append(extract_token_signals(model, row, (start, len(row))).gold_logprob.tolist())
        return found

    def way(pairs: Sequence[TokenPair]) -> tuple[Numbers, Numbers]:
        tuned = one(pairs)
        with model.disable_adapter():
            return tuned, one(pairs)

    return way


def with_peers(folder: Path) -> str | None:
    """Make the packages of *folder* importable, behind all others; returns what is missing."""
    sys.path.append(str(folder))
    try:
        importlib.import_module("memaudit.scoring")
        importlib.import_module("privacy_guard.attacks.extraction.predictors.huggingface_predictor")
    except ImportError as error:
        return str(error)
    return None


def peak_mib(work: Callable[[], object]) -> float | None:
    """Most memory that this process held while *work* ran, in MiB; None where the system does not say (not Linux)."""
    try:
        Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    except OSError:
        return None
    work()
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))
