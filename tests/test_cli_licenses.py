"""`finewarden licenses`: lists, explains, shows, identifies; a wrong name ends in what may have been meant."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest
from rich.cells import cell_len

from finewarden import policy as policies
from finewarden.cli import main
from finewarden.license_record import Kind, LicenseRecord
from finewarden.licensing.library import Library

OWN = """
[[licenses]]
key = "acme-1.0"
name = "Acme License"
family = "acme"
commercial = "yes"
verified = 2026-01-01
confidence = "text"
text_file = "acme.txt"
[[licenses.models]]
pattern = 'acme/'
"""
WORDS = "Whoever passes this model on shall keep clause {} as it stands and tell all others about it. "
ACME = "Acme License\n\n" + "\n".join(f"{n}. {WORDS.format(n)}" for n in range(1, 15))


@pytest.fixture(autouse=True)
def _narrow(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Eighty columns, and no policy but the test's own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A policy with a license of its own."""
    (tmp_path / "finewarden.toml").write_text(OWN)
    (tmp_path / "acme.txt").write_text(ACME)
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, str, str]:
    code = main(["licenses", *args])
    said = capsys.readouterr()
    return code, said.out, said.err


def flat(text: str) -> str:
    """*text* without line breaks and indents."""
    return " ".join(text.split())


def test_table(capsys: pytest.CaptureFixture[str]) -> None:
    """Every record is listed, within eighty columns, without colours; with no policy none is marked."""
    code, out, _ = run(capsys)

    assert code == 0
    for one in Library.shipped():
        assert one.key.split("-")[0] in out
    assert max(map(len, out.splitlines())) <= 80
    assert "\x1b" not in out
    assert "* from" not in out
    assert out.count("Not legal advice") == 1


def test_table_marks_own(capsys: pytest.CaptureFixture[str], own: Path) -> None:
    """A record of the policy's own is listed and marked, and so is one in the place of a shipped one."""
    _, out, _ = run(capsys, "list")

    assert "acme-1.0 *" in out
    assert "* from finewarden.toml" in out


def test_explain_by_model_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    """A model id names its license and why, every duty in English and Chinese, and the exact sentence."""
    code, out, _ = run(capsys, "explain", "Qwen/Qwen2.5-72B-Instruct")

    assert code == 0
    assert "qwen-2024" in out
    assert "Qwen/Qwen2.5-72B-Instruct is under it: its name matches" in flat(out)
    sentence = "Qwen is licensed under the Qwen LICENSE AGREEMENT, Copyright (c) Alibaba Cloud. All Rights Reserved."
    assert f"show 展示: {sentence}\n" in out  # on one line, to copy
    for duty in Library.shipped().record("qwen-2024").obligations:
        assert duty.says_zh.replace(" ", "") in out.replace("\n", "").replace(" ", "")
        assert flat(duty.says) in flat(out)
    assert "100,000,000" in out
    assert out.count("Not legal advice") == 1


def test_explain_a_repack(capsys: pytest.CaptureFixture[str]) -> None:
    """Somebody else's upload of a model is under the model's license."""
    code, out, _ = run(capsys, "explain", "unsloth/Qwen2.5-7B-Instruct-bnb-4bit")

    assert code == 0
    assert "is Qwen/Qwen2.5-7B-Instruct in other bytes" in flat(out)
    assert "apache-2.0" in out


