"""A look at a folder needs none of the heavy libraries."""

from __future__ import annotations

import subprocess
import sys

_SCRIPT = """
import importlib, pkgutil, sys
import finewarden.artifacts
for module in pkgutil.iter_modules(finewarden.artifacts.__path__):
    importlib.import_module("finewarden.artifacts." + module.name)
heavy = {"torch", "transformers", "numpy", "pyarrow", "safetensors", "pandas", "rich"}
print(sorted(heavy & set(sys.modules)))
"""


def test_the_room_imports_nothing_heavy() -> None:
    """No module of the room loads torch, numpy, pyarrow or their like."""
    done = subprocess.run([sys.executable, "-c", _SCRIPT], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
