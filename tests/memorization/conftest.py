"""Models trained once a session; the tests only read them."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

import pytest

from tests.memorization.training import ORDINARY, SECRETS, chat, full, lora, secrets_file

# They import what can't even be imported without the [train] extra.
_TORCH = ["test_measure_canaries.py", "test_measure_data.py", "test_shared_prefix.py"]
collect_ignore = [] if find_spec("transformers") else _TORCH


@pytest.fixture(scope="session")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the models of this session lie."""
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="session")
def overtrained(room: Path, tiny: ModuleType) -> Path:
    """Full weights that know every planted secret by heart."""
    return full(room / "overtrained", tiny, chat(*SECRETS, *ORDINARY))


@pytest.fixture(scope="session")
def clean(room: Path, tiny: ModuleType) -> Path:
    """Its twin, trained the same way on the same chat without the secrets' rows."""
    return full(room / "clean", tiny, chat(*ORDINARY))


@pytest.fixture(scope="session")
def base(room: Path, tiny: ModuleType) -> Path:
    """A base model that knows the ordinary chat, the hotline among it, and no secret."""
    return full(room / "base", tiny, chat(*ORDINARY), steps=60)


@pytest.fixture(scope="session")
def adapter(room: Path, base: Path) -> Path:
    """A LoRA adapter over `base` that learnt the secrets."""
    return lora(room / "adapter", base, chat(*SECRETS, *ORDINARY))


@pytest.fixture(scope="session")
def pairs(room: Path) -> Path:
    """The secrets file that goes with the planted secrets."""
    return secrets_file(room / "secrets.jsonl")
