"""What is shown before it is written."""

from __future__ import annotations

from finewarden.release.difference import difference
from finewarden.release.draft import Change


def test_text_is_shown_line_by_line() -> None:
    """A file that speaks is shown as a unified diff; a new one against nothing."""
    shown = difference([Change("README.md", b"# T\nold\n", b"# T\nnew\n"), Change("NOTICE", None, b"n\n")])
    assert shown.splitlines() == [
        "--- a/README.md",
        "+++ b/README.md",
        "@@ -1,2 +1,2 @@",
        " # T",
        "-old",
        "+new",
        "--- /dev/null",
        "+++ b/NOTICE",
        "@@ -0,0 +1 @@",
        "+n",
    ]


def test_license_texts_are_counted() -> None:
    """License and policy texts are long: their lines are counted, new or in the place of others."""
    changes = [Change("LICENSE", None, b"a\nb\n"), Change("USE_POLICY.md", b"a\n", b"b\n")]
    assert difference(changes) == "LICENSE: new file, 2 lines\nUSE_POLICY.md: replaced, 1 lines"


def test_nothing_to_show() -> None:
    """What stays as it is and the record, which repeats the rest, are left out."""
    assert difference([Change("README.md", b"a", b"a"), Change("model_card.json", None, b"{}")]) == ""


def test_nothing_private_or_deceiving() -> None:
    """A secret is masked, and what would repaint a terminal is shown as an escape."""
    token = "hf_" + "QmZtRkWvXpLsYhDnGcBjFuAoEiTrSw2468"
    shown = difference([Change("README.md", f"key {token}\n".encode(), "\x1b[2J\u202e\n".encode())])
    assert token not in shown
    assert "\x1b" not in shown
    assert "\u202e" not in shown
