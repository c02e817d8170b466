"""What is left out of spaCy's pipeline makes no difference, and memory stays flat."""

from __future__ import annotations

from typing import Any

import pytest

from tests.personal_data.english.generated_rows import rows

pytestmark = pytest.mark.pii


@pytest.fixture(scope="module")
def nlp() -> Any:
    import spacy

    from finewarden.personal_data.english.model import ModelFolder, find_model

    found = find_model()
    assert isinstance(found, ModelFolder)
    return spacy.load(found.path)


def seen(docs: list[Any]) -> list[list[tuple[int, int, str]]]:
    return [[(each.start, each.end, each.label_) for each in doc.ents] for doc in docs]


def test_names_and_lemmas_are_those_of_the_whole_pipeline(nlp: Any) -> None:
    """Names found before sentences, and lemmas made after them, are those of the whole pipeline in its order."""
    from finewarden.personal_data.english.documents import Documents

    texts = rows(60, seed=9)
    documents = Documents(nlp)
    assert documents.in_parts
    docs, whole = documents.read(texts), [nlp(text) for text in texts]
    assert seen(docs) == seen(whole)
    documents.add_lemmas(docs)
    assert [[token.lemma_ for token in doc] for doc in docs] == [[token.lemma_ for token in doc] for doc in whole]
    assert seen(docs) == seen(whole)


def test_a_name_across_the_start_of_a_sentence(nlp: Any) -> None:
    """A name that crosses a start, and would not be found with sentences, is not found."""
    from finewarden.personal_data.english.documents import Documents

    documents = Documents(nlp)
    again: list[int] = []
    entities_of = documents.entities_of
    documents.entities_of = lambda docs: (again.append(len(docs)), entities_of(docs))[1]  # type: ignore[method-assign]
    texts = [
        "I live at 734 Hauptweg 74\nAalborg NO 25698 please",
        "I live at 754 Main Street 68\nAalborg NO 12263\nDenmark",
        "Send it to 549 Mellemvej 22\nAalborg NO 27730.",
        "John Smith called from Paris.",
    ]
    docs = documents.read(texts)
    assert again == [4, 3]
    assert seen(docs) == seen([nlp(text) for text in texts])


def test_another_pipeline_runs_whole(nlp: Any) -> None:
    """A pipeline that is not the known one is run as it is."""
    from finewarden.personal_data.english.documents import Documents

    text = "John Smith called from Paris."
    expected = seen([nlp(text)])
    with nlp.select_pipes(disable=["attribute_ruler", "lemmatizer"]):
        documents = Documents(nlp)
        assert not documents.in_parts
        assert seen(documents.read([text])) == expected


def test_words_are_forgotten(nlp: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the words that are kept, what is read leaves nothing in the vocabulary."""
    from finewarden.personal_data.english import documents as module

    monkeypatch.setattr(module, "_KEPT_WORDS", 0)
    documents = module.Documents(nlp)
    before = len(nlp.vocab.strings)
    for start in range(0, 500, 100):
        with documents.memory():
            docs = documents.read([f"Zq{number}xv met Anna." for number in range(start, start + 100)])
            documents.add_lemmas(docs)
            del docs
    assert len(nlp.vocab.strings) == before
