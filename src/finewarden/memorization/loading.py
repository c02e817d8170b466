"""A model folder opened for scoring: offline, safetensors only, no code of the folder run, base from the same load.

Nothing heavy is imported until `load` is called.
"""

from __future__ import annotations

import contextlib
import json
import os
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from finewarden.evidence.model_files import loaded_files

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

__all__ = ["LoadError", "Loaded", "find_base", "load", "missing_packages", "named_base", "patient"]

_CONFIG_LIMIT = 16 * 2**20


class LoadError(ValueError):
    """A model that can't be loaded as it must be; says what is missing and what to write."""


@dataclass
class Loaded:
    """A fine-tuned model in evaluation mode, its tokenizer and, where there is one, its base.

    *stop_ids* end an answer. *base_folder* holds the base's files, None when there is no base.
    """

    model: Any
    tokenizer: PreTrainedTokenizerBase
    stop_ids: tuple[int, ...]
    base_folder: Path | None
    separate_base: Any = None

    @property
    def has_base(self) -> bool:
        """Whether `as_base` can be entered."""
        return self.base_folder is not None

    @contextlib.contextmanager
    def as_base(self) -> Iterator[Any]:
        """The base model: the adapter switched off (one load for both), or the separate base of full weights."""
        if self.separate_base is not None:
            yield self.separate_base
        else:
            with self.model.disable_adapter():
                yield self.model


@contextlib.contextmanager
def patient() -> Iterator[None]:
    """Where the libraries' deprecations neither fail a session that turns warnings into errors nor fill its report."""
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        for deprecation in (DeprecationWarning, PendingDeprecationWarning, FutureWarning):
            warnings.simplefilter("ignore", deprecation)
        yield


def missing_packages(model_dir: Path) -> list[str]:
    """What must be installed before *model_dir* can be loaded, by the names pip knows. Imports none of it."""
    import importlib.util

    needed = [
        "torch",
        "transformers",
        "hypothesis",
        "rapidfuzz",
        *(["peft"] if (model_dir / "adapter_config.json").is_file() else []),
    ]
    return [name for name in needed if importlib.util.find_spec(name) is None]


def load(model_dir: Path, *, base_model: str | None = None, device: str | None = None) -> Loaded:
    """Open *model_dir*, full weights or a PEFT adapter, on *device* (default: CUDA, else MPS, else CPU).

    The base of an adapter is *base_model* or what its adapter_config.json names; the base of full weights is
    *base_model*, else there is none. A base is a local folder or a name in the local Hugging Face cache: nothing is
    downloaded. On CPU all weights are widened to float32 (exact); elsewhere they keep their stored type.
    Raises LoadError.
    """
    missing = missing_packages(model_dir)
    if missing:
        raise LoadError(f"scoring needs {' and '.join(missing)}; write `pip install {' '.join(missing)}`")
    # Read when huggingface_hub is first imported; every call below says so again for a process that has it already.
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    is_adapter = (model_dir / "adapter_config.json").is_file()
    if not is_adapter:
        _check_weights(model_dir, "config.json")
        base_folder = find_base(base_model) if base_model else None
    else:
        _check_weights(model_dir, "adapter_config.json")
        base_folder = find_base(base_model or named_base(model_dir))
    if base_folder is not None:
        if base_folder.resolve() == model_dir.resolve():
            raise LoadError("--base-model names the audited folder itself; name the model it was fine-tuned from")
        _check_weights(base_folder, "config.json", follow=True)
    with patient():
        try:
            return _load(model_dir, base_folder, is_adapter, device or _device())
        except LoadError:
            raise
        except Exception as error:  # each library raises its own; the reason is what counts
            why = str(error).strip().split("\n", 1)[0][:300] or type(error).__name__
            raise LoadError(f"the model can't be loaded ({type(error).__name__}: {why}); mend the folder") from error


def _load(model_dir: Path, base_folder: Path | None, is_adapter: bool, device: str) -> Loaded:
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(str(model_dir), trust_remote_code=False, local_files_only=True)
    if not is_adapter:
        separate = _weights(base_folder, device) if base_folder else None
        model = _weights(model_dir, device)
        return Loaded(model, tokenizer, _stop_ids(model_dir, tokenizer), base_folder, separate)

    from peft import PeftModel

    assert base_folder is not None
    model = _weights(base_folder, device)
    if len(tokenizer) > model.get_input_embeddings().num_embeddings:
        model.resize_token_embeddings(len(tokenizer), mean_resizing=False)  # the adapter brings the new rows
    model = PeftModel.from_pretrained(model, str(model_dir), is_trainable=False, local_files_only=True)
    model.eval()
    return Loaded(model, tokenizer, _stop_ids(model_dir, tokenizer, base_folder), base_folder)


