"""Which license a text is, and every edit with its clause: on stand-ins, or on real texts where those are at hand."""

from __future__ import annotations

import random
import re
import time

import pytest

from finewarden.licensing.texts.fingerprint import Fingerprint
from finewarden.licensing.texts.match import TextFinding, TextMatch, identify_text
from finewarden.licensing.texts.new_fingerprint import fingerprint_of
from tests.licensing.stand_ins import text_of, without_clause

ID = "llama3.1"
TEXT = text_of(ID).lstrip()
MIT = """MIT License

Copyright (c) 2024 Acme

Permission is hereby given, free of charge, to any person that obtains a copy of this work and of what belongs to it,
to deal in it without restriction, which includes the right to use, copy, change, merge and sell copies of it.

The above notice and this one shall be in all copies of the work or of large parts of it.

THE WORK IS GIVEN AS IT IS, WITHOUT WARRANTY OF ANY KIND, BE IT SAID OR MEANT. IN NO CASE ARE ITS AUTHORS LIABLE.
"""
POLICY = """The Acceptable Use Policy
You agree that you will not use it, or allow others to use it, for any of these things at all:
1. To break the law or to harm somebody else, wherever you are and whatever you think of the law of the place.
2. To make weapons, poison or anything else that is meant to hurt somebody or to break what belongs to others.
"""


@pytest.fixture(scope="module")
def own() -> tuple[Fingerprint, ...]:
    return (
        fingerprint_of(TEXT, id=ID, key=ID),
        fingerprint_of(MIT, id="mit", key="mit", template=True),
        fingerprint_of(POLICY, id="policy", key="policy", kind="policy", family=[ID]),
    )


def only(match: TextMatch) -> TextFinding:
    assert match.key == ID
    assert not match.intact
    assert len(match.findings) == 1, match.findings
    return match.findings[0]


def test_whole(own: tuple[Fingerprint, ...]) -> None:
    """A license as its author wrote it is intact, and nothing is found."""
    assert identify_text(TEXT, own=own) == TextMatch(ID, ID, True, ())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        "# My model\n\nlicense: mit\n\nIt is released under the MIT license, see LICENSE.",
        "Llama 3.1 is licensed under the Llama 3.1 Community License, Copyright © Meta Platforms, Inc.",
        "Este modelo es libre. " * 100,
        "模型许可。" * 100,
        "word " * 2000,
    ],
)
def test_nothing_near(text: str, own: tuple[Fingerprint, ...]) -> None:
    """A card, a statement, a notice, an empty file and another language are no license text."""
    assert identify_text(text, own=own) == TextMatch(None, None, False, ())


def test_number_changed(own: tuple[Fingerprint, ...]) -> None:
    """A number that was changed is told with its clause, the line and what stands there."""
    number = re.search(r"\b(?:700|30|12|2024)\b(?=[^.]*\.\n\n3\. )", TEXT)
    assert number is not None
    found = only(identify_text(TEXT[: number.start()] + "7 billion" + TEXT[number.end() :], own=own))

    assert (found.kind, found.clause) == ("altered", "2")
    assert found.detail == "number changed: here '7 billion'"
    assert found.line == TEXT.count("\n", 0, number.start()) + 1


@pytest.mark.parametrize("clause", ["1.a", "1.b.i(B)", "1.b.iii", "2", "5.b", "7"])
def test_clause_dropped(clause: str, own: tuple[Fingerprint, ...]) -> None:
    """A clause that was taken out is missing, by its number."""
    found = only(identify_text(without_clause(TEXT, ID, clause), own=own))

    assert (found.kind, found.clause, found.line) == ("missing", clause, None)


def test_override_appended(own: tuple[Fingerprint, ...]) -> None:
    """Terms after the end are added text, shown in their own words and with their line."""
    found = only(identify_text(f"{TEXT}\nNotwithstanding clause 2, Licensee owes nothing.\n", own=own))

    assert (found.kind, found.clause) == ("added", "7")
    assert found.detail == "after the end 6 words: 'Notwithstanding clause 2, Licensee owes nothing'"
    assert found.line == TEXT.count("\n") + 2


