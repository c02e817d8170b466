"""ReleaseCardCallback in real trainings: what is written is true and complete, and nothing private is in it."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from finewarden.callbacks.gradient_clipping import GradientClippingCallback
from finewarden.callbacks.release_card import ReleaseCardCallback
from finewarden.evidence.model_card import ModelCard, parse
from finewarden.front_matter import parse as parse_front
from finewarden.front_matter import split
from finewarden.policy import Policy, PolicyError, Source
from finewarden.release import statement
from finewarden.release.finalize import finalize

from .runs import Runs

pytestmark = pytest.mark.training

TOKEN = "hf_" + "QmZtRkWvXpLsYhDnGcBjFuAoEiTrSw2468"
LICENSE = "Example license of the base model. " * 20
POLICY = Policy(
    base_model="acme/base-1b",
    release_name="acme/support",
    license="llama3.1",
    sources=(Source(name="support-2025", authorisation="contract"),),
)


@pytest.fixture
def home(base_model: Path, tmp_path: Path) -> Runs:
    """Runs of a user whose name stands in every path: base model and output lie below /.../home/alice/."""
    base = tmp_path / "home" / "alice" / "models" / "base"
    shutil.copytree(base_model, base)
    (base / "LICENSE").write_text(LICENSE)
    return Runs(base=base, out=tmp_path / "home" / "alice" / "out")


def trained(runs: Runs, kind: str, callback: ReleaseCardCallback, **settings: Any) -> Any:
    """A trainer that has trained, saved checkpoints and saved the model, with a Hub token in its arguments."""
    defaults: dict[str, Any] = {"save_strategy": "steps", "save_steps": 2, "hub_token": TOKEN}
    if kind == "sft":
        defaults["model"] = str(runs.base)
    trainer = runs.train(kind, [callback], **(defaults | settings))
    trainer.save_model()
    return trainer


def card_of(folder: Path) -> ModelCard:
    """The record in *folder*."""
    return parse((folder / "model_card.json").read_text(encoding="utf-8"))


def contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each file below *folder*, and of each member of those that are archives."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.relative_to(folder).as_posix(), path.read_bytes()
            if zipfile.is_zipfile(path):
                with zipfile.ZipFile(path) as archive:
                    for name in archive.namelist():
                        yield f"{path.name}:{name}", archive.read(name)


def leaks(folder: Path) -> list[str]:
    """Files below *folder*, checkpoints too, that hold the token or the user's name."""
    return [name for name, data in contents(folder) if TOKEN.encode() in data or b"alice" in data]


@pytest.mark.parametrize(
    ("kind", "lora"), [("sft", True), ("sft", False), ("plain", False), ("plain", True), ("dpo", True)]
)
def test_nothing_private_is_saved(home: Runs, kind: str, lora: bool) -> None:
    """Neither token nor path is in any file a run saves, checkpoints included, and after finalize the folder is whole.

    A twin without the callback shows that the run does leak both.
    """
    trainer = trained(home, kind, ReleaseCardCallback(policy=POLICY), lora=lora)
    trainer.create_model_card(model_name="out")
    assert trainer.args.hub_token == TOKEN
    assert leaks(home.out) == []
    report = finalize(home.out, POLICY)
    assert report.complete, report.text()
    assert leaks(home.out) == []
    assert (home.out / "LICENSE").read_text() == LICENSE
    assert not (home.out / "training_args.bin").exists()


def test_the_run_leaks_without_us(home: Runs) -> None:
    """The twin: the same run without the callback saves token and path in clear."""
    home.train("sft", [], lora=True, model=str(home.base), hub_token=TOKEN, save_strategy="steps").save_model()
    assert {"training_args.bin", "adapter_config.json", "README.md"} <= set(leaks(home.out))


def test_training_args_load(home: Runs) -> None:
    """training_args.bin is still what Trainer's users load, with no token and no folder of this machine in it."""
    import torch

    trained(home, "sft", ReleaseCardCallback(policy=POLICY))
    args = torch.load(home.out / "training_args.bin", weights_only=False)
    assert (args.hub_token, args.output_dir, args.max_steps) == (None, "out", 3)


