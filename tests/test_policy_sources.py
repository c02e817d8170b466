"""Sources may stand in a file of their own beside the policy, with the same keys and the same strictness."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from finewarden import policy as policies
from finewarden.policy import PolicyError


def policy(folder: Path, sources: str) -> policies.Policy:
    """A policy with one source, and *sources* beside it."""
    named = "sources_file = 'sources.yaml'\n"
    (folder / "finewarden.toml").write_text(f"{named}[[sources]]\nname = 'own'\nauthorisation = 'own'\n")
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
    """An empty file adds nothing; one that is named and not there is an error."""
    assert len(policy(tmp_path, "").sources) == 1
    (tmp_path / "sources.yaml").unlink()
    with pytest.raises(PolicyError, match="can't be read"):
        policies.load(tmp_path / "finewarden.toml")


OURS = "- name: site\n  authorisation: own\n"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (OURS, 1),
        (f"sources:\n{OURS}", 1),
        ("version: 2\nsources:\n  - name: jaffle\n    database: raw\n    tables:\n      - name: orders\n", 0),
        ("sources:\n  - name: jaffle\n    schema: raw\n", 0),
        ("- {{ jinja }\n", 0),
        ("", 0),
    ],
)
def test_a_file_that_is_not_named(tmp_path: Path, text: str, count: int) -> None:
    """It is read where it is plainly a file of sources, and left alone where it is another tool's."""
    (tmp_path / "finewarden.toml").write_text("")
    (tmp_path / "sources.yaml").write_text(text)
    read = policies.load(tmp_path / "finewarden.toml")
    assert (len(read.sources), read.sources_file) == (count, "sources.yaml" if count else None)


@pytest.mark.parametrize("text", ["- name: a\n  authorization: own\n", OURS + "- {", OURS + "  name: again\n"])
def test_a_file_of_ours_that_is_wrong_is_told(tmp_path: Path, text: str) -> None:
    """A slip in it does not make it another tool's."""
    (tmp_path / "finewarden.toml").write_text("")
    (tmp_path / "sources.yaml").write_text(text)
    with pytest.raises(PolicyError):
        policies.load(tmp_path / "finewarden.toml")


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
