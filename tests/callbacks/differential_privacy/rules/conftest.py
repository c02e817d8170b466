"""Trainers for the rules, made from one model and one tokenizer."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.callbacks.differential_privacy.rules.trainers import Trainers


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """torch says that the first hooked module gets no gradient for its input; Opacus hooks it all the same."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.filterwarnings("ignore:Full backward hook is firing:UserWarning"))


@pytest.fixture
def trainers(base_model: Path, tmp_path: Path) -> Trainers:
    """Makes trainers that are private by Opacus, by our callback's settings, or by nobody."""
    return Trainers(base=base_model, out=tmp_path / "out")
