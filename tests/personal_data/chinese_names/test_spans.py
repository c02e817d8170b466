"""Tags to findings."""

from __future__ import annotations

from finewarden.personal_data.chinese_names.reading import Sentence
from finewarden.personal_data.chinese_names.spans import findings_of


def _found(characters: str, tags: str) -> list[tuple[str, int, int]]:
    kinds = {
        "P": "PER-B",
        "p": "PER-I",
        "L": "LOC-B",
        "l": "LOC-I",
        "O": "ORG-B",
        "o": "ORG-I",
        "N": "nr-B",
        "n": "nr-I",
    }
    sentence = Sentence(characters, range(100, 100 + len(characters)))
    return [
        (each.entity, each.start - 100, each.end - 100)
        for each in findings_of(sentence, [kinds.get(tag, "O") for tag in tags])
    ]


def test_each_kind_is_an_entity() -> None:
    """Persons (also nr), places and organisations; two persons side by side are two."""
    assert _found("张伟李雷在北京华为王芳", "PpPp.LlOoNn") == [
        ("PERSON", 0, 2),
        ("PERSON", 2, 4),
        ("LOCATION", 5, 7),
        ("ORGANIZATION", 7, 9),
        ("PERSON", 9, 11),
    ]


def test_places_without_a_gap_are_one() -> None:
    """Province, city and district follow each other and are one place; a word between parts them."""
    assert _found("浙江省杭州市到上海市", "LllLll.Lll") == [("LOCATION", 0, 6), ("LOCATION", 7, 10)]


def test_punctuation_is_no_part_of_a_name() -> None:
    """Marks at the ends are trimmed, one in the middle parts two names, and marks alone are nothing."""
    assert _found("：张伟，李雷。", "Ppppppp") == [("PERSON", 1, 3), ("PERSON", 4, 6)]
    assert _found("，，，", "Ppp") == []
    assert _found(" 酒店，", "Llll") == []
    assert _found("（北京）", "Llll") == [("LOCATION", 1, 3)]


def test_a_dot_joins_the_parts_of_a_name() -> None:
    """米歇尔·奥巴马 is one name."""
    assert _found("米歇尔·奥巴马，", "Pppppppp") == [("PERSON", 0, 7)]


def test_an_inside_without_a_beginning_begins() -> None:
    """A path that changes its kind without a beginning is a new run."""
    assert _found("张伟北京", "Ppll") == [("PERSON", 0, 2), ("LOCATION", 2, 4)]
