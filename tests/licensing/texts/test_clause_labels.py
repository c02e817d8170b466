"""Clauses are labelled as lawyers cite them."""

from __future__ import annotations

import pytest

from finewarden.licensing.texts.clause_labels import labels_of

LLAMA = """THE LICENSE
Release Date: July 1
1. Grant and copies.

  a. Grant. You have a right to it.
  b. Copies.
      i. If you hand it on, you shall (A) give a copy; and (B) show “Built with”.
     ii. Clause 2 does not bind you.
2. More terms. If there are more than 700 million, ask us.
3. Marks.
  a. None are given.

The Acceptable Use Policy
You agree not to:
1. Break the law, including to:
   a. Hurt somebody
   b. Steal
"""
GEMMA = """Terms
Last modified: April 1
Section 1: DEFINITIONS
1.1 Definitions
(a) "Agreement" means this.
(b) "Derivatives" means all (i) changes, or (ii) copies.
Section 3: DISTRIBUTION
3.1 Distribution
You may hand it on if you meet all of these:

    You must pass the restrictions on.
    You must give a copy.
You may add your own statement.
3.2 Use
As written.
"""
APACHE = """License
   1. Redistribution. You may reproduce and distribute copies of it, provided that
      you meet the following conditions:

      (a) You must give any other recipients of it a copy of this License; and

      (b) You must cause any modified files to carry notices that say what clause
          (c) of no other license says here; and

   2. Contributions. As above, unless something else is said in the words of section
      7. which says nothing here.

   3. Trademarks. None.
"""
RAIL = """RAIL
Section I: PREAMBLE
1. Definitions
- (a) "Data" means it.
- (b) "Output" means that.
Section II: RIGHTS
2. Grant. You may.
Attachment A
Use Restrictions
You agree not to use it:
-	In any way that breaks the law;
-	For war.
"""
CHINESE = """许可协议

第一条 定义
“许可方”是指我们。
第二条 授予
一、您可以使用。
二、您不得出售：
（一）给军方；
（二）给他人。
"""
BOTH = """License
1. 定义

“您”是指使用者，以及其他任何人与任何组织。

2. 许可

您可以使用它，也可以复制它，但是不可以出售。

1. Definitions

"You" means whoever uses it, and all of their affiliates, wherever they may be at the time.

2. Grant

You may use it.
"""
SECTIONS = """CC
Section 2 -- Scope.

  a. License grant.

       1. You may:

            a. share it; and

            b. adapt it.

       2. Exceptions. As the law says.

  b. Other rights.

       1. Moral rights stay.
"""


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        (
            LLAMA,
            "title preamble 1 1.a 1.b 1.b.i 1.b.i(A) 1.b.i(B) 1.b.ii 2 3 3.a Acceptable_Use_Policy"
            " Acceptable_Use_Policy_1 Acceptable_Use_Policy_1.a Acceptable_Use_Policy_1.b",
        ),
        (
            GEMMA,
            "title preamble Section_1 1.1 1.1(a) 1.1(b) 1.1(b)(i) 1.1(b)(ii) Section_3 3.1 3.1_(first_bullet)"
            " 3.1_(second_bullet) 3.2",
        ),
        (APACHE, "title 1 1(a) 1(b) 2 3"),
        (
            RAIL,
            "title Section_I 1 1(a) 1(b) Section_II 2 Attachment_A Attachment_A_(first_bullet)"
            " Attachment_A_(second_bullet)",
        ),
        (CHINESE, "title 第一条 第二条 第二条_一 第二条_二 第二条_二(一) 第二条_二(二)"),
        (BOTH, "title 1 2 1_(text_2) 2_(text_2)"),
        (
            SECTIONS,
            "title Section_2 Section_2(a) Section_2(a)(1) Section_2(a)(1)(a) Section_2(a)(1)(b) Section_2(a)(2)"
            " Section_2(b) Section_2(b)(1)",
        ),
    ],
    ids=["llama", "gemma", "apache", "rail", "chinese", "both", "sections"],
)
def test_as_cited(text: str, labels: str) -> None:
    """Numbers, letters, brackets, bullets, sections, attachments and policies make the label of a clause."""
    assert [one.label.replace(" ", "_") for one in labels_of(text)] == labels.split()


def test_paragraphs_where_nothing_is_numbered() -> None:
    """MIT's second paragraph is the one on notices: title and copyright line are none."""
    text = """MIT License

Copyright (c) 2024 Acme and all of the contributors to it, wherever they may live

Permission is hereby granted, free of charge, to any person that obtains a copy of this.

The above notice shall be included in all copies of it.
"""
    assert [one.label for one in labels_of(text)] == ["title", "first paragraph", "second paragraph"]


def test_labels_are_told_apart() -> None:
    """No label stands twice, and they stand in the order of the text."""
    for text in (LLAMA, GEMMA, APACHE, RAIL, BOTH, SECTIONS, "1. a\n1. b\n1. c\n(a) x\n(a) y\n"):
        found = labels_of(text)

        assert len({one.label for one in found}) == len(found)
        assert [one.start for one in found] == sorted(one.start for one in found)
