"""A process that only scans imports no torch."""

from __future__ import annotations

import subprocess
import sys


def test_torch_is_not_to_be_had() -> None:
    """After it, torch can't be imported in that process, and whoever asks whether it is there hears no."""
    code = (
        "import importlib.util, sys\n"
        "from finewarden.personal_data.lean_process import import_no_torch\n"
        "import_no_torch()\n"
        "assert importlib.util.find_spec('torch') is None\n"
        "try:\n    import torch\nexcept ImportError:\n    sys.exit(7)\n"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 7
