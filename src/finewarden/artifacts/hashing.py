"""SHA-256 of the folder's files, several at a time: `hashlib` lets go of the interpreter while it works."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

from finewarden.artifacts.folder import File, Folder
from finewarden.artifacts.unreadable import UnreadableFile

__all__ = ["hash_files"]

_CHUNK = 4 * 2**20


def hash_files(
    folder: Folder, files: Iterable[File], *, progress: Callable[[int], None] | None = None, workers: int | None = None
) -> dict[str, str | UnreadableFile]:
    """The lower-case hex digest of each file by its `rel`, or why it can't be read.

    *progress* is told the number of bytes done, from one thread at a time; *workers* defaults to the processors, 8 at
    most. Memory: one buffer of 4 MiB a worker.
    """
    lock = threading.Lock()

    def tell(count: int) -> None:
        if progress is not None:
            with lock:
                progress(count)

    def digest(file: File) -> str | UnreadableFile:
        made, buffer = hashlib.sha256(), bytearray(_CHUNK)
        try:
            with folder.stream(file.rel) as stream:
                while count := stream.readinto(buffer):  # type: ignore[attr-defined]
                    made.update(memoryview(buffer)[:count])
                    tell(count)
        except UnreadableFile as error:
            return error
        return made.hexdigest()

    ordered = sorted(files, key=lambda file: -file.size)  # the largest first: none is left to run alone
    with ThreadPoolExecutor(max_workers=workers or min(8, os.cpu_count() or 1)) as pool:
        return dict(zip((file.rel for file in ordered), pool.map(digest, ordered), strict=True))
