"""Sources may stand in a file of their own beside the policy, with the same keys and the same strictness."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from finewarden import policy as policies
from finewarden.policy import PolicyError


def policy(folder: Path, sources: str) -> policies.Policy:
    """A policy with one source, and *sources* beside it."""
    (folder / "finewarden.toml").write_text("[[sources]]\nname = 'own'\nauthorisation = 'own'\n")
    (folder / "sources.yaml").write_text(sources, encoding="utf-8")
    return policies.load(folder / "finewarden.toml")


@pytest.mark.parametrize("head", ["", "sources:\n"])
def test_both_are_read(tmp_path: Path, head: str) -> None:
    """The file's entries follow the policy's own, with every key."""
    text = "- name: 网站\n  authorisation: terms\n  expires: 2027-01-31\n  purposes: [support]\n  rows: {kind: [web]}\n"
    read = policy(tmp_path, head + text)
    assert [source.name for source in read.sources] == ["own", "网站"]
    assert read.sources[1].expires == date(2027, 1, 31)
    assert read.sources[1].rows == {"kind": ("web",)}
    assert (read.sources_file, read.file) == ("sources.yaml", "finewarden.toml")


def test_without_the_file(tmp_path: Path) -> None:
    """No file, or an empty one, adds nothing."""
    assert len(policy(tmp_path, "").sources) == 1
    (tmp_path / "sources.yaml").unlink()
    read = policies.load(tmp_path / "finewarden.toml")
    assert (len(read.sources), read.sources_file) == (1, None)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- name: own\n  authorisation: own\n", "'own' is there already"),
        ("- {name: a, authorisation: own}\n- {name: a, authorisation: own}\n", "'a' is there already"),
        ("- name: a\n  authorization: own\n", "did you mean 'authorisation'"),
        ("- name: no\n  authorisation: own\n", "'sources.0.name'"),
        ("- name: a\n  name: b\n", "line 2 gives the key 'name' a second time"),
        ("- &a {name: a, authorisation: own}\n- *a\n", "alias"),
        ("- {[a]: b}\n", "not text"),
        ("name: a\n", "no list of sources"),
        ("- {", "is not YAML (line 1"),
        ("[" * 5000, "not YAML"),
        ("- name: a\n  expires: 2027-13-45\n", "month"),
        ("- !!python/name:os.system x\n", "not YAML"),
    ],
    ids=range(12),
)
def test_what_is_wrong_is_said(tmp_path: Path, text: str, said: str) -> None:
    """Names the file, what it holds and what is allowed."""
    with pytest.raises(PolicyError) as error:
        policy(tmp_path, text)
    assert said in str(error.value)
    assert "sources.yaml" in str(error.value)


def test_not_utf8(tmp_path: Path) -> None:
    """A file in another encoding is refused with the mend."""
    policy(tmp_path, "")
    (tmp_path / "sources.yaml").write_bytes(b"- name: \xff\n")
    with pytest.raises(PolicyError, match="save it as UTF-8"):
        policies.load(tmp_path / "finewarden.toml")
