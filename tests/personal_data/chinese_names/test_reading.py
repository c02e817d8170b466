"""Sentences of a text: nothing Chinese is lost, every character keeps its place, none is too long."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from finewarden.personal_data.chinese_names.reading import LONGEST, Alphabet, sentences_of

_ANY = st.text(st.one_of(st.characters(), st.sampled_from("张伟，。 \n\u200b\ufeff\x00！０a1\ud800")), max_size=400)
_KNOWN = {"OOV": 9, ",": 1, ".": 2, "a": 3, "张": 4, "1": 5, "，": 6, "·": 7, "OOV_NUM": 8}


@given(_ANY)
def test_each_character_stands_where_it_came_from(text: str) -> None:
    """Sentences are pieces of the text in order, and hold all its Chinese characters."""
    last = -1
    for sentence in sentences_of(text):
        assert 0 < len(sentence.characters) == len(sentence.at) <= LONGEST
        for character, at in zip(sentence.characters, sentence.at, strict=True):
            assert text[at] == character
            assert at > last
            last = at
    read = [at for sentence in sentences_of(text) for at in sentence.at]
    assert [at for at in read if "\u4e00" <= text[at] <= "\u9fff"] == [
        at for at, character in enumerate(text) if "\u4e00" <= character <= "\u9fff"
    ]


def test_a_long_sentence_is_cut_behind_a_mark() -> None:
    """A sentence past the limit is cut at its last comma, not in the middle of a word."""
    text = "一二三四五六七八九，" * 40
    assert [each.characters[-1] for each in sentences_of(text)] == ["，"] * len(list(sentences_of(text)))


def test_what_is_not_seen_is_left_out() -> None:
    """A joiner inside a name does not hide it, and offsets still count it."""
    (sentence,) = sentences_of("张\u200b伟\ufeff。")
    assert sentence.characters == "张伟。"
    assert list(sentence.at) == [0, 2, 4]


def test_text_without_chinese_has_no_sentence() -> None:
    """English, digits and nothing are not read."""
    assert not list(sentences_of("My name is Zhang. 13800138000"))
    assert not list(sentences_of(""))


def test_characters_are_read_as_the_model_was_trained() -> None:
    """Full-width letters and punctuation are half-width, capitals small, white space a comma; others are unknown."""
    read = Alphabet(_KNOWN).numbers("张，。 \nＡaA１•\ud800\U00020000龙")
    assert read.tolist() == [4, 1, 2, 1, 1, 3, 3, 3, 5, 7, 9, 9, 9]
