"""Texts read by spaCy as Presidio's engine reads them, doing no more of the pipeline than the findings hang on.

The recognition of names has its own network, and looks at nothing that goes before but where the parser lets sentences
start: no name crosses a start. So names are looked for first, without sentences. The recogniser decides token by
token, and a start only forbids; if none of the names found crosses one, each decision was allowed, and the names are
those that it gives with sentences. Only texts with a name of several tokens are parsed, and only those where one
crosses a start are looked at again. Lemmas, which hang on tags and on the parser, are for the words around what a
pattern found.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

__all__ = ["Documents"]

_BATCH = 64
_PIPELINE = ["tok2vec", "tagger", "parser", "attribute_ruler", "lemmatizer", "ner"]
# How many words beyond the model's own stay known from call to call; further ones are forgotten after each.
_KEPT_WORDS = 300_000


class Documents:
    """*nlp*: the pipeline of Presidio's `SpacyNlpEngine`."""

    def __init__(self, nlp: Any) -> None:
        self._nlp = nlp
        self.in_parts = _can_be_taken_apart(nlp)
        self._limit = len(nlp.vocab.strings) + _KEPT_WORDS

    @contextmanager
    def memory(self) -> Iterator[None]:
        """What is read within is not valid after: memory then stays flat however much is read."""
        if len(self._nlp.vocab.strings) < self._limit:
            yield
            return
        with self._nlp.memory_zone():
            yield
        if self.in_parts:
            self._nlp.get_pipe("lemmatizer").cache.clear()

    def read(self, texts: Sequence[str]) -> list[Any]:
        """A document for each text, with its names."""
        if not self.in_parts:
            return list(self._nlp.pipe(texts, batch_size=_BATCH))
        docs = [self._nlp.make_doc(text) for text in texts]
        self.entities_of(docs)
        parsed = [doc for doc in docs if any(end - start > 1 for start, end in _spans(doc))]
        self._run(("tok2vec", "parser"), parsed)
        crossing = [doc for doc in parsed if any(_crosses(doc, start, end) for start, end in _spans(doc))]
        for doc in crossing:
            doc.set_ents([], default="missing")
        self.entities_of(crossing)
        return docs

    def entities_of(self, docs: list[Any]) -> None:
        """Put the names into `doc.ents` of each of *docs*: the one place where the network for names is run."""
        self._run(("ner",), docs)

    def add_lemmas(self, docs: list[Any]) -> None:
        """Give each token of *docs* its lemma."""
        if not self.in_parts:
            return
        self._run(("tok2vec", "parser"), [doc for doc in docs if not doc.tensor.size])
        self._run(("tagger", "attribute_ruler", "lemmatizer"), docs)

    def _run(self, pipes: Sequence[str], docs: list[Any]) -> None:
        for name in pipes:
            if docs:
                for _ in self._nlp.get_pipe(name).pipe(iter(docs), batch_size=_BATCH):
                    pass


def _spans(doc: Any) -> list[tuple[int, int]]:
    return [(each.start, each.end) for each in doc.ents]


def _crosses(doc: Any, start: int, end: int) -> bool:
    return any(doc[at].is_sent_start for at in range(start + 1, end))


def _can_be_taken_apart(nlp: Any) -> bool:
    """Whether the pipeline is the one that this module knows: names apart from the rest, words left as they are."""
    if nlp.pipe_names != _PIPELINE or "ner" in nlp.get_pipe("tok2vec").listening_components:
        return False
    rules = nlp.get_pipe("attribute_ruler").patterns
    written = {key for rule in rules for key in rule["attrs"]}
    read = {key for rule in rules for pattern in rule["patterns"] for token in pattern for key in token}
    return written <= {"TAG", "POS", "MORPH", "DEP", "LEMMA"} and not any(key.startswith("ENT") for key in read)