def test_override_inside(own: tuple[Fingerprint, ...]) -> None:
    """A sentence put between two clauses is added after the first of them."""
    found = only(identify_text(TEXT.replace("\n\n3. ", "\n\nThis does not bind Acme.\n\n3. "), own=own))

    assert (found.kind, found.clause) == ("added", "2")
    assert found.detail == "after it 5 words: 'This does not bind Acme'"


def test_truncated(own: tuple[Fingerprint, ...]) -> None:
    """A text that ends too early names the first clause that is not there."""
    cut = TEXT[: TEXT.index("\n4. ")]
    inside = TEXT[: TEXT.index("\n5. ") - 40]

    assert only(identify_text(cut, own=own)).detail == "it and all that follows are not there"
    assert only(identify_text(cut, own=own)).clause == "4"
    assert [(one.kind, one.clause) for one in identify_text(inside, own=own).findings] == [
        ("altered", "4"),
        ("missing", "5"),
    ]


def test_header_translated(own: tuple[Fingerprint, ...]) -> None:
    """Another title is an edit of the title."""
    found = only(identify_text("许可协议（译本）" + TEXT[TEXT.index("\n") :], own=own))

    assert (found.kind, found.clause) == ("altered", "title")


def test_reworded(own: tuple[Fingerprint, ...]) -> None:
    """Words put in the place of others are shown; a clause reworded altogether is told clause by clause."""
    words = TEXT[TEXT.index("\n6. ") : TEXT.index("\n7. ")].split()
    weak = only(identify_text(TEXT.replace(" ".join(words[3:6]), "may try to"), own=own))
    gone = identify_text(TEXT.replace(" ".join(words[1:]), "You owe nothing to anybody, ever."), own=own)

    assert (weak.kind, weak.clause) == ("altered", "6")
    assert "'may try to'" in weak.detail
    assert {one.clause for one in gone.findings} == {"6"}


def test_policy_goes_along(own: tuple[Fingerprint, ...]) -> None:
    """The use policy of the license may stand in its file, before it or after; an edit of it is told by its clause."""
    after, before = identify_text(f"{TEXT}\n{POLICY}", own=own), identify_text(f"{POLICY}\n{TEXT}", own=own)
    edited = only(identify_text(f"{TEXT}\n{POLICY.replace('weapons, poison', 'poison')}", own=own))

    assert after == before == TextMatch(ID, ID, True, (), ("policy",))
    assert (edited.kind, edited.clause) == ("altered", "Acceptable Use Policy 2")
    assert identify_text(POLICY, own=own) == TextMatch("policy", "policy", True, ())


def test_two_licenses(own: tuple[Fingerprint, ...]) -> None:
    """Of two licenses in one file the first is the file's, the second is text on top of it, by its name."""
    found = only(match := identify_text(f"{TEXT}\n{MIT}", own=own))
    turned = identify_text(f"{MIT}\n{TEXT}", own=own)

    assert (found.kind, found.detail) == ("added", "after the end stands the text of another license, mit")
    assert match.also == ("mit",)
    assert (turned.key, turned.also, [one.kind for one in turned.findings]) == ("mit", (ID,), ["added"])


@pytest.mark.parametrize(
    "line",
    [
        "Copyright (c) 2025 Acme. All rights reserved.",
        "Copyright (c) 2026 Acme GmbH for the modifications.",
        "Modifications Copyright © 2024-2026 Acme Research Ltd",
        "<!--\nSPDX-FileCopyrightText: 2026 Acme\nSPDX-License-Identifier: LicenseRef-llama3.1\n-->",
        "Portions copyright Acme 2025\nCopyright 2026 Zeta",
    ],
)
def test_own_copyright_changes_no_term(line: str, own: tuple[Fingerprint, ...]) -> None:
    """A copyright statement of somebody else, over or under a license that has its own, is told as what it is."""
    for text in (f"{line}\n\n{TEXT}", f"{TEXT}\n{line}\n"):
        match = identify_text(text, own=own)

        assert match.intact
        assert [(found.kind, found.harmless) for found in match.findings] == [("added", True)]
        assert "a copyright statement: '" in match.findings[0].detail


