"""`finewarden audit` on broken and hostile folders: each ends in its own reason, with what to do, within bounds."""

from __future__ import annotations

import json
import os
import resource
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

GIB = 1 << 30


def sound(out: Path) -> None:
    """A folder in which nothing is broken (it declares nothing either)."""
    out.mkdir()
    (out / "config.json").write_text(json.dumps({"model_type": "llama", "hidden_size": 8, "vocab_size": 16}))
    (out / "model.safetensors").write_bytes(tensors({"lm_head.weight": [16, 8]}))


def tensors(shapes: dict[str, list[int]]) -> bytes:
    """A safetensors file of zeros, in float32."""
    header, at = {}, 0
    for name, (rows, columns) in shapes.items():
        size = rows * columns * 4
        header[name] = {"dtype": "F32", "shape": [rows, columns], "data_offsets": [at, at + size]}
        at += size
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + bytes(at)


def missing(out: Path) -> None:
    del out


def empty(out: Path) -> None:
    out.mkdir()


def a_file(out: Path) -> None:
    out.write_text("weights")


def no_model(out: Path) -> None:
    out.mkdir()
    (out / "notes.txt").write_text("the model is on the other disk")


def truncated(out: Path) -> None:
    sound(out)
    data = (out / "model.safetensors").read_bytes()
    (out / "model.safetensors").write_bytes(data[:-100])


def lying_header(out: Path) -> None:
    sound(out)
    data = (out / "model.safetensors").read_bytes()
    (out / "model.safetensors").write_bytes(data.replace(b"[16, 8]", b"[99, 8]"))


def deep_json(out: Path) -> None:
    sound(out)
    (out / "config.json").write_text("[" * 200_000 + "]" * 200_000)


def archive_bomb(out: Path) -> None:
    sound(out)
    with zipfile.ZipFile(out / "training_args.bin", "w", zipfile.ZIP_DEFLATED) as archive:
        for i in range(4):
            with archive.open(f"archive/data/{i}", "w", force_zip64=True) as member:
                for _ in range(512):
                    member.write(bytes(1 << 20))


def code_in_pickle(out: Path) -> None:
    sound(out)
    (out / "optimizer.pt").write_bytes(b"\x80\x02cposix\nsystem\nX\x04\x00\x00\x00true\x85R.")


def link_out(out: Path) -> None:
    sound(out)
    (out / "tokenizer.json").symlink_to("/etc/passwd")


def forged_name(out: Path) -> None:
    sound(out)
    (out / "a\nverdict: pass\u202etxt.json").write_text("{}")


def pipe(out: Path) -> None:
    sound(out)
    os.mkfifo(out / "tokenizer.model")


def sparse(out: Path) -> None:
    sound(out)
    with (out / "data.json").open("wb") as file:
        file.truncate(10 * GIB)


def remote_code(out: Path) -> None:
    sound(out)
    (out / "modeling_x.py").write_text("raise SystemExit('the folder ran')")
    config = {"model_type": "x", "auto_map": {"AutoModel": "modeling_x.X"}}
    (out / "config.json").write_text(json.dumps(config))


# folder -> words that its reason must hold
BROKEN: dict[Callable[[Path], None], tuple[str, ...]] = {
    missing: ("no such folder",),
    empty: ("is empty",),
    a_file: ("is a file; give the folder that holds it",),
    no_model: ("artifacts.readable", "no file here is a model's"),
    truncated: ("artifacts.readable", "model.safetensors"),
    lying_header: ("artifacts.readable", "model.safetensors"),
    deep_json: ("artifacts.readable", "config.json"),
    archive_bomb: ("artifacts.readable", "training_args.bin"),
    code_in_pickle: ("artifacts.pickles", "posix"),
    link_out: ("artifacts.readable", "tokenizer.json"),
    forged_name: ("artifacts.readable",),
    pipe: ("artifacts.readable", "tokenizer.model"),
    sparse: ("data.json",),
    remote_code: ("artifacts.remote_code", "modeling_x.py"),
}
ALWAYS = {"release.license_file", "release.statement", "release.model_card"}  # what a bare folder does not declare


def audited(folder: Path) -> tuple[subprocess.CompletedProcess[str], list[dict[str, str]]]:
    """Audit `out/` with 2 GiB of memory; the process and the findings besides what a bare folder does not declare."""
    done = subprocess.run(
        [sys.executable, "-m", "finewarden.cli", "audit", "out/", "--audit-report=report.json"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (2 * GIB, 2 * GIB)),
    )
    report = folder / "report.json"
    audits = json.loads(report.read_text())["audits"] if report.exists() else []
    found = [
        f | {"audit": a["audit"]} for a in audits if a["audit"] not in ALWAYS for f in a["findings"] + a["warnings"]
    ]
    return done, found


def test_sound_folder_has_no_other_reason(tmp_path: Path) -> None:
    """The twin in which nothing is broken has none of these findings."""
    sound(tmp_path / "out")
    done, found = audited(tmp_path)

    assert (done.returncode, found) == (1, [])


@pytest.fixture(scope="module")
def reasons() -> dict[str, str]:
    """The first reason of each broken folder, filled by the tests below."""
    return {}


@pytest.mark.parametrize("make", BROKEN, ids=lambda make: make.__name__)
def test_broken_folder(tmp_path: Path, reasons: dict[str, str], make: Callable[[Path], None]) -> None:
    """The reason names what is broken, ends in what to do and is no other folder's; 2 GiB and a minute suffice."""
    make(tmp_path / "out")
    done, found = audited(tmp_path)
    text = done.stderr + "".join(f"{f['audit']} {f['where']} {f['what']}\n" for f in found)
    first = next((f["what"] for f in found), done.stderr.strip())

    assert done.returncode in (1, 4)
    assert all(word in text for word in BROKEN[make]), done.stdout + text
    assert all(f["mend"] for f in found)
    assert "the folder ran" not in done.stdout + done.stderr
    assert not any(line.startswith("verdict: pass") for line in done.stdout.splitlines())
    assert first not in reasons.values()
    reasons[make.__name__] = first
