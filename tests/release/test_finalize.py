"""`finalize`: a training output becomes a folder that can be published, and nothing is lost, invented or leaked."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from finewarden.evidence import run_log
from finewarden.evidence.lock import held
from finewarden.evidence.model_card import parse
from finewarden.policy import Policy, PolicyError
from finewarden.release import finalize as module
from finewarden.release.finalize import FinalizeError, finalize

from .folders import LICENSE, POLICY, interrupted, model_folder, snapshot


def names(folder: Path) -> set[str]:
    """What lies directly in *folder*."""
    return {path.name for path in folder.iterdir()}


def test_makes_a_release(tmp_path: Path) -> None:
    """The three files, the record and no leftover; the report says so."""
    out = model_folder(tmp_path / "out", LICENSE=LICENSE)
    (out / "checkpoint-1").mkdir()
    report = finalize(out, POLICY)
    assert names(out) == {
        "LICENSE",
        "README.md",
        "adapter_config.json",
        "adapter_model.safetensors",
        "model_card.json",
        "model_card.md",
    }
    assert report.complete
    assert {moved.name for moved in report.moved} == {"checkpoint-1", "training_args.bin"}
    assert (tmp_path / "out.evidence" / "leftovers" / "training_args.bin").read_bytes() == b"PK"
    assert json.loads((out / "adapter_config.json").read_text())["base_model_name_or_path"] == "acme/base-1b"
    assert "ready for the audit" in report.text()


def test_idempotent(tmp_path: Path) -> None:
    """A second call writes and moves nothing, not even a time stamp."""
    out = model_folder(tmp_path / "out", LICENSE=LICENSE)
    finalize(out, POLICY)
    before = snapshot(out)
    report = finalize(out, POLICY)
    assert (report.written, report.moved) == ((), ())
    assert snapshot(out) == before


def test_nothing_is_guessed(tmp_path: Path) -> None:
    """With an empty policy nothing is stated, and each thing that only people can say is named with the mend."""
    out = model_folder(tmp_path / "out")
    report = finalize(out, Policy())
    assert not report.complete
    card = parse((out / "model_card.json").read_text())
    assert (card.license, card.base_model, card.training_date, card.training_data_source) == (None, None, None, None)
    text = report.text()
    for what in ("LICENSE", "the license", "the base model", "the sources"):
        assert what in text
    assert not (out / "model_card.md").exists()
    # Emptying the field would break the adapter; it stays, and stays named.
    assert "/home/alice/base" in (out / "adapter_config.json").read_text()
    assert "adapter_config.json names a folder" in text


def test_interrupted_then_repeated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An interruption at any write leaves whole files and no record of what is not there; a repeat completes."""
    whole = model_folder(tmp_path / "whole", LICENSE=LICENSE)
    finalize(whole, POLICY)
    expected = {path.name: path.read_bytes() for path in whole.iterdir()}
    for stop_at in range(4):
        out = model_folder(tmp_path / f"out{stop_at}", LICENSE=LICENSE)
        with interrupted(monkeypatch, after=stop_at):
            finalize(out, POLICY)
        assert not (out / "model_card.json").exists()
        assert not [name for name in names(out) if name.endswith(".tmp")]
        finalize(out, POLICY)
        assert {path.name: path.read_bytes() for path in out.iterdir()} == expected


