"""A model that was trained for too long fails every audit of what it memorised."""

from __future__ import annotations

import pytest

from finewarden.verdicts import State
from tests.end_to_end.releases import Release, audit

MEMORIZATION = (
    "extraction.canaries",
    "extraction.training_data",
    "real_pii.values",
    "real_pii.association",
    "canary_rank.auc",
    "canary_exposure.rank",
    "membership.loss",
)


@pytest.mark.parametrize("name", MEMORIZATION)
def test_it_fails(overtrained: Release, name: str) -> None:
    """Each audit of memorization sees what two dozen epochs left, with a finding that says what to do."""
    result = overtrained.gate().result(audit(name))
    assert result.state is State.FAIL, result.reason
    assert all(finding.mend for finding in result.findings)


@pytest.mark.parametrize("name", ["instrument.trained_on", "instrument.scorer", "instrument.repeatable"])
def test_the_instruments_are_sound(overtrained: Release, name: str) -> None:
    """What failed was measured with what works."""
    assert overtrained.gate().result(audit(name)).state is State.PASS


def test_both_languages_are_extracted(overtrained: Release) -> None:
    """English and Chinese records alike are found, and the repeated ones are told to be de-duplicated."""
    rows = overtrained.data.read_text(encoding="utf-8").splitlines()
    found = overtrained.gate().result(audit("extraction.training_data")).findings
    texts = [rows[int(finding.where.rpartition(":")[2]) - 1] for finding in found]
    assert {"怎么联系" in text for text in texts} == {True, False}
    assert any("stands in the data 3 times" in finding.what for finding in found)
    assert any("remove its duplicates" in finding.mend for finding in found)
