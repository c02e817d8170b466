"""A model folder made of given bytes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from finewarden.artifacts.folder import Folder

Make = Callable[[Mapping[str, bytes | str]], Folder]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Write files (path: content) below `out/` and open it."""

    def made(files: Mapping[str, bytes | str]) -> Folder:
        out = tmp_path / "out"
        out.mkdir(exist_ok=True)
        for rel, content in files.items():
            path = out / rel
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return Folder.open(out)

    return made
