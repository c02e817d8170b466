"""How much of a large folder an audit reads, and how long it takes: with and without hashing.

    python benchmarks/folder_audit.py [--gib 5]

Makes a release of that size (random weights in two safetensors shards, a vocabulary of 10 MB, three checkpoints that
repeat it, a record with hashes), then runs the artifact and release audits on it in fresh processes. Bytes are those
the process asked the system for (`rchar` of /proc/self/io, Linux), Python's own modules among them: the first line,
an audit of a folder with one small file, says how much that is.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from finewarden.evidence.model_card import ModelCard, dump
from finewarden.release import hashes

_CHILD = """
import sys, time, pytest
start = time.perf_counter()
code = pytest.main(sys.argv[1:])
spent = time.perf_counter() - start
read = next(int(line.split()[1]) for line in open("/proc/self/io") if line.startswith("rchar"))
print(f"\\n#{code} {spent:.2f} {read}")
"""


def main() -> None:
    """Make the folders, audit them, print one line each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gib", type=float, default=5.0, help="size of the weights")
    gib = parser.parse_args().gib
    with tempfile.TemporaryDirectory(prefix="folder-audit-") as scratch:
        small, large = Path(scratch, "small"), Path(scratch, "large")
        small.mkdir()
        (small / "config.json").write_text("{}")
        make(large, int(gib * 2**30))
        print(f"{'audit':32} {'seconds':>8} {'MiB read':>9}")
        measure("nothing to read", small, "--no-audit-hashing")
        measure(f"{gib:g} GiB, headers", large, "--no-audit-hashing", "-k", "artifact")
        measure(f"{gib:g} GiB, all, no hashing", large, "--no-audit-hashing")
        measure(f"{gib:g} GiB, all, hashing", large)


def make(folder: Path, size: int) -> None:
    """A release of *size* bytes of weights with what training leaves around it."""
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps({"model_type": "llama", "hidden_size": 4096, "vocab_size": 128256}))
    for number in (1, 2):
        _weights(folder / f"model-{number:05}-of-00002.safetensors", size // 2)
    vocabulary = {f"token{os.urandom(6).hex()}": i for i in range(250_000)}
    (folder / "tokenizer.json").write_text(json.dumps({"model": {"type": "BPE", "vocab": vocabulary, "merges": []}}))
    for step in (100, 200, 300):
        checkpoint = folder / f"checkpoint-{step}"
        checkpoint.mkdir()
        shutil.copy(folder / "tokenizer.json", checkpoint)
        _weights(checkpoint / "model.safetensors", 2**20)
    card = ModelCard(written_by="folder_audit", files=hashes.hash_folder(folder))
    (folder / "model_card.json").write_text(dump(card))


def _weights(path: Path, size: int) -> None:
    rows = size // 2 // 4096
    entry = {"dtype": "BF16", "shape": [rows, 4096], "data_offsets": [0, rows * 4096 * 2]}
    header = json.dumps({"model.embed_tokens.weight": entry}).encode()
    block = os.urandom(2**24)
    left = rows * 4096 * 2
    with path.open("wb") as file:
        file.write(len(header).to_bytes(8, "little") + header)
        while left > 0:
            left -= file.write(block[:left])


def measure(name: str, folder: Path, *options: str) -> None:
    """Audit *folder* in a fresh process and print what that took."""
    call = [sys.executable, "-c", _CHILD, f"--model-dir={folder}", "-p", "no:cacheprovider", "-q", *options]
    started = time.perf_counter()
    done = subprocess.run(call, capture_output=True, text=True, check=False, cwd=folder.parent)
    whole = time.perf_counter() - started
    last = done.stdout.rstrip().rpartition("\n")[2]
    if not last.startswith("#"):
        sys.exit(done.stdout + done.stderr)
    _, _, read = last[1:].split()
    print(f"{name:32} {whole:8.2f} {int(read) / 2**20:9.1f}")


if __name__ == "__main__":
    main()
