"""Records are found by every name people use, and a user's own win."""

from __future__ import annotations

import pytest

from finewarden.licensing.library import Library, RecordError, parse, record

from .records import record as made


def test_shipped_by_many_names() -> None:
    """Key, SPDX id and Hub tag mean the same record, letter case aside."""
    assert record("mit") is record("MIT")


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Creative Commons Attribution-NonCommercial-ShareAlike 4.0", "cc-by-nc-sa-4.0"),
        ("Creative Commons Attribution Non Commercial No Derivatives 4.0 International", "cc-by-nc-nd-4.0"),
        ("CC BY-NC-SA 4.0", "cc-by-nc-sa-4.0"),
        ("cc by nc sa 4", "cc-by-nc-sa-4.0"),
        ("ccby4.0", "cc-by-4.0"),
        ("creativecommons by-sa v3", "cc-by-sa-3.0"),
        ("https://creativecommons.org/licenses/by-nc/4.0/deed.en", "cc-by-nc-4.0"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "cc0-1.0"),
        ("Creative Commons Zero v1.0 Universal", "cc0-1.0"),
        ("The MIT License", "mit"),
        ("CC BY-NC", None),
        ("CC BY-SA 3.0 IGO", None),
        ("CC BY 4.0 or CC BY-NC 3.0", None),
        ("CC BY-NC 4.0, commercial use by contract", None),
        ("by-nc-sa-4.0 or so", None),
        ("cc", None),
        ("cc " * 9999, None),
    ],
)
def test_names_in_words(name: str, key: str | None) -> None:
    """A license in words, letters or by address is the same one; without a version, or with more said, it is none."""
    found = Library.shipped().get(name)
    assert (found.key if found else None) == key


def test_unknown_name_says_what_is_near() -> None:
    """A wrong name ends in what may have been meant and where all are listed."""
    with pytest.raises(RecordError, match=r"no license record 'mitt': did you mean .*'mit'.*finewarden licenses"):
        record("mitt")


def test_own_record_wins() -> None:
    """A record of the user's own takes the place of the shipped one of its key and leaves the others."""
    library = Library.shipped().with_own([made(key="mit", name="Our reading of MIT"), made()])

    assert library.record("mit").name == "Our reading of MIT"
    assert library.record("Acme License 1.0").key == "acme-1.0"
    assert len(list(library)) == len(list(Library.shipped())) + 1


def test_ambiguous_name_means_nothing() -> None:
    """A name that two records share is not guessed."""
    library = Library({"a": made(key="a", hub=("openrail",)), "b": made(key="b", name="B", hub=("openrail",))})

    assert library.get("openrail") is None


def test_not_models_wins_over_models() -> None:
    """An exception takes a model out of a pattern that would claim it."""
    library = Library({"acme-1.0": made(not_models=("acme/free",))})

    assert [one.key for one, _ in library.of_model("ACME/tiny")] == ["acme-1.0"]
    assert library.of_model("acme/free-1b") == []
    assert library.of_model("x/acme/tiny") == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("key = ", "is not TOML"),
        ("key = 'a'", "'name'"),
        ("key = 'a'\nnmae = 'b'", "nmae"),
        ("key = 'A B'", "'key'"),
        ("[[models]]\npattern = '('", "is no regular expression"),
    ],
)
def test_wrong_record_names_file_and_key(text: str, says: str) -> None:
    """A record that does not hold says in which file and at which key."""
    with pytest.raises(RecordError, match=rf"acme.toml.*{says}"):
        parse(text, where="acme.toml")
