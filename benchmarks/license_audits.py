"""What all license audits of a folder cost: `python benchmarks/license_audits.py`.

An adapter of Qwen2-7B with the Apache License, a card and a record, as `finalize` leaves it. The processor time of
pytest with the license audits, and without them, each the best of some runs in turn; the difference is what they cost,
with the reading of records and fingerprints.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from finewarden.release.finalize import finalize

ROOT = Path(__file__).parents[1]
POLICY = 'base_model = "Qwen/Qwen2-7B"\nlicense = "apache-2.0"\naudience = "public"\ncommercial = true\n'


def release(folder: Path) -> Path:
    """A finalized adapter in *folder*, with the policy beside it."""
    out = folder / "out"
    out.mkdir()
    (out / "adapter_config.json").write_text(json.dumps({"base_model_name_or_path": "Qwen/Qwen2-7B", "r": 8}))
    (folder / "finewarden.toml").write_text(POLICY)
    finalize(out, folder / "finewarden.toml", license_file=ROOT / "LICENSE")
    return out


def seconds(folder: Path, chosen: str) -> tuple[float, str]:
    """Processor seconds of one session in *folder*, and pytest's last line."""
    command = [sys.executable, "-m", "pytest", "-p", "finewarden", "-q", "-k", chosen, "--model-dir=out"]
    env = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout.strip().splitlines()[-1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        release(folder)
        found: dict[str, list[float]] = {"test_license": [], "test_statement": []}
        for _ in range(runs):
            for chosen, times in found.items():
                spent, last = seconds(folder, chosen)
                times.append(spent)
                print(f"{chosen:15} {spent:.3f} s   {last}")
    cost = min(found["test_license"]) - min(found["test_statement"])
    print(f"\nall license audits: {cost:.3f} s of processor time beyond a session with one other audit")


if __name__ == "__main__":
    main()
