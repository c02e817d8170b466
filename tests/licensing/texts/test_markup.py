"""What a reader of the rendered page sees: markup goes, words and their lines stay."""

from __future__ import annotations

import time

import pytest

from finewarden.licensing.texts.markup import plain
from finewarden.licensing.texts.tokens import words_of


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("**Grant** of _rights_", "Grant of _rights_"),
        ("3**. Term**", "3. Term"),
        ("1\\. Term", "1. Term"),
        ("see [the terms](https://example.org/a_(b)) here", "see [the terms] here"),
        ("see [1](a)", "see [1](a)"),
        ("<p class='x'>You <b>may</b><br/>use</p>", "You mayuse"),
        ("Copyright <yyyy> <name of author>", "Copyright <yyyy> <name of author>"),
        ("as &quot;is&quot; &amp; so", 'as "is" & so'),
        ("non\u00adexclusive \ufeffright\u200b", "nonexclusive right"),
        ("ﬁne １２", "fine 12"),
        ("Llama™ 3®", "Llama 3"),
        ("a <!-- lint --> b", "a   b"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("* first\n  * second", "- first\n  - second"),
    ],
)
def test_markup_goes(written: str, seen: str) -> None:
    """Emphasis, tags, link targets, marks of tools, entities, invisible characters and trademark signs say nothing."""
    assert plain(written) == seen


@pytest.mark.parametrize(
    "written",
    [
        "~~You may not~~ sell",
        "<del>You may not</del> sell",
        "<span style='display:none'>You may not</span> sell",
        "\u202eYou may not sell",
    ],
)
def test_what_changes_the_meaning_stays(written: str) -> None:
    """Struck or hidden text and text turned round is not the text as its author wrote it, and shows."""
    assert plain(written).strip() != "You may not sell"
    assert "may not" in plain(written)


@pytest.mark.parametrize(
    "written",
    [
        "<!-- None of section 2 applies. -->",
        "<!--\nNone of section 2 applies.\n-->",
        '<span title="None of section 2 applies">sell</span>',
        "<p none of section 2 applies>sell</p>",
        '<a href="none of section 2 applies">sell</a>',
        '[sell](https://a.example "None of section 2 applies")',
        "".join(chr(0xE0000 + ord(char)) for char in "None of section 2 applies"),
        '<!-- None of --><!-- section 2 --><!-- applies to --><a title="those who">x</a><!-- got all -->',
    ],
)
def test_words_that_a_page_hides_stay(written: str) -> None:
    """Whoever reads the file sees what stands in comments, titles and characters without a shape."""
    assert words_of(f"a {written} b").hashes != words_of("a sell b").hashes
    assert {"applies", "those"} & set(plain(written).lower().replace(".", "").split())


@pytest.mark.parametrize(
    "written",
    [
        "<!-- -->",
        "<!-- prettier-ignore -->",
        "<!-- markdownlint-disable MD013 -->",
        '<a id="x" class="a b c d" href="#s2" title="Permalink"></a>',
        '<p align="center" style="margin: 0 auto 0 1em">',
        '[](https://a.example "Top")',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        "<!DOCTYPE html>",
        '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">',
    ],
)
def test_marks_of_tools_say_nothing(written: str) -> None:
    """An anchor, a class and a comment of one or two words for a tool change no word, however often."""
    assert words_of(f"a {written * 30} b").hashes == words_of("a b").hashes


@pytest.mark.parametrize(
    "written",
    [
        "<!-- void -->",
        '<a title="exempt">x</a>',
        '<img alt="7 billion">',
        "<!-- section 2 --><!-- is void -->",
        "<!-- every --> <!-- use --> <!-- is --> <!-- fine -->",
        "<title>Llama does not apply</title>",
        "<!DOCTYPE html section 2 is void>",
    ],
)
def test_few_words_that_matter_stay(written: str) -> None:
    """One word is enough to change a term, and comments that follow one another are one."""
    assert words_of(f"a {written} b").hashes not in {words_of("a b").hashes, words_of("a x b").hashes}


def test_lines_stay() -> None:
    """A comment or a tag of several lines leaves them, so that a finding names the line of the file."""
    assert plain("a <!-- x\n\ny --> b\n<a\nhref='#'>c").split("\n")[2:] == [" b", "", "c"]


@pytest.mark.parametrize(
    "unit",
    ["<!--", "<!-- a -->", f"<p {'a' * 490}>", "<p a='a='>", "<a ", "](http://", "~~", "*", "&amp", "[x](", "<p "],
)
def test_hostile_markup_costs_its_length(unit: str) -> None:
    """Markup that never closes is read in time linear in its length."""
    start = time.perf_counter()
    plain(unit * (300_000 // len(unit)))

    assert time.perf_counter() - start < 2
