"""The private recipe: its folder passes the audit of its claim, and no tampered copy does."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.conftest import ROOT

RECIPE = ROOT / "recipes" / "dp-lora" / "train.py"
pytestmark = pytest.mark.training

POLICY = """\
base_model = "example/tiny-qwen2"
release_name = "tiny-support"
license = "apache-2.0"

[privacy]
epsilon = 0.5
delta = 1e-3

[audit]
required = ["privacy_claim.ledger", "privacy_claim.epsilon", "privacy_claim.steps"]

[[sources]]
name = "templates"
authorisation = "own"
"""


def run(*command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"}
    return subprocess.run([sys.executable, *command], cwd=cwd, capture_output=True, text=True, check=False, env=env)


def audit(folder: Path) -> dict[str, str]:
    """The verdict of each audit of the release in *folder*."""
    done = run("-m", "finewarden.cli", "audit", "out/", "--audit-report=report.json", cwd=folder)
    report: dict[str, Any] = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    verdicts = {each["audit"]: each["state"] for each in report["audits"]}
    assert (done.returncode == 0) is ("fail" not in verdicts.values()), done.stdout[-2000:]
    return verdicts


@pytest.fixture(scope="module")
def work(tiny: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the recipe was run as its README says."""
    import support_chat

    folder = tmp_path_factory.mktemp("dp-lora")
    base = tiny.save_base_model(folder / "base", "qwen2")
    shutil.copy(ROOT / "LICENSE", base / "LICENSE")
    support_chat.write_jsonl(folder / "chats.jsonl", support_chat.ordinary(32))
    (folder / "finewarden.toml").write_text(POLICY, encoding="utf-8")
    sizes = ["--dataset-size", "40", "--expected-batch-size", "4", "--epochs", "0.5"]
    done = run(str(RECIPE), "--base", "base", "--data", "chats.jsonl", "--out", "out", *sizes, cwd=folder)
    assert done.returncode == 0, done.stderr[-3000:]
    return folder


def edited(out: Path, change: Callable[[dict[str, Any]], None], *, rebind: bool) -> None:
    """Change the ledger; with *rebind*, the card too, as somebody would who knows how it is made."""
    path, card_path = out / "privacy_ledger.json", out / "model_card.json"
    ledger = json.loads(path.read_text(encoding="utf-8"))
    change(ledger)
    text = json.dumps(ledger, sort_keys=True, indent=2, ensure_ascii=False) + "\n"
    path.write_text(text, encoding="utf-8")
    if rebind:
        card = json.loads(card_path.read_text(encoding="utf-8"))
        digest = hashlib.sha256(text.encode()).hexdigest()
        card["privacy"] |= {"sha256": digest, "epsilon": ledger["epsilon"]["pld"]}
        card["files"]["privacy_ledger.json"] = {"sha256": digest, "bytes": len(text.encode())}
        card_path.write_text(json.dumps(card, sort_keys=True, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def understate(ledger: dict[str, Any]) -> None:
    """Epsilon by 0.01 too little."""
    ledger["epsilon"]["pld"] -= 0.01


def forget_steps(ledger: dict[str, Any]) -> None:
    """One update of the run is not accounted, and epsilon is that of the others."""
    from finewarden import accounting
    from finewarden.evidence.privacy_ledger import LedgerSegment

    ledger["segments"][0]["steps"] -= 1
    segments = accounting.segments_of([LedgerSegment.model_validate(each) for each in ledger["segments"]])
    ledger["epsilon"]["pld"] = accounting.epsilon(segments, ledger["delta"], interval=ledger["interval"])


def zero(out: Path) -> None:
    """The adapter does nothing."""
    import torch
    from safetensors.torch import load_file, save_file

    tensors = load_file(out / "adapter_model.safetensors")
    save_file(
        {name: torch.zeros_like(each) if "lora_B" in name else each for name, each in tensors.items()},
        out / "adapter_model.safetensors",
    )


TAMPERED: dict[str, tuple[str, Callable[[Path], None]]] = {
    "edited": ("privacy_claim.ledger", lambda out: edited(out, understate, rebind=False)),
    "understated": ("privacy_claim.epsilon", lambda out: edited(out, understate, rebind=True)),
    "forgotten step": ("privacy_claim.steps", lambda out: edited(out, forget_steps, rebind=True)),
    "no ledger": ("privacy_claim.ledger", lambda out: (out / "privacy_ledger.json").unlink()),
    "zero adapter": ("privacy_claim.weights", zero),
}


def test_the_folder_passes(work: Path) -> None:
    """The recipe's own folder passes all seven audits of its claim's papers, and every other that can be measured."""
    verdicts = audit(work)
    claim = {name: each for name, each in verdicts.items() if name.startswith("privacy_claim.")}
    assert [name for name, each in claim.items() if each != "pass"] == ["privacy_claim.one_run"]
    assert len(claim) == 8
    blind = {name.partition(".")[0] for name, each in verdicts.items() if each != "pass"} - {"privacy_claim"}
    asks = {
        "canary_exposure",
        "canary_rank",
        "extraction",
        "generations",
        "instrument",
        "membership",
        "real_pii",
        "training_data",
    }
    assert blind == asks | {"secrets"}  # no canaries, no data and no secrets were given
    assert {each for name, each in verdicts.items() if each != "pass"} == {"not measured"}


@pytest.mark.parametrize("name", TAMPERED)
def test_a_tampered_folder_fails(work: Path, tmp_path: Path, name: str) -> None:
    """Each kind of tampering fails the audit that is there for it."""
    caught_by, tamper = TAMPERED[name]
    for each in ("out", "out.evidence"):
        shutil.copytree(work / each, tmp_path / each)
    shutil.copy(work / "finewarden.toml", tmp_path)
    tamper(tmp_path / "out")
    assert audit(tmp_path)[caught_by] == "fail"
