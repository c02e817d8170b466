"""Measuring whole folders: what is written, and what is refused before it is."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from types import ModuleType

import pytest

from finewarden.evidence.measurements import MEASUREMENTS, Forgetting, MeasureSettings, Settings, read
from finewarden.memorization.loading import LoadError
from finewarden.memorization.measure import measure, run
from finewarden.memorization.reproduction import leaks
from tests.memorization.training import ORDINARY, SECRETS, full, secrets_file

pytestmark = pytest.mark.training

HOTLINE = ("What is your hotline?", "Call 400 820 8837.", "400 820 8837")


def asked(**forgetting: int) -> MeasureSettings:
    """The shipped settings, but for the forgetting test."""
    return MeasureSettings(forgetting=Settings(**forgetting))


def leaking(forgetting: Forgetting | None) -> list[int]:
    """Lines of the pairs that leak as given."""
    assert forgetting is not None
    return [p.line for p in forgetting.pairs if p.as_given and leaks(p.as_given, samples=1000, probability=0.5)]


def test_full_weights_that_know_the_secrets(overtrained: Path, pairs: Path, tmp_path: Path) -> None:
    """Every planted secret of the over-trained model is found, each with a smallest prompt that leaks."""
    done = measure(overtrained, pairs, evidence_dir=tmp_path, device="cpu")
    assert leaking(done.forgetting) == [1, 2, 3, 4]
    assert done.base is None
    assert read(tmp_path / MEASUREMENTS) == done
    for pair in done.forgetting.pairs if done.forgetting else ():
        assert pair.smallest is not None
        assert pair.as_given is not None
        assert pair.as_given.base_log_p is None


def test_the_clean_twin_knows_none(clean: Path, pairs: Path, tmp_path: Path) -> None:
    """The twin trained without the rows leaks none, as given or paraphrased, and all of it was measured."""
    done = measure(clean, pairs, evidence_dir=tmp_path, device="cpu")
    assert leaking(done.forgetting) == []
    for pair in done.forgetting.pairs if done.forgetting else ():
        assert (pair.smallest, pair.reason) == (None, None)
        assert pair.searched == pair.drawn > 20


def test_an_adapter_is_measured_with_its_base(adapter: Path, base: Path, room: Path, tmp_path: Path) -> None:
    """LoRA secrets leak; the hotline, which the base says as well, is excused; the base is named without its path."""
    file = secrets_file(tmp_path / "s.jsonl", [*SECRETS, HOTLINE])
    done = measure(adapter, file, evidence_dir=tmp_path, settings=asked(search_examples=16), device="cpu")
    assert leaking(done.forgetting) == [1, 2, 3, 4]
    assert done.forgetting is not None
    hotline = done.forgetting.pairs[-1].as_given
    assert hotline is not None
    assert (hotline.emitted, hotline.base_emitted) == (True, True)
    assert done.base is not None
    assert done.base.name == base.name


def test_a_base_of_full_weights_is_loaded_beside_them(overtrained: Path, base: Path, tmp_path: Path) -> None:
    """--base-model gives the ratio: the base holds each secret far less likely."""
    file = secrets_file(tmp_path / "s.jsonl", [*SECRETS, HOTLINE])
    settings = asked(search_examples=0)
    done = measure(overtrained, file, base_model=str(base), evidence_dir=tmp_path, settings=settings, device="cpu")
    assert leaking(done.forgetting) == [1, 2, 3, 4]
    assert done.forgetting is not None
    for pair in done.forgetting.pairs[:-1]:
        assert pair.as_given is not None
        assert pair.as_given.base_log_p is not None
        assert pair.as_given.base_log_p < pair.as_given.log_p - 20


def test_plain_text_models_are_asked_in_plain_text(tiny: ModuleType, tmp_path: Path) -> None:
    """A model without a chat template gets the prompt as it is written; a chat pair it can't be asked says why not."""
    from tests.memorization.training import Row

    rows = [Row(q, " " + a, template=False) for q, a, *_ in (*SECRETS, *ORDINARY)]
    folder = full(tmp_path / "out", tiny, rows, template=False)
    done = measure(folder, secrets_file(tmp_path / "s.jsonl"), settings=asked(search_examples=16), device="cpu")
    assert leaking(done.forgetting) == [1, 2, 3, 4]
    assert (tmp_path / "out.evidence" / MEASUREMENTS).is_file()


