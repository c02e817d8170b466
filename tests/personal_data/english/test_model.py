"""The English model: known by its files."""

from __future__ import annotations

from pathlib import Path

import pytest

from finewarden.personal_data.english.model import KnownModel, ModelFolder, digest_of, find_model
from finewarden.personal_data.finding import Missing


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package `carrier_of_a_model` with a model in it, on the path."""
    folder = tmp_path / "carrier_of_a_model" / "model-1"
    (folder / "ner").mkdir(parents=True)
    (folder.parent / "__init__.py").write_text("raise RuntimeError('its code ran')", encoding="utf-8")
    (folder / "ner" / "model").write_bytes(b"weights")
    monkeypatch.syspath_prepend(str(tmp_path))
    return folder


def known(sha256: str) -> tuple[KnownModel, ...]:
    return (KnownModel("carrier_of_a_model", "model-1", "model 1", "carrier-of-a-model==1", sha256),)


def test_its_files_decide(installed: Path) -> None:
    """A model with the known files is found without running its code; with one byte or one file more it is refused."""
    sha256 = digest_of(installed)
    found = find_model(known(sha256))
    assert isinstance(found, ModelFolder)
    assert found.path == installed
    (installed / "ner" / "model").write_bytes(b"weightz")
    changed = find_model(known(sha256))
    assert isinstance(changed, Missing)
    assert "--force-reinstall" in changed.mend
    (installed / "ner" / "model").write_bytes(b"weights")
    (installed / "more.py").write_bytes(b"")
    assert isinstance(find_model(known(sha256)), Missing)


def test_none_is_installed() -> None:
    """Without a model, what is missing, what is therefore not seen, and what to install is said."""
    missing = find_model((KnownModel("no_such_package", "m", "m", "no-such-package==1", "0" * 64),))
    assert missing == Missing(
        "no English spaCy model is installed", "names and places in English text", "pip install no-such-package==1"
    )


@pytest.mark.pii
def test_the_installed_one_is_known() -> None:
    """The model that the [pii] extra installs has the files that are known here."""
    assert isinstance(find_model(), ModelFolder)