def test_card_is_true(home: Runs) -> None:
    """The record says what ran: steps, rows, packages, guards, the base by its id, and no Unsloth where none was."""
    callback = ReleaseCardCallback(policy=POLICY)
    home.train(
        "sft",
        [GradientClippingCallback(max_norm=0.5), callback],
        lora=True,
        model=str(home.base),
    ).save_model()
    card = card_of(home.out)
    assert card.training is not None
    assert card.training.started is not None
    assert card.training.ended is not None
    assert card.training.started < card.training.ended
    assert card.training_date == card.training.ended.date()
    assert (card.training.steps, card.training.examples, card.training.resumed) == (3, 8, 0)
    assert (card.base_model, card.license, card.form) == ("acme/base-1b", "llama3.1", "adapter")
    assert card.base.loaded_from is None
    assert card.training_data_source == "support-2025"
    assert card.unsloth_version is None
    assert {"torch", "transformers", "trl", "peft", "finewarden"} <= set(card.packages)
    assert [(guard.name, guard.settings) for guard in card.guards] == [("GradientClippingCallback", {"max_norm": 0.5})]
    assert card.files is not None
    assert "adapter_model.safetensors" in card.files


def test_nothing_is_guessed(home: Runs) -> None:
    """With an empty policy the card states no license and no base, and TRL's false key is gone all the same."""
    trained(home, "sft", ReleaseCardCallback(policy=Policy()), lora=True)
    card = card_of(home.out)
    assert (card.license, card.base_model, card.training_data_source) == (None, None, None)
    front, body = split((home.out / "README.md").read_text())
    data = parse_front(front or "")
    assert "licence" not in data
    assert "license" not in data
    assert "base_model" not in data
    assert statement.find(body) is None


def test_base_from_the_hub_cache(home: Runs) -> None:
    """A base that was loaded from the Hub's cache is named by the repository and commit that its folder tells."""
    snapshot = home.base.parent / "models--acme--tiny-1b" / "snapshots" / ("0123456789" * 4)
    shutil.copytree(home.base, snapshot)
    trained(Runs(base=snapshot, out=home.out), "sft", ReleaseCardCallback(policy=Policy()), lora=True)
    card = card_of(home.out)
    assert (card.base_model, card.base.revision) == ("acme/tiny-1b", "0123456789" * 4)
    assert home.saved("adapter_config.json")["base_model_name_or_path"] == "acme/tiny-1b"


def test_checkpoint_says_the_same(home: Runs) -> None:
    """A checkpoint, which may be pushed on its own, has the statement and the record too, without hashes yet."""
    trained(home, "sft", ReleaseCardCallback(policy=POLICY), lora=True)
    checkpoint = home.out / "checkpoint-2"
    assert card_of(checkpoint).base_model == "acme/base-1b"
    assert card_of(checkpoint).files is None
    found = statement.find((checkpoint / "README.md").read_text())
    assert found is not None
    assert found.base == "acme/base-1b"


def test_card_survives_rewriting(home: Runs) -> None:
    """What `push_to_hub` does before it uploads, save and write the card anew, leaves front matter and sentence."""
    trainer = trained(home, "sft", ReleaseCardCallback(policy=POLICY), lora=True)
    for _ in range(2):
        trainer.save_model(_internal_call=True)
        trainer.create_model_card(model_name="out", tags=["mine"])
        text = (home.out / "README.md").read_text()
        data = parse_front(split(text)[0] or "")
        assert (data["license"], data["base_model"]) == ("llama3.1", "acme/base-1b")
        assert "mine" in data["tags"]
        assert statement.find(text) is not None
        assert "[None]" not in text
        assert card_of(home.out).files is not None


def test_saved_elsewhere(home: Runs) -> None:
    """A model saved into another folder takes its record along."""
    trainer = trained(home, "sft", ReleaseCardCallback(policy=POLICY), lora=True)
    other = home.out.parent / "release"
    trainer.save_model(str(other))
    assert card_of(other).training == card_of(home.out).training
    assert leaks(other) == []


