"""Local paths that training writes into configuration files of the folder, taken out of them again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePosixPath, PureWindowsPath

from finewarden.licensing.base.names import is_local
from finewarden.release.draft import Draft

__all__ = ["clean_adapter_config", "clean_config", "last_part"]


def clean_adapter_config(draft: Draft, *, base: str | None, local: Callable[[str], bool] = is_local) -> bool:
    """Put the base model's id where PEFT put the folder it was loaded from.

    False when there is a path and no id to put there: emptying the field would make an adapter that can't be loaded.
    Raises FolderError.
    """
    data = draft.read_json("adapter_config.json")
    value = data.get("base_model_name_or_path") if isinstance(data, dict) else None
    if not isinstance(value, str) or not local(value):
        return True
    if base is None:
        return False
    draft.put_json("adapter_config.json", data | {"base_model_name_or_path": base})
    return True


def clean_config(draft: Draft, *, base: str | None, local: Callable[[str], bool] = is_local) -> None:
    """Replace, or without an id drop, the path that transformers before 4.50 kept as `_name_or_path`.

    Raises FolderError.
    """
    data = draft.read_json("config.json")
    value = data.get("_name_or_path") if isinstance(data, dict) else None
    if not isinstance(value, str) or not local(value):
        return
    if base is None:
        del data["_name_or_path"]
    else:
        data["_name_or_path"] = base
    draft.put_json("config.json", data)


def last_part(path: str) -> str:
    """The last part of a POSIX or Windows path: "/home/x/out" -> "out"."""
    return (PureWindowsPath(path) if "\\" in path else PurePosixPath(path)).name or "."
