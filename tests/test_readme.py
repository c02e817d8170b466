"""What the READMEs show is what runs, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from finewarden import policy
from tests.conftest import ROOT

ENGLISH, CHINESE = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.zh-CN.md"))


def blocks(text: str, language: str) -> list[str]:
    """The fenced blocks of *language*."""
    return re.findall(rf"^```{language}\n(.*?)^```", text, flags=re.S | re.M)


def without_comments(text: str) -> str:
    return re.sub(r" *#.*", "", text)


@pytest.mark.parametrize("language", ["diff", "python", "toml", "console"])
def test_both_languages_show_the_same_code(language: str) -> None:
    """Every block of code is the same in English and Chinese, but for its comments."""
    english, chinese = ([without_comments(b) for b in blocks(text, language)] for text in (ENGLISH, CHINESE))

    assert english
    assert english == chinese


def test_both_languages_name_the_same_audits() -> None:
    """The table of audits has the same rows."""
    rows = [re.findall(r"^\| (`[a-z_.`、, ]+) \|", text.replace("、", ", "), flags=re.M) for text in (ENGLISH, CHINESE)]

    assert rows[0]
    assert rows[0] == rows[1]


def test_the_policy_is_valid(tmp_path: Path) -> None:
    """The policy shown is read without an error."""
    (shown,) = blocks(ENGLISH, "toml")
    (tmp_path / "finewarden.toml").write_text(shown, encoding="utf-8")

    assert policy.load(tmp_path / "finewarden.toml").sources[0].name == "support-2025"


def test_the_users_audit_runs(pytester: pytest.Pytester) -> None:
    """The audit of one's own that the README shows passes on a small folder and fails on a large one."""
    (shown,) = (each for each in blocks(ENGLISH, "python") if "def test_" in each)
    pytester.makepyfile(test_mine="import pytest\n\n" + shown)
    (pytester.mkdir("out") / "config.json").write_text("{}")
    arguments = ("--model-dir=out", "--no-shipped-audits", "test_mine.py")
    pytester.runpytest_subprocess(*arguments).assert_outcomes(passed=1)
    with (pytester.path / "out" / "model.gguf").open("wb") as file:
        file.truncate(60_000_000)
    pytester.runpytest_subprocess(*arguments).assert_outcomes(failed=1)


@pytest.mark.training
@pytest.mark.filterwarnings("ignore")  # the script is as a user writes it
def test_the_diff_runs(tiny: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The script of the diff trains, and leaves a release with license, statement and card."""
    import tiny_model
    from datasets import Dataset
    from peft import LoraConfig
    from support_chat import ordinary
    from trl import SFTConfig, SFTTrainer

    monkeypatch.chdir(tmp_path)
    base = tiny_model.save_base_model(tmp_path / "base")
    (base / "LICENSE").write_text((ROOT / "LICENSE").read_text())
    (tmp_path / "finewarden.toml").write_text('base_model = "acme/base"\nlicense = "apache-2.0"\n')
    (shown,) = blocks(ENGLISH, "diff")
    script = "\n".join(line[1:] for line in shown.splitlines()).replace("path/to/base", str(base))
    script = script.replace(
        'output_dir="out"', 'output_dir="out", max_steps=1, use_cpu=True, bf16=False, report_to="none"'
    )
    names = {
        "model": str(base),
        "dataset": Dataset.from_list(ordinary(4)),
        "LoraConfig": LoraConfig,
        "SFTConfig": SFTConfig,
        "SFTTrainer": SFTTrainer,
    }
    exec(compile(script, "README.md", "exec"), names)

    assert {"LICENSE", "README.md", "model_card.json"} <= {path.name for path in (tmp_path / "out").iterdir()}
    assert "This model is based on" in (tmp_path / "out" / "README.md").read_text()


@pytest.mark.training
@pytest.mark.filterwarnings("ignore")  # the script is as a user writes it
def test_the_planting_runs(tiny: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The script plants, trains, and leaves both books and the proof in the evidence."""
    import tiny_model
    from datasets import Dataset
    from support_chat import customers
    from trl import SFTConfig, SFTTrainer

    from finewarden.callbacks import CanaryCallback, hold_out, plant_canaries

    monkeypatch.chdir(tmp_path)
    (shown,) = (each for each in blocks(ENGLISH, "python") if "plant_canaries" in each)
    names = {
        "model": str(tiny_model.save_base_model(tmp_path / "base")),
        "tokenizer": tiny_model.byte_tokenizer(),
        "dataset": Dataset.from_list(customers(20)),
        "CanaryCallback": CanaryCallback,
        "SFTConfig": SFTConfig,
        "SFTTrainer": SFTTrainer,
        "hold_out": hold_out,
        "plant_canaries": plant_canaries,
    }
    script = shown.replace(
        'output_dir="out"', 'output_dir="out", max_steps=1, use_cpu=True, bf16=False, report_to="none"'
    )
    exec(compile(script + "trainer.train()\n", "README.md", "exec"), names)

    found = {path.name for path in (tmp_path / "out.evidence").iterdir()}
    assert {"canaries.jsonl", "holdout.jsonl", "run.jsonl"} <= found


@pytest.mark.training
@pytest.mark.filterwarnings("ignore")  # the script is as a user writes it
def test_the_private_training_runs(tiny: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one line trains, and leaves a ledger within its epsilon."""
    import tiny_model
    from datasets import Dataset
    from peft import LoraConfig
    from support_chat import ordinary
    from trl import SFTConfig, SFTTrainer

    from finewarden.callbacks import DifferentialPrivacyCallback
    from finewarden.evidence.privacy_ledger import parse

    monkeypatch.chdir(tmp_path)
    (shown,) = (each for each in blocks(ENGLISH, "python") if "DifferentialPrivacyCallback" in each)
    script = shown.replace("num_train_epochs=3", 'max_steps=1, use_cpu=True, bf16=False, report_to="none"')
    names = {
        "model": str(tiny_model.save_base_model(tmp_path / "base")),
        "dataset": Dataset.from_list(ordinary(4)),
        "DifferentialPrivacyCallback": DifferentialPrivacyCallback,
        "LoraConfig": LoraConfig,
        "SFTConfig": SFTConfig,
        "SFTTrainer": SFTTrainer,
    }
    exec(compile(script + "trainer.train()\n", "README.md", "exec"), names)

    assert parse((tmp_path / "out" / "privacy_ledger.json").read_text()).claimed <= 8
