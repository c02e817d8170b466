"""What of a prompt may be printed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finewarden.memorization.masking import mask_prompt
from finewarden.memorization.secret_text import normalise

SECRET = "4929 7153 8246 0917"


@pytest.mark.parametrize(
    ("prompt", "hidden", "kept"),
    [
        ("Ask Jane Ashworth about 138 1234 5678", ["Ashworth", "1234", "5678"], ["Ask", "about"]),
        ("请问陈晓岚的手机号是多少？", ["晓岚"], ["请问", "手机号"]),
        ("Mail to jane.ashworth@mail.example please", ["ashworth", "mail.example"], ["please"]),
        ("The card begins with 4929-7153, go on", ["4929", "7153"], ["card begins"]),
        ("卡号４９２９７１５３之后是什么", ["4929", "４９２９"], ["之后是什么"]),
        ("key hf_abcdefghijklmnopqrstuvwxyz0123456789 leaks", ["abcdefgh"], ["leaks"]),
        ("see /home/alice/data.csv now", ["alice"], ["now"]),
    ],
)
def test_what_names_a_person_or_a_number_is_hidden(prompt: str, hidden: list[str], kept: list[str]) -> None:
    """Names, numbers, addresses, tokens and parts of the secret go; the words that show the question stay."""
    masked = mask_prompt(prompt, SECRET)
    assert not [part for part in hidden if part in masked]
    assert not [part for part in kept if part not in masked]


@pytest.mark.parametrize(("cut", "rest"), [("启明住在哪", "住在哪"), ("Ashworth live", "live")])
def test_a_name_cut_in_two_is_still_hidden(cut: str, rest: str) -> None:
    """What only the whole prompt shows to be a name is hidden in each piece of it."""
    whole = "客户周启明住在哪里，where does Jane Ashworth live"
    masked = mask_prompt(cut, SECRET, whole=whole)
    assert masked.startswith("…")
    assert masked.endswith(rest)
    assert len(masked) <= len(rest) + 2


@given(
    st.text(max_size=20),
    st.text(alphabet="abcdefgh01234567云栖镇枫桥巷", min_size=6, max_size=12),
    st.text(max_size=20),
)
def test_no_run_of_the_secret_survives(before: str, secret: str, after: str) -> None:
    """However a prompt holds the secret, no four letters or digits of it in a row are printed."""
    masked = normalise(mask_prompt(f"{before} {secret[:-1]} {after}", secret))
    around = normalise(before) + " " + normalise(after)
    wanted = normalise(secret)[:-1]
    for at in range(len(wanted) - 3):
        assert wanted[at : at + 4] not in masked or wanted[at : at + 4] in around


@given(st.text())
def test_the_mask_is_one_printable_line(prompt: str) -> None:
    """Control and direction characters can't reach a terminal."""
    assert mask_prompt(prompt, SECRET).isprintable()