@pytest.mark.parametrize("restore", [False, True])
def test_resume(home: Runs, restore: bool) -> None:
    """A run taken up from a checkpoint keeps its beginning and says that it was resumed."""
    home.train("sft", [ReleaseCardCallback(policy=POLICY)], save_strategy="steps", save_steps=2, max_steps=2)
    first = card_of(home.out)
    trainer = home.train(
        "sft",
        [ReleaseCardCallback(policy=POLICY)],
        resume=True,
        save_strategy="steps",
        save_steps=2,
        max_steps=4,
        restore_callback_states_from_checkpoint=restore,
    )
    trainer.save_model()
    card = card_of(home.out)
    assert card.training is not None
    assert first.training is not None
    assert (card.training.resumed, card.training.steps) == (1, 4)
    assert card.training.started == first.training.started
    assert (card.license, card.release_name) == ("llama3.1", "acme/support")
    assert card.files is not None


def test_resume_from_another_machine(home: Runs) -> None:
    """A checkpoint that travelled without the private evidence still tells when the run began."""
    home.train("sft", [ReleaseCardCallback(policy=POLICY)], save_strategy="steps", save_steps=2, max_steps=2)
    started = card_of(home.out).training
    shutil.rmtree(home.out.parent / "out.evidence")
    callback = ReleaseCardCallback(policy=POLICY)
    home.train("sft", [callback], resume=True, save_strategy="steps", save_steps=2, max_steps=4)
    resumed = card_of(home.out).training
    assert started is not None
    assert resumed is not None
    assert started.started is not None
    assert resumed.started is not None
    assert abs((resumed.started - started.started).total_seconds()) < 1


def test_resume_from_a_run_without_us(home: Runs) -> None:
    """A checkpoint of a run without the callback can be taken up with it; its beginning stays unknown."""
    home.train("sft", [], save_strategy="steps", save_steps=2, max_steps=2)
    home.train(
        "sft", [ReleaseCardCallback(policy=POLICY)], resume=True, save_strategy="steps", save_steps=2, max_steps=4
    )
    training = card_of(home.out).training
    assert training is not None
    assert (training.started, training.resumed) == (None, 1)


def test_best_checkpoint_path(home: Runs) -> None:
    """A checkpoint keeps the path of the best one, which resuming needs; finalize leaves none in the folder."""
    trainer = trained(
        home,
        "sft",
        ReleaseCardCallback(policy=POLICY),
        eval_strategy="steps",
        eval_steps=2,
        load_best_model_at_end=True,
        max_steps=4,
    )
    trainer.save_state()
    assert any(name.endswith("trainer_state.json") for name in leaks(home.out))
    finalize(home.out, POLICY)
    assert leaks(home.out) == []


def test_only_the_first_process_writes(home: Runs) -> None:
    """A process that is not the first of the world writes no card and no evidence."""
    trainer = home.trainer("sft", [ReleaseCardCallback(policy=POLICY)])
    trainer.is_world_process_zero = lambda: False
    trainer.train()
    trainer.save_model()
    assert not (home.out / "model_card.json").exists()
    assert not (home.out.parent / "out.evidence").exists()


def test_policy_is_found(home: Runs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an argument the nearest policy counts; one that can't be read is refused before anything trains."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "finewarden.toml").write_text('license = "gemma"\n')
    assert ReleaseCardCallback().policy.license == "gemma"
    assert ReleaseCardCallback(policy="finewarden.toml").policy.license == "gemma"
    (tmp_path / "finewarden.toml").write_text("license = 3\n")
    with pytest.raises(PolicyError, match="license"):
        ReleaseCardCallback()


def test_what_is_missing_is_said_once(home: Runs, caplog: pytest.LogCaptureFixture) -> None:
    """At the end the run says what the release still lacks, with the mend, and training is not stopped by it."""
    home.train("sft", [ReleaseCardCallback(policy=Policy())], lora=True, model=str(home.base), save_strategy="steps")
    said = [record.getMessage() for record in caplog.records if record.name == "finewarden.callbacks.release_card"]
    assert len(said) == 1
    assert "the license" in said[0]
    assert 'base_model = "<org>/<name>"' in said[0]


def test_a_link_does_not_stop_training(home: Runs, caplog: pytest.LogCaptureFixture) -> None:
    """A README that is a link is not written through; the run ends as ever and says so."""
    outside = home.out.parent / "mine.md"
    outside.write_text("mine\n")
    home.out.mkdir(parents=True)
    (home.out / "README.md").symlink_to(outside)
    home.train("plain", [ReleaseCardCallback(policy=POLICY)])
    assert outside.read_text() == "mine\n"
    assert "README.md is a link" in caplog.text
