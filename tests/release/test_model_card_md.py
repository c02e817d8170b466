"""model_card.md: the table of sources."""

from __future__ import annotations

from datetime import date

from finewarden.evidence.model_card import DataSource, ModelCard, Training
from finewarden.release.model_card_md import update

CARD = ModelCard(
    written_by="finewarden 0.1.0",
    base_model="a/b",
    training_date=date(2026, 11, 2),
    training=Training(examples=8),
    sources=(
        DataSource(name="客服|2025", authorisation="contract", evidence="legal/113.pdf", expires=date(2027, 1, 31)),
        DataSource(name="wiki", authorisation="license", license="cc-by-sa-4.0", personal_data=False),
    ),
)


def test_each_source_with_its_authorisation() -> None:
    """Each source has one row with what allows its use; what was not stated says so."""
    text = update(None, CARD, title="acme")
    row = next(line for line in text.splitlines() if "客服" in line)
    assert row == "| 客服\\|2025 | not stated | not stated | contract | legal/113.pdf | 2027-01-31 | not stated |"
    assert "| wiki | not stated | cc-by-sa-4.0 | license | not stated | no date | no |" in text
    assert "* Training examples: 8" in text


def test_where_and_when_it_was_taken() -> None:
    """Kind, day and purposes have columns where a source states them, and none where no source does."""
    taken = DataSource(
        name="web", authorisation="terms", kind="crawled", collected=date(2026, 1, 2), purposes=("support", "search")
    )
    text = update(None, CARD.model_copy(update={"sources": (*CARD.sources, taken)}), title="acme")
    assert "| Personal data | Kind | Collected | For |" in text
    assert "| not stated | crawled | 2026-01-02 | support, search |" in text
    assert "| no | not stated | not stated | any purpose |" in text
    assert "Collected" not in update(None, CARD, title="acme")


def test_idempotent_around_a_persons_text() -> None:
    """A person's own paragraphs stay, and a second update changes nothing."""
    once = update("# Data\n\nWe asked everybody.\n", CARD, title="acme")
    assert "We asked everybody." in once
    assert update(once, CARD, title="acme") == once