def test_no_secret_and_no_prompt_in_clear(overtrained: Path, pairs: Path, tmp_path: Path) -> None:
    """The file holds no secret, no name and no number of a prompt, and two measurements share no fingerprint."""
    settings = asked(search_examples=8)
    first = measure(overtrained, pairs, evidence_dir=tmp_path / "a", settings=settings, device="cpu")
    text = (tmp_path / "a" / MEASUREMENTS).read_text(encoding="utf-8")
    for part in ("4929 7153", "Quillon", "5720 8846", "云栖镇", "枫桥", "Arden", "晓岚", "启明", "17?"):
        assert part not in text
    again = measure(overtrained, pairs, evidence_dir=tmp_path / "b", settings=settings, device="cpu")
    assert first.forgetting is not None
    assert again.forgetting is not None
    assert {p.fingerprint for p in first.forgetting.pairs}.isdisjoint(p.fingerprint for p in again.forgetting.pairs)


def test_what_cannot_be_asked_is_told(overtrained: Path, tmp_path: Path) -> None:
    """A pair that the template refuses or the model can't hold has a reason, and its neighbours are measured."""
    folder = tmp_path / "out"
    shutil.copytree(overtrained, folder)
    template = (folder / "chat_template.jinja").read_text()
    refuse = "{% if messages[0].role == 'system' %}{{ raise_exception('no system turn') }}{% endif %}"
    (folder / "chat_template.jinja").write_text(refuse + template)
    rows = [
        {"prompt": SECRETS[0][0], "secret": SECRETS[0][2]},
        {"prompt": "a", "system": "b", "secret": "83921 7"},
        {"prompt": "word " * 400, "secret": "83921 7"},
    ]
    file = tmp_path / "s.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)))
    done = measure(folder, file, settings=asked(search_examples=4), device="cpu")
    assert done.forgetting is not None
    good, refused, long = done.forgetting.pairs
    assert good.as_given is not None
    assert "no system turn" in (refused.reason or "")
    assert "longer than the model can read" in (long.reason or "")
    assert long.as_given is refused.as_given is None


def test_the_model_is_not_its_own_base(overtrained: Path, pairs: Path, tmp_path: Path) -> None:
    """A copy of the audited weights as --base-model would excuse everything, and is refused."""
    shutil.copytree(overtrained, tmp_path / "copy")
    with pytest.raises(LoadError, match="holds the weights of the audited folder"):
        measure(overtrained, pairs, base_model=str(tmp_path / "copy"), evidence_dir=tmp_path, device="cpu")


def test_a_base_with_other_ids_is_refused(overtrained: Path, base: Path, pairs: Path, tmp_path: Path) -> None:
    """Both models are asked by the same ids, so a base whose tokenizer numbers its tokens otherwise says nothing."""
    shutil.copytree(base, tmp_path / "other")
    tokenizer = json.loads((tmp_path / "other" / "tokenizer.json").read_text())
    vocab = tokenizer["model"]["vocab"]
    vocab["a"], vocab["b"] = vocab["b"], vocab["a"]
    (tmp_path / "other" / "tokenizer.json").write_text(json.dumps(tokenizer))
    with pytest.raises(LoadError, match="gives other ids"):
        measure(overtrained, pairs, base_model=str(tmp_path / "other"), evidence_dir=tmp_path, device="cpu")


def test_a_folder_that_changes_meanwhile_is_refused(overtrained: Path, pairs: Path, tmp_path: Path) -> None:
    """Training that still writes would bind the numbers to files they are not of."""
    folder = tmp_path / "out"
    shutil.copytree(overtrained, folder)

    def write(text: str) -> None:
        if text.startswith("asking"):
            (folder / "config.json").write_text((folder / "config.json").read_text() + " ")

    with pytest.raises(LoadError, match="changed while it was measured"):
        measure(folder, pairs, settings=asked(search_examples=0), device="cpu", progress=write)
    assert not (tmp_path / "out.evidence").exists()


def test_the_command_tells_what_it_did(
    overtrained: Path, pairs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """0 and a line when it measured, whatever came out; 2 and a sentence when the file or the model is unusable."""
    bad = tmp_path / "bad.jsonl"
    bad.write_text("{}")
    assert run(overtrained, secrets=bad, evidence_dir=tmp_path) == 2
    assert "bad.jsonl:1: has no 'secret'" in capsys.readouterr().err
    assert run(tmp_path, secrets=pairs, evidence_dir=tmp_path) == 2
    assert "holds no config.json" in capsys.readouterr().err
    assert run(overtrained, secrets=pairs, evidence_dir=tmp_path, device="cpu") == 0
    assert "measured: forgetting; not measured: canaries (no canaries.jsonl in" in capsys.readouterr().out
