"""docs/differential-privacy-rules.md is what the rules say."""

from __future__ import annotations

from pathlib import Path

import pytest

pytestmark = pytest.mark.training

from finewarden.callbacks.differential_privacy.rules import RULES  # noqa: E402
from finewarden.callbacks.differential_privacy.rules.table import document  # noqa: E402

ROOT = Path(__file__).resolve().parents[4]


def test_document_is_made_from_the_rules() -> None:
    """The file in docs/ is what the module prints; where it isn't, print it again."""
    assert (ROOT / "docs" / "differential-privacy-rules.md").read_text(encoding="utf-8") == document()


def test_rules_say_what_and_how_much() -> None:
    """Each rule has a name of its own, says what goes wrong, what it costs and where that is from."""
    assert len({each.name for each in RULES}) == len(RULES)
    for rule in RULES:
        assert rule.goes_wrong.endswith(".")
        assert rule.cost.endswith(".")
        assert rule.source
        assert rule.example
        assert rule.before or rule.step or rule.after
