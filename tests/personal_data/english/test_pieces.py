"""Long texts in pieces."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finewarden.personal_data.english import pieces
from finewarden.personal_data.english.pieces import LONGEST, Piece, pieces_of


def test_an_ordinary_text_is_one_piece() -> None:
    """Up to 100,000 characters nothing is cut; the empty text is one piece too."""
    assert list(pieces_of("x" * LONGEST)) == [Piece(0, LONGEST, 0, LONGEST)]
    assert list(pieces_of("")) == [Piece(0, 0, 0, 0)]


@given(st.text("a \n", max_size=700))
def test_each_character_is_kept_once(text: str) -> None:
    """What is kept of the pieces is the text, once and in order, and no piece is longer than the longest."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pieces, "LONGEST", 60)
        patch.setattr(pieces, "_SHARED", 10)
        cut = list(pieces_of(text))
    assert "".join(text[each.first : each.last] for each in cut) == text
    assert all(each.start <= each.first <= each.last <= each.end for each in cut)
    assert all(each.end - each.start <= 60 for each in cut)
    assert all(each.first == 0 or each.start == each.first - 10 for each in cut)


def test_cut_at_a_line_end() -> None:
    """A piece ends behind a line end where there is one in its second half, else behind a space, else anywhere."""
    line = "x" * 70_000 + "\n" + "y " * 40_000
    assert [each.first for each in pieces_of(line)] == [0, 70_001]
    assert next(iter(pieces_of("z " * 60_000))).last % 2 == 0
    assert next(iter(pieces_of("z" * 120_000))).last == LONGEST - 1_000


@pytest.mark.pii
def test_offsets_in_a_long_text() -> None:
    """In a text of several pieces, what stands at and between the cuts is found once, where it stands."""
    from finewarden.personal_data.english import EnglishEngine, load

    engine = load(names=False)
    assert isinstance(engine, EnglishEngine)
    mail = "john.smith@example.org "
    text = (mail + "nothing to see here, " * 4) * 1_300
    [found] = engine.find_many([text])
    starts = [each.start for each in found if each.entity == "EMAIL_ADDRESS"]
    assert starts == [at for at in range(len(text)) if text.startswith(mail, at)]
