"""What was measured: the model folder, its base and the machine, as they stand in measurements.json."""

from __future__ import annotations

import importlib.metadata
from pathlib import Path

from finewarden.evidence.measurements import Base
from finewarden.evidence.model_files import ModelFilesError, combined, digests, loaded_files
from finewarden.memorization.loading import Loaded, LoadError, find_base, named_base

__all__ = ["base_of", "check_base", "environment", "stamp"]


def base_of(model_dir: Path, asked: str | None) -> Base | None:
    """The base model of *model_dir*, by its files: *asked*, or what an adapter names; None for full weights alone.

    Nothing is loaded. Raises LoadError when the base is not on this machine, or holds the weights of *model_dir*: it
    would excuse everything.
    """
    if asked is None and not (model_dir / "adapter_config.json").is_file():
        return None
    asked = asked or named_base(model_dir)
    folder = find_base(asked)
    try:
        mine, theirs = digests(model_dir), digests(folder, follow=True)
    except ModelFilesError as error:
        raise LoadError(str(error)) from None
    weights = {name: digest for name, digest in mine.items() if name.endswith(".safetensors")}
    if weights and weights.items() <= theirs.items():
        raise LoadError("--base-model holds the weights of the audited folder; name the model it was fine-tuned from")
    name = Path(asked).name if Path(asked).is_absolute() or Path(asked).is_dir() else asked
    return Base(name=name, digest=combined(theirs))


def check_base(loaded: Loaded) -> None:
    """Both models are asked by one tokenizer's ids: they must mean the same to both. Raises LoadError."""
    if loaded.separate_base is None:
        return
    from transformers import AutoTokenizer

    assert loaded.base_folder is not None
    folder = str(loaded.base_folder)
    theirs = AutoTokenizer.from_pretrained(folder, trust_remote_code=False, local_files_only=True).get_vocab()
    mine = loaded.tokenizer.get_vocab()
    if any(theirs.get(token, token_id) != token_id for token, token_id in mine.items()):
        raise LoadError(
            f"the tokenizer of {loaded.base_folder.name} gives other ids; --base-model names another model's base"
        )


def stamp(model_dir: Path) -> list[tuple[str, int, int]]:
    """Name, size and time of each file that loading reads. Raises LoadError."""
    try:
        return [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in loaded_files(model_dir)]
    except ModelFilesError as error:
        raise LoadError(str(error)) from None


def environment(loaded: Loaded) -> dict[str, str]:
    """Versions of what scored, and on what. Recorded, not compared."""
    parameter = next(loaded.model.parameters())
    versions = {}
    for name in ("torch", "transformers", "peft", "tokenizers", "hypothesis", "scikit-learn"):
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return {**versions, "device": parameter.device.type, "dtype": str(parameter.dtype).removeprefix("torch.")}