def test_one_at_a_time(tmp_path: Path) -> None:
    """While another process finalizes the folder, a second one is refused and writes nothing."""
    out = model_folder(tmp_path / "out")
    before = snapshot(out)
    hold = (
        "import sys, pathlib; from finewarden.evidence.lock import held\n"
        "with held(pathlib.Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    )
    lock = tmp_path / "out.evidence" / "finalize.lock"
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(lock)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(FinalizeError, match="another process"):
            finalize(out, POLICY)
        assert snapshot(out) == before
        other.communicate("")
    finalize(out, POLICY)  # the lock went with its holder
    with held(lock):
        pass


@pytest.mark.parametrize("kind", ["file", "missing", "empty"])
def test_no_model_folder(tmp_path: Path, kind: str) -> None:
    """What holds no model is refused with what to give instead, and is not written to."""
    at = tmp_path / "x"
    if kind == "file":
        at.write_text("x")
    elif kind == "empty":
        at.mkdir()
        (at / "notes.txt").write_text("x")
    with pytest.raises(FinalizeError, match="give the folder that training wrote"):
        finalize(at, POLICY)
    assert {path.name for path in tmp_path.iterdir()} <= {"x"}


@pytest.mark.parametrize("name", ["README.md", "model_card.md", "model_card.json", "adapter_config.json", "LICENSE"])
def test_link_is_not_followed(tmp_path: Path, name: str) -> None:
    """A file of ours that is a link out of the folder is neither read nor written through; the report names it."""
    outside = tmp_path / "outside.txt"
    outside.write_text('{"base_model_name_or_path": "/home/bob/secret"}')
    out = model_folder(tmp_path / "out", LICENSE=LICENSE, config__json="{}")
    (out / name).unlink(missing_ok=True)
    (out / name).symlink_to(outside)
    report = finalize(out, POLICY)
    assert not report.complete
    assert any(name in missing.what and "a link" in missing.what for missing in report.missing)
    assert outside.read_text() == '{"base_model_name_or_path": "/home/bob/secret"}'
    assert (out / name).is_symlink()
    for path in out.iterdir():
        if path.is_file() and not path.is_symlink():
            assert "bob" not in path.read_text(errors="replace")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_pipe_does_not_hang(tmp_path: Path) -> None:
    """A named pipe in the place of README.md is named, not waited for."""
    out = model_folder(tmp_path / "out", LICENSE=LICENSE)
    os.mkfifo(out / "README.md")
    report = finalize(out, POLICY)
    assert "README.md is no regular file" in report.text()


def test_unreadable_front_matter_is_kept(tmp_path: Path) -> None:
    """A README whose metadata can't be read is left as it is and named with its line."""
    text = "---\nlicense: mit\nlicense: gpl\n---\n# Mine\n"
    out = model_folder(tmp_path / "out", LICENSE=LICENSE, README__md=text)
    report = finalize(out, POLICY)
    assert (out / "README.md").read_text() == text
    assert "README.md: line 3: gives the key 'license' a second time" in report.text()


def test_license_from_the_base(tmp_path: Path) -> None:
    """LICENSE, NOTICE and use policy come from the base's folder, byte for byte; a file that is there stays."""
    base = tmp_path / "base"
    base.mkdir()
    for name in ("LICENSE", "Notice.txt", "USE_POLICY.md", "README.md", "config.json"):
        (base / name).write_text(f"{name} of the base. " * 20)
    out = model_folder(tmp_path / "out", USE_POLICY__md="mine")
    finalize(out, POLICY, base_model_dir=base)
    assert (out / "LICENSE").read_bytes() == (base / "LICENSE").read_bytes()
    assert (out / "Notice.txt").read_bytes() == (base / "Notice.txt").read_bytes()
    assert (out / "USE_POLICY.md").read_text() == "mine"
    assert not (out / "config.json").exists()
    assert parse((out / "model_card.json").read_text()).base.license_sha256 is not None


def test_license_given(tmp_path: Path) -> None:
    """A license file that is given becomes LICENSE, in the place of one that is there."""
    text = tmp_path / "terms.txt"
    text.write_text(LICENSE)
    out = model_folder(tmp_path / "out", LICENSE="old")
    finalize(out, POLICY, license_file=text)
    assert (out / "LICENSE").read_text() == LICENSE


@pytest.mark.parametrize("option", ["license_file", "base_model_dir"])
def test_license_that_is_not_there(tmp_path: Path, option: str) -> None:
    """A license source that does not exist is refused by name; nothing is made up in its place."""
    out = model_folder(tmp_path / "out")
    with pytest.raises(FinalizeError, match="gone"):
        finalize(out, POLICY, **{option: tmp_path / "gone"})
    assert not (out / "LICENSE").exists()


def test_unsloth_default_without_a_license(tmp_path: Path) -> None:
    """Unsloth's apache-2.0 is named as long as nobody states a license, and corrected once somebody does."""
    from .test_generators import UNSLOTH

    out = model_folder(tmp_path / "out", LICENSE=LICENSE, README__md=UNSLOTH)
    assert "Unsloth's template" in finalize(out, POLICY.model_copy(update={"license": None})).text()
    report = finalize(out, POLICY.model_copy(update={"license": "llama3.1"}))
    assert report.complete
    assert "apache-2.0" not in (out / "README.md").read_text()


def test_second_run_keeps_the_first_leftovers(tmp_path: Path) -> None:
    """Leftovers of an earlier run in the same folder are never overwritten."""
    out = model_folder(tmp_path / "out")
    finalize(out, POLICY)
    (out / "training_args.bin").write_bytes(b"second")
    finalize(out, POLICY)
    kept = tmp_path / "out.evidence" / "leftovers"
    assert (kept / "training_args.bin").read_bytes() == b"PK"
    assert (kept / "training_args.bin.1").read_bytes() == b"second"


def test_policy_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A policy may be given by its file or found from the current folder; a bad one is its own error."""
    out = model_folder(tmp_path / "out", LICENSE=LICENSE)
    (tmp_path / "finewarden.toml").write_text('license = "mit"\n')
    finalize(out, tmp_path / "finewarden.toml")
    assert parse((out / "model_card.json").read_text()).license == "mit"
    monkeypatch.chdir(tmp_path)
    (tmp_path / "finewarden.toml").write_text('license = "gemma"\n')
    finalize(out)
    assert parse((out / "model_card.json").read_text()).license == "gemma"
    (tmp_path / "finewarden.toml").write_text('licence = "gemma"\n')
    with pytest.raises(PolicyError, match="did you mean"):
        finalize(out)


def test_evidence_is_bound(tmp_path: Path) -> None:
    """Private evidence is committed to by hash and length, and none of its content gets into the folder."""
    out = model_folder(tmp_path / "out", LICENSE=LICENSE)
    evidence = tmp_path / "out.evidence"
    run_log.append(evidence / "run.jsonl", "gradient_clipping", "train-begin", note="SECRETMARK")
    (evidence / "canaries.jsonl").write_text("SECRETMARK\n")
    finalize(out, POLICY)
    card = parse((out / "model_card.json").read_text())
    assert card.commitments["canaries.jsonl"].bytes == 11
    assert set(card.commitments) == {"canaries.jsonl", "run.jsonl"}
    assert not [path for path in out.iterdir() if b"SECRETMARK" in path.read_bytes()]


def test_without_torch(tmp_path: Path) -> None:
    """Finalizing loads neither torch nor transformers."""
    out = model_folder(tmp_path / "out")
    code = (
        "import sys; from finewarden.release.finalize import finalize; from finewarden.policy import Policy;"
        "finalize(sys.argv[1], Policy()); assert not {'torch', 'transformers', 'numpy'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code, str(out)], check=True)


def test_private_values_of_a_policy(tmp_path: Path) -> None:
    """A policy that names folders and tokens does not put them into the public record."""
    token = "hf_" + "QmZtRkWvXpLsYhDnGcBjFuAoEiTrSw2468"
    source = POLICY.sources[0].model_copy(update={"uri": "/home/alice/data/train.jsonl", "evidence": f"see {token}"})
    out = model_folder(tmp_path / "out", LICENSE=LICENSE)
    finalize(out, POLICY.model_copy(update={"sources": (source,), "base_model": "/home/alice/base"}))
    for path in out.iterdir():
        assert token not in path.read_text(errors="replace")
        assert path.name == "adapter_config.json" or "/home/alice" not in path.read_text(errors="replace")


def test_says_which_record_is_unreadable(tmp_path: Path) -> None:
    """A run log that is none stops the call with its place, before anything is moved."""
    out = model_folder(tmp_path / "out")
    log = tmp_path / "out.evidence" / "run.jsonl"
    log.parent.mkdir()
    log.write_text('{"guard": 1}\n')
    with pytest.raises(FinalizeError, match=r"run\.jsonl:1"):
        finalize(out, POLICY)
    assert (out / "training_args.bin").exists()
    assert module.LEFTOVERS not in names(log.parent)
