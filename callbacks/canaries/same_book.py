"""Whether a book that lies there is the one that would be made: same data, same tokenizer, same arguments."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from finewarden.evidence.canary_book import Head
from finewarden.memorization.rendering import CannotRender

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

__all__ = ["data_digest", "differences", "plain", "tokenizer_digest"]


def plain(value: Any) -> str:
    """Canonical JSON of *value*: sorted keys; keys without a value left out, as columnar formats fill them in."""
    return json.dumps(_without_none(value), sort_keys=True, ensure_ascii=False, default=repr)


def data_digest(rows: Iterable[Mapping[str, Any]]) -> str:
    """SHA-256 over the rows in order, hexadecimal."""
    whole = hashlib.sha256()
    for row in rows:
        whole.update(plain(row).encode("utf-8", "surrogatepass") + b"\n")
    return whole.hexdigest()


def tokenizer_digest(tokenizer: PreTrainedTokenizerBase) -> str:
    """SHA-256 over what a fast tokenizer does to a text, its chat template included; not over how it pads.

    Raises CannotRender for a slow one.
    """
    if not getattr(tokenizer, "is_fast", False):
        raise CannotRender(
            f"tokenizer: {type(tokenizer).__name__} does not say which characters a token covers; load the fast one"
        )
    backend = json.loads(tokenizer.backend_tokenizer.to_str())
    for passing in ("padding", "truncation"):  # of the last call
        backend.pop(passing, None)
    return hashlib.sha256(plain([backend, tokenizer.chat_template]).encode()).hexdigest()


def differences(then: Head, *, rows: int, data: str, tokenizer: str, settings: Mapping[str, Any]) -> list[str]:
    """What *then* was made from and is not so now, one short text each."""
    found = []
    if then.data != data:
        found.append(f"the data set ({then.rows} rows then, {rows} now)" if then.rows != rows else "the data set")
    if then.tokenizer != tokenizer:
        found.append("the tokenizer or its chat template")
    for name in sorted(then.settings.keys() | settings.keys()):
        before, now = then.settings.get(name), settings.get(name)
        if plain(before) != plain(now):
            found.append(f"{name}" if name == "carriers" else f"{name} ({plain(before)} then, {plain(now)} now)")
    return found


def _without_none(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _without_none(item) for key, item in value.items() if item is not None}
    return [_without_none(item) for item in value] if isinstance(value, list | tuple) else value
