"""Local paths that training writes into configuration files of the folder, taken out of them again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path, PurePosixPath, PureWindowsPath

from finewarden.licensing.base_names import is_local
from finewarden.release import own_folder

__all__ = ["clean_adapter_config", "clean_config", "last_part"]


def clean_adapter_config(folder: Path, *, base: str | None, local: Callable[[str], bool] = is_local) -> bool | None:
    """Put the base model's id where PEFT put the folder it was loaded from. True when written.

    None when there is a path and no id to put there: emptying the field would make an adapter that can't be loaded.
    """
    path = folder / "adapter_config.json"
    data = own_folder.read_json(path)
    if not isinstance(data, dict):
        return False
    value = data.get("base_model_name_or_path")
    if not isinstance(value, str) or not local(value):
        return False
    if base is None:
        return None
    data["base_model_name_or_path"] = base
    return own_folder.write_json(path, data)


def clean_config(folder: Path, *, base: str | None, local: Callable[[str], bool] = is_local) -> bool:
    """Replace, or without an id drop, the path that transformers before 4.50 kept as `_name_or_path`."""
    path = folder / "config.json"
    data = own_folder.read_json(path)
    if not isinstance(data, dict):
        return False
    value = data.get("_name_or_path")
    if not isinstance(value, str) or not local(value):
        return False
    if base is None:
        del data["_name_or_path"]
    else:
        data["_name_or_path"] = base
    return own_folder.write_json(path, data)


def last_part(path: str) -> str:
    """The last part of a POSIX or Windows path: "/home/x/out" -> "out"."""
    return (PureWindowsPath(path) if "\\" in path else PurePosixPath(path)).name or "."
