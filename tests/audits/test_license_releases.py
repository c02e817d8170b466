"""Releases as they were mislabelled in the wild: one breach, one finding; as they should be: none of the family."""

from __future__ import annotations

from pathlib import Path

import pytest

from finewarden.verdicts import State
from tests.audits.license_family import breaches, judged
from tests.audits.license_parts import Release, build
from tests.audits.license_releases import RELEASES


def by_name(release: Release) -> str:
    return release.name


@pytest.mark.parametrize("release", RELEASES, ids=by_name)
def test_breach_has_its_one_finding(release: Release, tmp_path: Path) -> None:
    """The breach is told once, by its own audit, with license, clause, mend and how well the record is known."""
    results = judged(tmp_path / "out", build(release.breach, tmp_path / "out"))

    assert breaches(results) == [(release.audit, release.rule, release.warns)]
    result = results[release.audit]
    (found,) = (*result.findings, *result.warnings)
    assert found.mend
    # Which base it is rests on evidence, not on a record.
    assert ("our record" in found.what) is (release.audit != "license.base")
    assert (result.state is State.FAIL) is not release.warns


@pytest.mark.parametrize("release", RELEASES, ids=by_name)
def test_clean_twin_has_none(release: Release, tmp_path: Path) -> None:
    """The same release as it should be has no finding and no warning, and what is not about data was looked at."""
    results = judged(tmp_path / "out", build(release.clean, tmp_path / "out"))

    assert breaches(results) == []
    blind = {audit for audit, result in results.items() if result.state is State.NOT_MEASURED}
    assert blind <= {"license.outputs", "license.data", "license.anonymised"}  # most declare no training data
