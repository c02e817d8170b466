"""A folder that `datasets` saved: which of its files are the data. Read without `datasets`."""

from __future__ import annotations

import json
from pathlib import Path

__all__ = ["BESIDE_DATA", "saved_files"]

# What stands beside data and is none: of `datasets`, and what people write about a data set.
BESIDE_DATA = frozenset(
    {"dataset_dict.json", "dataset_info.json", "dataset_infos.json", "state.json", "readme.md", "license.md"}
    | {"license.txt", "notice.txt", "license", "notice"}
)


def saved_files(folder: Path) -> frozenset[str] | None:
    """The names of the data files that `save_to_disk` wrote into *folder*; None where it is no such folder.

    Other Arrow files there are caches of earlier steps, which are not loaded with the data set.
    """
    try:
        state = json.loads((folder / "state.json").read_bytes())
        return frozenset(str(each["filename"]) for each in state["_data_files"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
