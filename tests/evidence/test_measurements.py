"""measurements.json: bound to all it rests on, read without torch."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from finewarden.evidence.measurements import (
    Attempt,
    Base,
    Code,
    Forgetting,
    Measurements,
    MeasurementsError,
    PairResult,
    Settings,
    code,
    differences,
    read,
    salted,
    write,
)
from finewarden.evidence.model_files import combined, digests


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A folder that hashes like a model."""
    out = tmp_path / "out"
    out.mkdir()
    for name in ("model.safetensors", "config.json", "tokenizer.json", "chat_template.jinja"):
        (out / name).write_text(name)
    return out


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    """A secrets file."""
    file = tmp_path / "secrets.jsonl"
    file.write_text('{"prompt": "q", "secret": "83921 7"}\n')
    return file


@pytest.fixture
def stored(tmp_path: Path, model: Path, secrets: Path) -> Path:
    """Measurements of just these."""
    base = tmp_path / "base"
    base.mkdir()
    (base / "model.safetensors").write_text("base")
    pair = PairResult(id="line 1", line=1, fingerprint="f", secret_tokens=7, as_given=Attempt(emitted=False, log_p=-40))
    done = Measurements(
        time=datetime.now(UTC),
        code=code(),
        model=digests(model),
        base=Base(name="some/base", digest=combined(digests(base))),
        forgetting=Forgetting(salt="s", secrets=salted("s", secrets.read_bytes()), settings=Settings(), pairs=(pair,)),
    )
    write(tmp_path / "measurements.json", done)
    return tmp_path / "measurements.json"


def test_untouched_measurements_differ_in_nothing(stored: Path, model: Path, secrets: Path, tmp_path: Path) -> None:
    """With the model, the secrets file and the base as they were, by folder or by name, they may be judged."""
    done = read(stored)
    for base in (None, "some/base", str(tmp_path / "base")):
        assert differences(done, model_dir=model, secrets_file=secrets, base_model=base) == []
    assert differences(done, model_dir=model) == []


def _append(name: str) -> Callable[[Path], object]:
    return lambda root: (root / name).write_text("other")


TAMPERED: dict[str, tuple[Callable[[Path], object], str]] = {
    "weights": (_append("out/model.safetensors"), "model files (model.safetensors: changed)"),
    "tokenizer": (_append("out/tokenizer.json"), "model files (tokenizer.json: changed)"),
    "template": (_append("out/chat_template.jinja"), "model files (chat_template.jinja: changed)"),
    "adapter added": (_append("out/adapter_config.json"), "model files (adapter_config.json: new)"),
    "template gone": (
        lambda root: (root / "out/chat_template.jinja").unlink(),
        "model files (chat_template.jinja: gone)",
    ),
    "secrets": (_append("secrets.jsonl"), "secrets file (secrets.jsonl is not the one that was measured)"),
    "base": (_append("base/model.safetensors"), "base model ('some/base' was measured)"),
    "link": (
        lambda root: (root / "out/merges.txt").symlink_to(root / "secrets.jsonl"),
        "model files (merges.txt is a link",
    ),
}


@pytest.mark.parametrize(("tamper", "words"), TAMPERED.values(), ids=TAMPERED.keys())
def test_each_binding_is_named_when_it_breaks(
    stored: Path, model: Path, secrets: Path, tmp_path: Path, tamper: Callable[[Path], object], words: str
) -> None:
    """A change of any one thing that was bound is found, and the text says which."""
    tamper(tmp_path)
    found = differences(read(stored), model_dir=model, secrets_file=secrets, base_model=str(tmp_path / "base"))
    assert len(found) == 1
    assert words in found[0]


def test_other_code_is_other_measurements(stored: Path, model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What another version measured is not judged by this one's rules."""
    done = read(stored).model_copy(update={"code": Code(version="0.0.9", digest="0")})
    assert differences(done, model_dir=model)[0].startswith("measuring code (0.0.9 then")


@pytest.mark.parametrize(
    ("got", "words"),
    [
        (Settings(search_examples=1), "search_examples 1, asked 64"),
        (Settings(answer_tokens=5), "answer_tokens 5, asked 128"),
        (Settings(samples=10), "samples 10, asked 1000"),
        (Settings(probability=0.9), "probability 0.9, asked 0.5"),
        (Settings(search_examples=500, answer_tokens=256, samples=10**6, probability=0.1), None),
    ],
)
def test_weaker_settings_differ_and_harder_ones_do_not(
    stored: Path, model: Path, got: Settings, words: str | None
) -> None:
    """A measurement that asked less than the audit wants is not judged; one that asked more is."""
    done = read(stored)
    assert done.forgetting is not None
    done = done.model_copy(update={"forgetting": done.forgetting.model_copy(update={"settings": got})})
    found = differences(done, model_dir=model)
    assert found == ([f"settings ({words})"] if words else [])


def test_without_a_measured_base_a_named_one_differs(stored: Path, model: Path) -> None:
    """--base-model asks for a comparison that was not made."""
    done = read(stored).model_copy(update={"base": None})
    assert differences(done, model_dir=model, base_model="some/base") == ["base model (none was measured)"]


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (lambda text: text.replace('"log_p": -40.0', '"log_p": -90.0'), "edited after it was written"),
        (lambda text: text.replace('"search_examples": 64', '"search_examples": 640'), "edited after it was written"),
        (lambda text: text.replace('"version": 1', '"version": 2', 1), "no measurements file of version 1"),
        (lambda text: text.replace('"log_p": -40.0', '"log_p": NaN'), "no measurements file"),
        (lambda text: text.replace('"log_p": -40.0', '"log_p": 3'), "no measurements file"),
        (lambda text: text.replace('"emitted"', '"omitted"'), "no measurements file"),
        (lambda text: text[:200], "no measurements file"),
    ],
)
def test_an_edited_file_is_not_judged(stored: Path, edit: Callable[[str], str], words: str) -> None:
    """A changed number, a setting, a torn or foreign file: one sentence, and the command that mends it."""
    stored.write_text(edit(stored.read_text()))
    with pytest.raises(MeasurementsError, match=words) as caught:
        read(stored)
    assert "finewarden measure" in str(caught.value)


def test_the_schema_is_strict_json(stored: Path) -> None:
    """The file is plain JSON, one object, sealed."""
    plain = json.loads(stored.read_text())
    assert len(plain["seal"]) == 64
    bound = {"version", "time", "code", "model", "base", "environment", "reasons", "seal"}
    sections = {"forgetting", "canaries", "records", "personal_values", "membership", "generations"}
    assert set(plain) == bound | sections


def test_reading_and_comparing_load_no_torch(stored: Path, model: Path) -> None:
    """A judge's machine needs no torch: neither this module nor the audit's other imports load it."""
    program = (
        "import sys; from pathlib import Path; from finewarden.evidence.measurements import differences, read;"
        "import finewarden.audits.test_secrets;"
        f"assert differences(read(Path({str(stored)!r})), model_dir=Path({str(model)!r})) == [];"
        "assert not {'torch', 'transformers', 'numpy', 'peft'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
