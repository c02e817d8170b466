"""What happens before training is made from the private data, and published with the model.

A tokenizer that was trained on it holds its frequent words in clear; lengths, filters and vocabularies that are chosen
from it are releases without noise.

Cost: outside of the claim: the words of a trained tokenizer are in the published files.
"""

from __future__ import annotations

from collections.abc import Iterator

from tokenizers import Tokenizer
from transformers.utils.hub import cached_file

from finewarden.callbacks.differential_privacy.rules.rule import Rule
from finewarden.callbacks.differential_privacy.rules.run import Run
from finewarden.callbacks.refusal import Problem

__all__ = ["RULE"]


def check(run: Run) -> Iterator[Problem]:
    """A tokenizer that was trained in this process.

    Nothing else of what happened before can be seen from here: the first paragraph is for the reader.
    """
    processing = run.trainer.processing_class
    tokenizer = getattr(processing, "tokenizer", processing)
    backend = getattr(tokenizer, "backend_tokenizer", None)
    original = _vocabulary(str(getattr(tokenizer, "name_or_path", "")))
    if backend is None or original is None:
        return
    # Neither their number nor the folder is said: the ledger, which holds what was warned of, is public.
    if set(backend.get_vocab(with_added_tokens=False)) - original:
        yield Problem(
            what="the tokenizer has learned tokens that it had not when it was loaded: it was trained anew",
            remedy="use the base model's tokenizer (AutoTokenizer.from_pretrained), or train one on public text",
        )


def _vocabulary(name: str) -> set[str] | None:
    """All tokens of the tokenizer as it was loaded; None where its file is not at hand. Nothing is downloaded."""
    try:
        path = cached_file(name, "tokenizer.json", local_files_only=True) if name else None
    except OSError:
        return None
    return set(Tokenizer.from_file(path).get_vocab()) if path else None


RULE = Rule(
    number=31,
    name="preprocessing",
    action="warn",
    text=__doc__,
    example="processing_class=tokenizer.train_new_from_iterator(private_texts, 32_000)",
    source="jax-privacy, docs/sharp_edges_dp_training_pitfalls.md (public and private metadata)",
    before=check,
)
