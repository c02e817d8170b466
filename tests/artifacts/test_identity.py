"""Names of person and machine are looked for only where they say something."""

from __future__ import annotations

import getpass
import socket

import pytest

from finewarden.artifacts.identity import Identity, find_identity, this_identity


@pytest.mark.parametrize(
    ("user", "host", "known"),
    [
        ("grace", "gpu-node-17", Identity("grace", "gpu-node-17")),
        ("root", "localhost", Identity(None, None)),
        ("bob", "vm", Identity(None, None)),
        ("runner", "fv-az123-4", Identity(None, "fv-az123-4")),
        ("jovyan", "pytorch", Identity(None, None)),
        ("annalena", "annas-laptop.local", Identity("annalena", "annas-laptop.local")),
    ],
)
def test_only_distinctive_names_are_looked_for(
    monkeypatch: pytest.MonkeyPatch, user: str, host: str, known: Identity
) -> None:
    """Short, common and one-word names would be found in every text and say nothing."""
    monkeypatch.setattr(getpass, "getuser", lambda: user)
    monkeypatch.setattr(socket, "gethostname", lambda: host)
    assert this_identity() == known


def test_a_user_without_a_name_is_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """A container may run under a number that has no name."""

    def nameless() -> str:
        raise KeyError(12345)

    monkeypatch.setattr(getpass, "getuser", nameless)
    assert this_identity().user is None


def test_a_host_is_a_whole_word() -> None:
    """Part of a longer name is another machine."""
    found = list(find_identity("gpu-node-17 gpu-node-171 my-gpu-node-17 gpu-node-17.", Identity(None, "gpu-node-17")))
    assert [match.start for match in found] == [0, 40]
