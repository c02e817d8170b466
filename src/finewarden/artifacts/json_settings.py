"""The JSON files that set up a model, as the audits of settings read them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from finewarden.artifacts.folder import Folder
from finewarden.artifacts.unreadable import UnreadableFile
from finewarden.leftovers import leftover_kind

__all__ = ["json_settings"]


def json_settings(folder: Folder, names: re.Pattern[str]) -> Iterator[tuple[str, Any]]:
    """Path and value of each JSON file of the release that *names* finds.

    What training left over is judged as a whole elsewhere; what can't be read is said by the audit that checks that.
    """
    for file in folder.files:
        if names.search(file.rel) and leftover_kind(file.rel) is None:
            try:
                yield file.rel, folder.json(file.rel)
            except UnreadableFile:
                continue