@pytest.mark.parametrize(
    "line",
    [
        "Copyright (c) 2026 Acme. Section 2 is void for recipients.",
        "Copyright 2026 Acme, who may sell it",
        "Copyright 2026 Acme, and 7 billion is the number",
        "Copyright 2026 Acme\nThis does not bind Acme.",
        "SPDX-FileCopyrightText: 2026 Acme; none of this applies",
    ],
)
def test_terms_behind_a_copyright_are_added(line: str, own: tuple[Fingerprint, ...]) -> None:
    """What begins as a copyright statement and goes on as something else is added text."""
    assert only(identify_text(f"{line}\n\n{TEXT}", own=own)).kind == "added"
    assert not identify_text(TEXT.replace("\n\n3. ", f" {line}\n\n3. "), own=own).intact


@pytest.mark.parametrize("heading", ["# {title}", "# License", "{title}\n=====", "<h1>{title}</h1>"])
def test_title_once_more(heading: str, own: tuple[Fingerprint, ...]) -> None:
    """A heading over the text that names the license again says nothing; one that names another thing does."""
    title = TEXT.partition("\n")[0]

    assert identify_text(f"{heading.format(title=title)}\n\n{TEXT}", own=own).findings == ()
    assert not identify_text(f"# Not this {title}\n\n{TEXT}", own=own).intact
    assert not identify_text(f"# Custom License\n\n{TEXT}", own=own).intact


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("\n\n3. ", "\n\n<!-- Notwithstanding the above, none of section 2 applies. -->\n\n3. "),
        ("\n\n3. ", '\n\n<a title="None of section 2 applies to Acme" href="#x"></a>\n\n3. '),
        ("\n\n3. ", '\n\n[](https://a.example "None of section 2 applies")\n\n3. '),
    ],
)
def test_override_that_a_page_hides(old: str, new: str, own: tuple[Fingerprint, ...]) -> None:
    """Terms in a comment or a title are added text, told as hidden."""
    found = only(identify_text(TEXT.replace(old, new), own=own))

    assert found.kind == "added"
    assert "words, which its page hides: 'No" in found.detail


def test_own_fingerprints_take_the_place_of_shipped_ones(own: tuple[Fingerprint, ...]) -> None:
    """A user's text of a key is the one that counts for it."""
    other = fingerprint_of(POLICY * 2, id="mine", key=ID)

    assert identify_text(POLICY * 2, own=[other]).text == "mine"


def test_details_are_short_and_many_findings_are_counted(own: tuple[Fingerprint, ...]) -> None:
    """However much was edited, a finding fits a line, and they end in how many more there are."""
    words = TEXT.split(" ")
    edited = " ".join("changed" if number % 9 == 4 else word for number, word in enumerate(words))
    match = identify_text(edited + " long words" * 500, own=own)

    assert all(len(one.detail) < 160 for one in match.findings)
    assert len(match.findings) == 9
    assert re.fullmatch(r"and \d+ more differences", match.findings[-1].detail)


def test_the_worst_of_what_is_not_told_counts(own: tuple[Fingerprint, ...]) -> None:
    """Many harmless lines hide no altered clause behind them."""
    statements = "\n\n".join(TEXT.split("\n\n")).replace("\n\n", "\n\nCopyright 2026 Acme\n\n", 12)
    match = identify_text(statements[:-60] + "altered text at its end.", own=own)

    assert all(one.harmless for one in match.findings[:-1])
    assert (match.findings[-1].kind, match.intact) == ("altered", False)


@pytest.mark.parametrize("kind", ["random", "one word", "copies", "shuffled"])
def test_hostile_files_are_bounded(kind: str, own: tuple[Fingerprint, ...]) -> None:
    """A file of 512 KiB, whatever it holds, is judged in time linear in its length."""
    draw = random.Random(1)
    size = 1 << 19
    words = TEXT.split()
    text = {
        "random": lambda: " ".join(f"w{draw.randrange(10**6)}" for _ in range(size // 8)),
        "one word": lambda: "license " * (size // 8),
        "copies": lambda: TEXT * (size // len(TEXT)),
        "shuffled": lambda: " ".join(draw.choice(words) for _ in range(size // 6)),
    }[kind]()
    start = time.perf_counter()
    match = identify_text(text, own=own)

    assert time.perf_counter() - start < 5  # 0.5 s alone on a core
    assert match.key == (ID if kind == "copies" else None)
