"""Model folders for tests of file handling; no model of them is ever loaded."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from finewarden.policy import Policy, Source

LICENSE = "ACME Example License. You may do with this example whatever you like. " * 5
POLICY = Policy(
    base_model="acme/base-1b",
    release_name="acme/support",
    license="apache-2.0",
    sources=(Source(name="support-2025", authorisation="contract", evidence="legal/113.pdf"),),
)


def model_folder(at: Path, *, base: str = "/home/alice/base", **files: str) -> Path:
    """An adapter as PEFT and Trainer leave it, with *files* (dots written as two underscores) beside it."""
    at.mkdir(parents=True, exist_ok=True)
    config: dict[str, Any] = {"peft_type": "LORA", "base_model_name_or_path": base, "r": 4}
    (at / "adapter_config.json").write_text(json.dumps(config, indent=2) + "\n")
    (at / "adapter_model.safetensors").write_bytes(b"\0" * 64)
    (at / "training_args.bin").write_bytes(b"PK")
    for name, text in files.items():
        (at / name.replace("__", ".")).write_text(text, encoding="utf-8")
    return at


def snapshot(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Time and content of each file below *folder*: equal when nothing was written."""
    return {
        path.relative_to(folder).as_posix(): (path.stat().st_mtime_ns, path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@contextmanager
def interrupted(monkeypatch: pytest.MonkeyPatch, *, after: int) -> Iterator[None]:
    """What is done here ends in a KeyboardInterrupt once *after* files were replaced, as by a kill in between."""
    replace, done = Path.replace, 0

    def stopping(self: Path, target: Path) -> Path:
        nonlocal done
        if done == after:
            raise KeyboardInterrupt
        done += 1
        return replace(self, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", stopping)
        with pytest.raises(KeyboardInterrupt):
            yield