def _weights(folder: Path, device: str) -> Any:
    import torch
    from transformers import AutoModelForCausalLM, GenerationConfig

    loaded: Any = AutoModelForCausalLM.from_pretrained(
        str(folder),
        dtype=torch.float32 if device == "cpu" else "auto",
        trust_remote_code=False,
        use_safetensors=True,
        local_files_only=True,
        output_loading_info=True,
    )
    model, report = loaded
    left_out = sorted(report["missing_keys"]) + sorted(str(key[0]) for key in report["mismatched_keys"])
    if left_out:  # transformers fills them with random numbers, and the scores would mean nothing
        raise LoadError(
            f"{folder.name} does not hold all weights of its config.json (first missing: {left_out[0]}); save it whole"
        )
    # What a folder asks of generation (sampling, penalties, forced tokens) would change what "greedy" means.
    model.generation_config = GenerationConfig()  # type: ignore[no-untyped-call]
    if not getattr(model, "hf_device_map", None) and not getattr(model, "is_quantized", False):
        model.to(device)
    return model.eval()


def _device() -> str:
    import torch

    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def _stop_ids(model_dir: Path, tokenizer: PreTrainedTokenizerBase, base_folder: Path | None = None) -> tuple[int, ...]:
    ids = {tokenizer.eos_token_id}
    for folder in (model_dir, base_folder):
        if folder is not None and (folder / "generation_config.json").is_file():
            eos = _json(folder, "generation_config.json").get("eos_token_id")
            ids.update(eos if isinstance(eos, list) else [eos])
    return tuple(sorted(i for i in ids if isinstance(i, int)))


def find_base(name: str) -> Path:
    """The folder of base model *name*: a local folder, or its snapshot in the local Hugging Face cache.

    Raises LoadError when it is in neither place: nothing is downloaded.
    """
    if Path(name).is_dir():
        return Path(name)
    advice = "write --base-model=FOLDER with the folder that holds it"
    if Path(name).is_absolute() or name.startswith(".") or name.count("/") > 1:
        raise LoadError(f"the base model's folder {Path(name).name!r} does not exist here; {advice}")
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(name, local_files_only=True))
    except (LocalEntryNotFoundError, HFValidationError, OSError):
        raise LoadError(
            f"the base model {name!r} is neither a folder nor in the local Hugging Face cache; "
            f"run `hf download {name}` where there is a network, or {advice}"
        ) from None


def named_base(model_dir: Path) -> str:
    """The base model that the adapter in *model_dir* names. Raises LoadError when it names none."""
    adapter = _json(model_dir, "adapter_config.json")
    if adapter.get("auto_mapping") and not adapter.get("task_type"):
        raise LoadError("adapter_config.json asks to import a library (auto_mapping); give it task_type CAUSAL_LM")
    name = adapter.get("base_model_name_or_path")
    if not isinstance(name, str) or not name.strip():
        raise LoadError("adapter_config.json names no base model; write --base-model=FOLDER")
    return name


def _check_weights(folder: Path, config: str, *, follow: bool = False) -> None:
    """Refuse what would be unpickled, read from elsewhere or half there."""
    names = {path.name for path in loaded_files(folder, follow=follow)}
    is_adapter = config == "adapter_config.json"
    if not is_adapter and "adapter_config.json" in names:
        raise LoadError(f"{folder.name} is itself an adapter; merge it into its base and name the merged model")
    if config not in names:
        raise LoadError(f"{folder.name} holds no {config}; name the folder that training wrote")
    if is_adapter and "adapter_model.safetensors" not in names:
        raise LoadError(f"{folder.name} holds no adapter_model.safetensors; save it with safe_serialization=True")
    if not any(name.endswith(".safetensors") for name in names):
        raise LoadError(
            f"{folder.name} holds no .safetensors file, and pickles are never loaded; save it as safetensors"
        )
    for name in names:
        if name.endswith(".safetensors.index.json"):
            shards = _json(folder, name).get("weight_map")
            if not isinstance(shards, dict) or not set(map(str, shards.values())) <= names:
                raise LoadError(f"{name} names a file that is not in {folder.name}; save the model anew")


def _json(folder: Path, name: str) -> dict[str, Any]:
    path = folder / name
    try:
        if path.stat().st_size > _CONFIG_LIMIT * (4 if name.endswith("index.json") else 1):
            raise LoadError(f"{name} is too large to be what its name says; save the model anew")
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        raise LoadError(f"{name} of {folder.name} is not JSON; save the model anew") from None
    if not isinstance(value, dict):
        raise LoadError(f"{name} of {folder.name} holds no object; save the model anew")
    return value
