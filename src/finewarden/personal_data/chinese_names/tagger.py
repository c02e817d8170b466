"""Sentences to tags: numbers of characters, the network and the best path, batched by length."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from finewarden.personal_data.chinese_names.lanes import Lanes, batches
from finewarden.personal_data.chinese_names.network import Network
from finewarden.personal_data.chinese_names.reading import Alphabet
from finewarden.personal_data.chinese_names.viterbi import best_tags

if TYPE_CHECKING:
    from finewarden.personal_data.chinese_names.weights import WeightsFolder

__all__ = ["Tagger"]

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
        found: dict[str, list[str]] = {}
        for batch in batches(sentences):
            lanes = Lanes.of([len(each) for each in batch])
            characters = lanes.laid([self._alphabet.numbers(each) for each in batch])
            path = best_tags(self._network.emissions(characters, lanes), lanes, self._crf)
            for sentence, tags in zip(batch, lanes.taken(path), strict=True):
                found[sentence] = [self._tags[tag] for tag in tags.tolist()]
        return [found[each] for each in sentences]
