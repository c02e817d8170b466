"""Finalized folders are held against the shipped audits, imported as functions."""

from __future__ import annotations

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Strict markers refuse the import of a shipped audit otherwise."""
    config.addinivalue_line("markers", "audit(id): the public id of an audit")
    config.addinivalue_line("markers", "needs_model: an audit that loads the model")
    config.addinivalue_line("markers", "only_in_region(name): an audit for whose policy sets `region`")
