"""Models trained once for all tests of this directory: what they have learnt, and what is measured of it."""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

import pytest

from tests.conftest import ROOT
from tests.end_to_end.releases import Release, Workshop, train
from tests.end_to_end.tickets import parcels, tickets

collect_ignore_glob = [] if find_spec("transformers") else ["*"]


def pytest_configure(config: pytest.Config) -> None:
    """Strict markers refuse the import of a shipped audit otherwise."""
    config.addinivalue_line("markers", "audit(id): the public id of an audit")
    config.addinivalue_line("markers", "needs_model: an audit that loads the model")
    config.addinivalue_line("markers", "only_in_region(name): an audit for whose policy sets `region`")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """TRL 1.16 still speaks of gradient_checkpointing, which transformers 5.23 calls activation_checkpointing."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.training)
            item.add_marker(pytest.mark.filterwarnings(r"ignore:`(is_)?gradient_checkpointing:FutureWarning"))


@pytest.fixture(scope="session")
def workshop(tiny: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """A base model that has read other chats, English and Chinese, and what random letters look like; no ticket."""
    import torch

    torch.set_num_threads(1)  # models this small only wait for further threads
    room = tmp_path_factory.mktemp("releases")
    tiny.save_base_model(room / "untrained")
    made = train(room / "untrained", room / "base", parcels(640), num_train_epochs=1, learning_rate=5e-3)
    shutil.copy(ROOT / "LICENSE", made / "LICENSE")
    return Workshop(room, made)


@pytest.fixture(scope="session")
def overtrained(workshop: Workshop) -> Release:
    """All weights, two dozen epochs over chats of which some stand there three times; made ready for publishing."""
    made = workshop.release(
        "overtrained",
        tickets(100, copies={3: 10}),
        held_out=0.3,
        references=1000,
        per_device_train_batch_size=8,
        num_train_epochs=24,
        learning_rate=4e-3,
        lr_scheduler_type="linear",
    )
    made.finalize()
    return made
