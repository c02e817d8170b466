"""A bare audit of what ordinary scripts leave: few findings, each of which its owner would agree with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytestmark = pytest.mark.training

# What every untouched training output lacks.
UNDECLARED = {"release.license_file", "release.statement", "release.model_card"}
ADAPTER = UNDECLARED | {"artifacts.local_paths", "release.front_matter"}  # its base is named by a local path
EXPECTED = {
    "trl_lora": ADAPTER | {"release.generator_defaults"},  # `licence: license`
    "trl_full": UNDECLARED | {"release.generator_defaults"},
    "peft_trainer": ADAPTER,
    "trl_dpo": ADAPTER | {"release.generator_defaults"},
}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The base model of all runs, under a home folder, as on a workstation."""
    from tests.audits import ordinary_runs

    return ordinary_runs.make_base(tmp_path_factory.mktemp("root") / "home" / "lin" / "base")


@pytest.mark.filterwarnings("ignore")  # the scripts are as people write them
@pytest.mark.parametrize("script", EXPECTED)
def test_few_and_true_findings(base: Path, pytester: pytest.Pytester, script: str) -> None:
    """The bare audit of an ordinary run fails on what is missing or false, warns once of leftovers, and no more."""
    from tests.audits import ordinary_runs

    getattr(ordinary_runs, script)(base, pytester.path / "out")
    pytester.runpytest_subprocess("--model-dir=out", "--audit-report=report.json")
    audits = json.loads((pytester.path / "report.json").read_text())["audits"]

    assert {audit["audit"] for audit in audits if audit["state"] == "fail"} == EXPECTED[script]
    assert sum(len(audit["findings"]) for audit in audits) <= 6
    assert [len(audit["warnings"]) for audit in audits if audit["audit"] == "artifacts.leftovers"] == [1]
