"""As what a release is given away, told from its files."""

from __future__ import annotations

from finewarden.artifacts.folder import Folder, UnreadableFile
from finewarden.license_record import Form
from finewarden.policy import Policy

__all__ = ["form_of"]


def form_of(release: Folder, policy: Policy) -> Form:
    """The policy's word, else what lies in *release*: an adapter, fewer bits, or plain weights."""
    if policy.form is not None:
        return policy.form
    if release.get("adapter_config.json") is not None:
        return "adapter"
    if any(file.name.lower().endswith(".gguf") for file in release.files):
        return "quantised"
    try:
        config = release.json("config.json") if release.get("config.json") else None
    except UnreadableFile:
        config = None
    return "quantised" if isinstance(config, dict) and "quantization_config" in config else "weights"
