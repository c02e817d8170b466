"""The marked section: ours inside, a person's outside."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from finewarden.release.section import BEGIN, END, PLAIN_BEGIN, PLAIN_END, append, replace, without

OURS = f"{BEGIN}\nours\n{END}\n"


def test_below_the_title() -> None:
    """A new section stands below the first title."""
    assert replace("# T\n\ntext\n", "ours") == f"# T\n\n{OURS}\ntext\n"


def test_no_title() -> None:
    """Without a title the section stands at the top; a '#' in a code block is no title."""
    text = "```sh\n# a comment\n```\n"
    assert replace(text, "ours") == f"{OURS}\n{text}"


def test_in_place() -> None:
    """A section that stands is replaced where it stands, and nothing around it moves."""
    text = f"# T\n\nbefore\n\n{BEGIN}\nold\n{END}\n\n\nafter\n"
    assert replace(text, "ours") == f"# T\n\nbefore\n\n{OURS}\n\nafter\n"


def test_damaged() -> None:
    """A mark without its partner, or a second section, goes; no line of text goes with it."""
    for text in (f"# T\n{BEGIN}\na\nb\n", f"# T\na\n{END}\nb\n", f"# T\n{OURS}a\n{OURS}b\n"):
        made = replace(text, "ours")
        assert made.count(BEGIN) == made.count(END) == made.count("ours") == 1
        assert without(made).split() == ["#", "T", "a", "b"]


_pieces = st.lists(st.sampled_from([BEGIN, END, "# T\n", "text\n", "\n", "```\n", "ours\n", BEGIN[:12], BEGIN[12:]]))


@given(_pieces.map("".join))
def test_any_text(text: str) -> None:
    """However marks and text are mixed: one section results, a second pass changes nothing, and no word is lost."""
    made = replace(text, "ours")
    assert made.count(BEGIN) == made.count(END) == 1
    assert replace(made, "ours") == made
    assert without(made).split() == without(text).split()


_plain_pieces = st.lists(st.sampled_from([PLAIN_BEGIN, PLAIN_END, "text\n", "\n", "ours\n", PLAIN_BEGIN[:12]]))


@given(_plain_pieces.map("".join))
def test_any_plain_text(text: str) -> None:
    """In a text that is no Markdown the same holds, the section stands at the end, and it can be taken out again."""
    made = append(text, "ours")
    assert made.count(PLAIN_BEGIN) == made.count(PLAIN_END) == 1
    assert append(made, "ours") == made
    assert without(made, plain=True).split() == without(text, plain=True).split()
    assert PLAIN_BEGIN not in append(made, None)


def test_plain_at_the_end() -> None:
    """A new section stands below what is there, one line apart."""
    assert append("", "ours") == f"{PLAIN_BEGIN}\nours\n{PLAIN_END}\n"
    assert append("theirs\n", "ours") == f"theirs\n\n{PLAIN_BEGIN}\nours\n{PLAIN_END}\n"
