"""What an audit can ask for: paths and parsed files. A module of its own, registered with `--model-dir` only, so that
plain sessions keep every fixture name to themselves.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from finewarden.artifacts.folder import Folder
from finewarden.gate.context import CONTEXT, Context
from finewarden.gate.judge import Judge
from finewarden.gate.measuring import Measuring
from finewarden.gate.training_data import TrainData
from finewarden.policy import Policy

if TYPE_CHECKING:
    from finewarden.licensing.licensed import Licensed


@pytest.fixture(scope="session")
def audit_context(request: pytest.FixtureRequest) -> Context:
    """Everything the command line and the policy say about this audit."""
    return request.config.stash[CONTEXT]


@pytest.fixture(scope="session")
def model_dir(audit_context: Context) -> Path:
    """The audited folder, resolved. Never write to it; open its files through `release`."""
    return audit_context.model_dir


@pytest.fixture(scope="session")
def release(audit_context: Context) -> Folder:
    """The audited folder as a list of regular files that are read within bounds; no weights are loaded."""
    return audit_context.folder


@pytest.fixture(scope="session")
def policy(audit_context: Context) -> Policy:
    """The project's policy; all defaults when there is none."""
    return audit_context.policy


@pytest.fixture(scope="session")
def evidence_dir(audit_context: Context) -> Path:
    """Where training left its private evidence; may not exist."""
    return audit_context.evidence_dir


@pytest.fixture(scope="session")
def secrets_file(audit_context: Context) -> Path | None:
    """The file of `--secrets=`."""
    return audit_context.secrets_file


@pytest.fixture(scope="session")
def base_model(audit_context: Context) -> str | None:
    """The value of `--base-model=`."""
    return audit_context.base_model


@pytest.fixture(scope="session")
def measuring(audit_context: Context) -> Measuring:
    """What was measured of the model: sections of measurements.json, or measured now where data and torch are."""
    return audit_context.measuring


@pytest.fixture(scope="session")
def training_data(audit_context: Context) -> TrainData:
    """The files of `--train-data=`: their rows, and what a scan found in them, made once."""
    return TrainData(audit_context)


@pytest.fixture(scope="session")
def licensed(release: Folder, policy: Policy) -> Licensed:
    """The licenses that bind the release: its base by the folder's own evidence, terms, form."""
    from finewarden.licensing.licensed import look

    return look(release, policy)


@pytest.fixture
def judge(request: pytest.FixtureRequest, audit_context: Context) -> Judge:
    """Takes this audit's findings and measured values; the verdict falls when the test function returns."""
    return audit_context.judge(request.node)
