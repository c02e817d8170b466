"""Fixtures for the whole suite: the tiny models, and a network that is not there."""

from __future__ import annotations

import importlib.util
import socket
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def tiny() -> ModuleType:
    """`recipes/tiny_model.py`, loaded by path: recipes are scripts, not part of the package."""
    return load_by_path(ROOT / "recipes" / "tiny_model.py")


def load_by_path(path: Path) -> ModuleType:
    """Import the script at *path* under its own name."""
    if path.stem in sys.modules:
        return sys.modules[path.stem]
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing under test reaches out: a connection to anything but this host's own sockets fails the test."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and str(address[0]) not in {"127.0.0.1", "::1"}:  # type: ignore[index]
            raise AssertionError(f"network access to {address!r}")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)
