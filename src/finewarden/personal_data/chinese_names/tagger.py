"""Sentences to tags: numbers of characters, the network and the best path, batched by length."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from finewarden.personal_data.chinese_names.network import TILE, Network
from finewarden.personal_data.chinese_names.reading import Alphabet
from finewarden.personal_data.chinese_names.viterbi import best_tags

if TYPE_CHECKING:
    from finewarden.personal_data.chinese_names.weights import WeightsFolder

__all__ = ["Tagger"]

_ROWS: Final = 8192  # characters a batch holds, padding included: its arrays stay below 60 MB
_MOST: Final = 128  # sentences
_TENSORS = ("word_emb", *(f"{a}_{k}.{b}_0" for k in range(4) for a, b in (("fc", "w"), ("fc", "b"), ("gru", "w"))))


class Tagger:
    """LAC's tags (``PER-B``, ``LOC-I``, ``v-B``, ``O`` ...) of every character."""

    def __init__(self, weights: WeightsFolder) -> None:
        names = [*_TENSORS, *(f"gru_{k}.b_0" for k in range(4)), "fc_4.w_0", "fc_4.b_0"]
        self._network = Network({name: weights.tensor(name) for name in names})
        self._crf = weights.tensor("crfw")
        self._alphabet = Alphabet(weights.numbered("word.dic"))
        numbered = {number: tag for tag, number in weights.numbered("tag.dic").items()}
        self._tags = [numbered[number] for number in range(len(numbered))]

    def tags(self, sentences: Sequence[str]) -> list[list[str]]:
        """The tags of each sentence, none of them empty; of equal sentences one is read."""
        distinct = sorted(dict.fromkeys(sentences), key=len, reverse=True)
        found: dict[str, list[str]] = {}
        for batch in _batches(distinct):
            emissions = self._network.emissions([self._alphabet.numbers(each) for each in batch])
            paths = best_tags(emissions, [len(each) for each in batch], self._crf)
            for sentence, path in zip(batch, paths, strict=True):
                found[sentence] = [self._tags[tag] for tag in path.tolist()]
        return [found[each] for each in sentences]


def _batches(longest_first: Sequence[str]) -> Iterator[Sequence[str]]:
    start = 0
    while start < len(longest_first):
        fit = _ROWS // len(longest_first[start]) // TILE * TILE
        end = start + min(_MOST, max(TILE, fit))
        yield longest_first[start:end]
        start = end
