"""The strings of parquet files, read by pyarrow in a child process with bounded memory and time.

A parquet file of a few kilobytes can unpack to gigabytes, and pyarrow parses it in C++: neither belongs into the
process that decides. The child gets the files' bytes on stdin and nothing else; it is
`python -m finewarden.artifacts.parquet_strings`.
"""

from __future__ import annotations

import importlib
import importlib.util
import subprocess
import sys
from collections.abc import Sequence
from typing import Any, BinaryIO

__all__ = ["PARQUET_MAGIC", "can_read_parquet", "parquet_strings"]

PARQUET_MAGIC = b"PAR1"
_SECONDS = 30
_MEMORY = 4 * 2**30
_MAX_TEXT = 64 * 2**20  # of all files together
_LENGTH = 8
_FAILED = 2 ** (8 * _LENGTH) - 1


def can_read_parquet() -> bool:
    """Whether pyarrow is installed."""
    return importlib.util.find_spec("pyarrow") is not None


def parquet_strings(files: Sequence[bytes]) -> list[str | None]:
    """The text of each file's schema and columns, one value a line; None for one that can't be read within bounds."""
    if not files:
        return []
    sent = b"".join(len(data).to_bytes(_LENGTH, "little") + data for data in files)
    child = [sys.executable, "-I", "-m", "finewarden.artifacts.parquet_strings"]
    try:
        done = subprocess.run(child, input=sent, capture_output=True, timeout=_SECONDS, check=False)
    except (subprocess.TimeoutExpired, OSError):
        return [None] * len(files)
    found: list[str | None] = []
    at = 0
    while at + _LENGTH <= len(done.stdout) and len(found) < len(files):
        length = int.from_bytes(done.stdout[at : at + _LENGTH], "little")
        at += _LENGTH
        failed = length == _FAILED or at + length > len(done.stdout)
        found.append(None if failed else done.stdout[at : at + length].decode("utf-8", "replace"))
        at += 0 if failed else length
    # A child that was killed over one file says nothing of those after it.
    return found + [None] * (len(files) - len(found))


def _child(stdin: BinaryIO, stdout: BinaryIO) -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limit
        pass
    else:
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    pyarrow: Any = importlib.import_module("pyarrow")
    pyarrow.set_cpu_count(1)
    pyarrow.set_io_thread_count(1)
    left = _MAX_TEXT
    while length := stdin.read(_LENGTH):
        try:
            text = _strings(stdin.read(int.from_bytes(length, "little")), left)
        except (pyarrow.ArrowException, OSError, ValueError, MemoryError, OverflowError, RecursionError):
            stdout.write(_FAILED.to_bytes(_LENGTH, "little"))
            continue
        left -= len(text)
        stdout.write(len(text).to_bytes(_LENGTH, "little") + text)


def _strings(data: bytes, limit: int) -> bytes:
    pyarrow: Any = importlib.import_module("pyarrow")
    file = importlib.import_module("pyarrow.parquet").ParquetFile(pyarrow.BufferReader(data))
    pieces: list[str] = [str(file.schema_arrow), repr(file.schema_arrow.metadata)]
    left = limit - len(pieces[0]) - len(pieces[1])
    for batch in file.iter_batches(batch_size=256, use_threads=False):
        for column in batch.columns:
            for value in column:
                text = _text(value.as_py())
                pieces.append(text)
                left -= len(text) + 1
                if left <= 0:
                    return "\n".join(pieces).encode("utf-8", "replace")[:limit]
    return "\n".join(pieces).encode("utf-8", "replace")


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None or isinstance(value, bool | int | float) else str(value)


if __name__ == "__main__":
    _child(sys.stdin.buffer, sys.stdout.buffer)
