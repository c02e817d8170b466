"""Whether the folder holds a whole model: configuration, weights, each shard that an index names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from finewarden.artifacts.folder import Folder
from finewarden.artifacts.names import printable
from finewarden.artifacts.unreadable import UnreadableFile
from finewarden.leftovers import leftover_kind

__all__ = ["Missing", "configs_that_fail", "missing_shards", "what_is_missing"]

_WEIGHTS = re.compile(r"\.(?:safetensors|bin|gguf|pt|pth|ckpt|onnx|h5|msgpack|npz|litertlm|task|mlmodel)$")
_CONFIGS = frozenset({"config.json", "adapter_config.json", "model_index.json", "params.json"})
_JSON = re.compile(r"(?:^|/)(?:[\w\-]*config|special_tokens_map|modules|[\w.\-]+\.index|params|model_index)\.json$")
_ADAPTER_WEIGHTS = ("adapter_model.safetensors", "adapter_model.bin")


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that makes the folder no model; `rule` names the case."""

    rule: str
    where: str
    what: str
    mend: str


def what_is_missing(folder: Folder) -> Iterator[Missing]:
    """At most one: an empty folder, one without a model, one whose weights are elsewhere."""
    if not folder.files:
        if not folder.hazards:  # else they are the reason: a Hub cache is a folder of links
            yield Missing("empty", ".", "the folder holds no file", "name the folder that training wrote the model to")
        return
    own = [file for file in folder.files if leftover_kind(file.rel) is None]
    configs = {file.rel for file in own if file.name in _CONFIGS}
    weights = [file for file in own if _WEIGHTS.search(file.name)]
    if not weights and not configs:
        checkpoint = next((file.rel.split("/")[0] for file in folder.files if file.rel.startswith("checkpoint-")), None)
        if checkpoint is not None:
            mend = f"call trainer.save_model() after training, or audit {checkpoint}/ itself"
            yield Missing("no-model", ".", "only checkpoints lie here, no model", mend)
        else:
            yield Missing("no-model", ".", "no file here is a model's", "name the folder that training wrote it to")
    elif "adapter_config.json" in configs and not any(folder.get(name) for name in _ADAPTER_WEIGHTS):
        mend = "save the adapter again: trainer.save_model()"
        yield Missing("no-weights", "adapter_config.json", "the adapter's weights are not here", mend)
    elif not weights:
        where = min(configs)
        yield Missing(
            "no-weights", where, "a configuration without weights", "save the model again: trainer.save_model()"
        )
    elif not configs and not any(file.name.endswith((".gguf", ".onnx", ".litertlm", ".task")) for file in weights):
        where = min(file.rel for file in weights)
        yield Missing(
            "no-config", where, "weights without a configuration", "copy config.json or adapter_config.json here"
        )


def configs_that_fail(folder: Folder) -> Iterator[UnreadableFile]:
    """Configurations that no two readers need to understand alike, with the reason."""
    for file in folder.files:
        if _JSON.search(file.rel) and leftover_kind(file.rel) is None:
            try:
                value = folder.json(file.rel)
            except UnreadableFile as error:
                yield error
                continue
            if not isinstance(value, dict) and file.name != "modules.json":
                yield UnreadableFile(file.rel, "holds no JSON object: save it anew")


def missing_shards(folder: Folder) -> Iterator[UnreadableFile]:
    """Indexes that name files which are not in the folder, or not by a bare name."""
    for file in folder.files:
        if not file.name.endswith(".index.json") or leftover_kind(file.rel) is not None:
            continue
        try:
            index = folder.json(file.rel)
        except UnreadableFile:  # given by configs_that_fail
            continue
        table = index.get("weight_map") if isinstance(index, dict) else None
        names = {name for name in table.values() if isinstance(name, str)} if isinstance(table, dict) else set()
        base = file.rel[: -len(file.name)]
        gone = sorted(name for name in names if "/" in name or "\\" in name or folder.get(base + name) is None)
        if gone:
            shown = printable(gone[0]) + (f" and {len(gone) - 1} more" if len(gone) > 1 else "")
            yield UnreadableFile(file.rel, f"names {shown}, which is not beside it: save the model again")
