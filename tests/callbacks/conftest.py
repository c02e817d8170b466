"""Fixtures of the tests that train under the guards."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

import pytest

from tests.callbacks.runs import Runs

# What is tested here subclasses transformers' own classes: without the [train] extra it can't even be imported.
collect_ignore_glob = [] if find_spec("transformers") else ["*"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """TRL 1.16 still speaks of gradient_checkpointing, which transformers 5.23 calls activation_checkpointing."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.filterwarnings(r"ignore:`(is_)?gradient_checkpointing:FutureWarning"))


@pytest.fixture(scope="session")
def base_model(tiny: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a tiny base model."""
    import torch

    torch.set_num_threads(1)  # models this small only wait for further threads
    folder: Path = tiny.save_base_model(tmp_path_factory.mktemp("models") / "base")
    return folder


@pytest.fixture
def runs(base_model: Path, tmp_path: Path) -> Runs:
    """Makes trainers over the base model, with an output folder of this test."""
    return Runs(base=base_model, out=tmp_path / "out")