def test_explain_matrix(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a form all forms stand side by side: due, arguable, or not at all."""
    _, out, _ = run(capsys, "explain", "llama3.1")

    [notice] = [line.split() for line in out.splitlines() if line.startswith("Notice file, 1.b.iii")]
    assert notice[-6:] == ["due", "arguable", "due", "-", "-", "-"]


def test_explain_one_form(capsys: pytest.CaptureFixture[str]) -> None:
    """With a form only its duties are told."""
    _, api, _ = run(capsys, "explain", "llama3.1", "--form", "api")
    _, weights, _ = run(capsys, "explain", "llama3.1", "--form", "weights")

    assert "Notice file Notice 文件 [due 应履行]" in weights
    assert "Notice file" not in api
    assert "mark on display 展示标识 [due 应履行]" in api


def test_explain_for_internal_use(capsys: pytest.CaptureFixture[str]) -> None:
    """What is due for distribution only is left out for internal use; no commercial use stays."""
    _, inside, _ = run(capsys, "explain", "exaone-1.1-nc", "--audience", "internal")
    _, public, _ = run(capsys, "explain", "exaone-1.1-nc", "--audience", "public")

    assert "copy of the license" in public
    assert "copy of the license" not in inside
    assert "no commercial use" in inside


def test_explain_outputs(capsys: pytest.CaptureFixture[str]) -> None:
    """A service's terms are told for models that were trained on its outputs."""
    _, out, _ = run(capsys, "explain", "openai/gpt-4o", "--form", "outputs")

    assert "no training of other models 不得训练其他模型 [arguable" in flat(out)
    assert "Outputs may train other models 输出可否训练其他模型: no 不可以" in out


@pytest.mark.parametrize("key", list(Library.shipped().records))
def test_explain_reads_well(capsys: pytest.CaptureFixture[str], key: str) -> None:
    """No identifier of a kind, no line that begins with a comma, and none beyond eighty cells that could be broken."""
    _, out, _ = run(capsys, "explain", key)

    assert not re.search(rf"\b(?:{'|'.join(kind for kind in get_args(Kind) if '_' in kind)})\b", out)
    for line in out.splitlines():
        assert not line.strip().startswith(("、", "，", "。", "；", "）", "”"))
        exact = line.startswith(("    show 展示: ", "    or show 或展示: "))
        assert exact or cell_len(line.rstrip()) <= 80 or " " not in line.strip()


def test_explain_no_duty_is_no_leave(capsys: pytest.CaptureFixture[str]) -> None:
    """Where no duty is due for the form, what the license forbids all the same is not told away."""
    _, forbids, _ = run(capsys, "explain", "falcon-2", "--form", "outputs")
    _, nothing, _ = run(capsys, "explain", "cdla-sharing-1.0")

    assert "none but to keep to what follows" in flat(forbids)
    assert "none 无." in nothing


def test_explain_several(capsys: pytest.CaptureFixture[str]) -> None:
    """A model under two licenses gets both."""
    _, out, _ = run(capsys, "explain", "nvidia/Llama-3_1-Nemotron-Ultra-253B-v1")

    assert "is under 2 licenses" in flat(out)
    assert "nvidia-open-model-2025" in out
    assert "llama3.1" in out


def test_explain_says_what_was_not_read(capsys: pytest.CaptureFixture[str]) -> None:
    """What was read in part says so."""
    _, part, _ = run(capsys, "explain", "falcon-180b")
    _, full, _ = run(capsys, "explain", "falcon-2")

    assert "Read in part, so it warns and never fails a build" in flat(part)
    assert "Read in full" in full


def test_explain_own(capsys: pytest.CaptureFixture[str], own: Path) -> None:
    """A model under a license of the policy's own is explained from it."""
    code, out, _ = run(capsys, "explain", "acme/tiny")

    assert code == 0
    assert "your own record, from finewarden.toml" in out


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("explain", "qwn-2024"), "did you mean 'qwen-2024'"),
        (("explain", "acme/tiny"), "no license record knows the model 'acme/tiny'"),
        (("explain", "openrail"), "several are tagged: name one of 'bigscience-openrail-m', 'creativeml-openrail-m'"),
        (("show", "lama2"), "did you mean 'llama2'"),
        (("show", "nvidia/Llama-3_1-Nemotron-Ultra-253B-v1"), "is under several: name one of"),
        (("identify", "nowhere.txt"), "nowhere.txt can't be read"),
        (("list", "--policy", "nowhere.toml"), "nowhere.toml: can't be read"),
    ],
)
def test_wrong_names(capsys: pytest.CaptureFixture[str], args: tuple[str, ...], says: str) -> None:
    """What is not there ends in one sentence with the mend, exit status 2, and nothing on stdout."""
    code, out, err = run(capsys, *args)

    assert code == 2
    assert says in err
    assert err.count("\n") == 1
    assert out == ""


@pytest.mark.parametrize("one", list(Library.shipped()), ids=lambda one: str(one.key))
def test_show_round_trips(capsys: pytest.CaptureFixture[str], tmp_path: Path, one: LicenseRecord) -> None:
    """A record that is shown loads as a policy and is the same record."""
    _, out, _ = run(capsys, "show", one.key)
    (tmp_path / "finewarden.toml").write_text(out, encoding="utf-8")
    [loaded] = policies.load(tmp_path / "finewarden.toml").licenses

    assert loaded.model_dump(exclude={"text_file"}) == one.model_dump()


def test_show_takes_any_name(capsys: pytest.CaptureFixture[str]) -> None:
    """A record is shown by its SPDX id as by its key."""
    assert run(capsys, "show", "CC-BY-SA-4.0")[1] == run(capsys, "show", "cc-by-sa-4.0")[1]


def test_identify(capsys: pytest.CaptureFixture[str], own: Path) -> None:
    """A whole text exits with 0, an edited one with 1 and its clause, another file with 1."""
    (own / "LICENSE").write_text(ACME)
    code, out, _ = run(capsys, "identify", "LICENSE")
    assert (code, flat(out)) == (0, "LICENSE: Acme License (acme-1.0), whole and unedited")

    (own / "LICENSE").write_text(ACME.replace("keep clause 7 as it stands", "drop clause 7"))
    code, out, _ = run(capsys, "identify", "LICENSE")
    assert code == 1
    assert "line 9: 7: altered" in out

    (own / "LICENSE").write_text("All the best from us.")
    code, out, _ = run(capsys, "identify", "LICENSE")
    assert code == 1
    assert "no license text that is known" in flat(out)


def test_identify_refuses_what_is_no_text(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Bytes that are no UTF-8 are an error, not an unknown license."""
    (tmp_path / "LICENSE").write_bytes(b"\xff\xfe\xff")
    code, _, err = run(capsys, "identify", "LICENSE")

    assert code == 2
    assert "is not UTF-8" in err


def test_fingerprint(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """The fingerprint of a text is printed as JSON under the key and id given, without a word of the text."""
    (tmp_path / "acme.txt").write_text(ACME)
    code, out, _ = run(capsys, "fingerprint", "acme.txt", "--key", "acme-1.0", "--id", "acme-2026-01-01")
    found = json.loads(out)

    assert code == 0
    assert (found["key"], found["id"]) == ("acme-1.0", "acme-2026-01-01")
    assert ["7", found["clauses"][7][1]] in found["clauses"]
    assert "Whoever" not in out


def test_closed_pipe_is_quiet() -> None:
    """A reader that has seen enough gets no traceback."""
    done = subprocess.run(
        f"{sys.executable} -m finewarden.cli licenses | head -1",
        shell=True,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "COLUMNS": "80"},
    )

    assert done.stdout.startswith("license")
    assert done.stderr == ""
