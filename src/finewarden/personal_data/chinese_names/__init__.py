"""Names and places in Chinese text, by the LAC weights that the `jieba` package carries, run in numpy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from finewarden.personal_data.finding import Finding, Missing

__all__ = ["ChineseNames", "load"]


@dataclass(frozen=True, slots=True)
class ChineseNames:
    """PERSON, LOCATION and ORGANIZATION of Chinese text."""

    def find_many(self, texts: Sequence[str]) -> list[list[Finding]]:
        """The findings of each text, in order; texts without Chinese characters have none."""
        raise NotImplementedError(texts)


def load() -> ChineseNames | Missing:
    """The recognizer, once per process; what is missing where `jieba` is not installed or its weights are others."""
    raise NotImplementedError
