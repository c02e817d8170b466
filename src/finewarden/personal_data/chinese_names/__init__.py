"""Names and places in Chinese text, by the LAC weights that the `jieba` package carries, run in numpy."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from finewarden.personal_data.chinese_names.addresses import with_addresses
from finewarden.personal_data.chinese_names.labelled import with_labelled
from finewarden.personal_data.chinese_names.reading import Sentence, sentences_of
from finewarden.personal_data.chinese_names.spans import findings_of
from finewarden.personal_data.finding import Finding, Missing

if TYPE_CHECKING:
    from finewarden.personal_data.chinese_names.tagger import Tagger

__all__ = ["ChineseNames", "load"]


class ChineseNames:
    """PERSON, LOCATION, ORGANIZATION and STREET_ADDRESS of Chinese text."""

    def __init__(self, tagger: Tagger) -> None:
        self._tagger = tagger

    def find_many(self, texts: Sequence[str]) -> list[list[Finding]]:
        """The findings of each text, in order; texts without Chinese characters have none."""
        sentences: list[tuple[int, Sentence]] = [
            (number, sentence) for number, text in enumerate(texts) for sentence in sentences_of(text)
        ]
        tags = self._tagger.tags([sentence.characters for _, sentence in sentences])
        found: list[list[Finding]] = [[] for _ in texts]
        for (number, sentence), each in zip(sentences, tags, strict=True):
            found[number] += findings_of(sentence, each)
        return [with_addresses(with_labelled(names, text), text) for names, text in zip(found, texts, strict=True)]


@lru_cache(maxsize=1)
def load() -> ChineseNames | Missing:
    """The recognizer, once per process; what is missing where `jieba` is not installed or its weights are others."""
    from finewarden.personal_data.chinese_names.tagger import Tagger
    from finewarden.personal_data.chinese_names.weights import find_weights

    weights = find_weights()
    return weights if isinstance(weights, Missing) else ChineseNames(Tagger(weights))
