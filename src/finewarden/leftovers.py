"""What training leaves beside the model and nobody loads to run it: by the names that the writers give it.

Trainer pushes all of it but the checkpoints to the Hub (it ignores `_*` and `checkpoint-*` only). One table for the
audit that names it and for `finalize`, which moves it.

Sources: transformers/trainer.py, transformers/integrations, trl/trainer, peft, unsloth, LLaMA-Factory, Axolotl,
DeepSpeed and the trackers' own documentation.
"""

from __future__ import annotations

import re
from fnmatch import translate

__all__ = ["KINDS", "file_kind", "folder_kind", "leftover_kind"]

# Everything below a folder of such a name, at any depth.
_FOLDERS: dict[str, str] = {
    "checkpoints": "checkpoint-* last-checkpoint global_step[0-9]* epoch_[0-9]*",
    "completions": "completions",
    "tracker logs": "runs wandb mlruns mlartifacts clearml swanlog trackio .neptune .aim lightning_logs logs",
    "notebooks": ".ipynb_checkpoints",
    "generated code": "unsloth_compiled_cache unsloth_training_checkpoints _unsloth_* __pycache__ .triton"
    " torch_compile_debug torchinductor_*",
    "training data": "last_run_prepared datasets",
    "version control": ".git .hg .svn",
    "private settings": ".huggingface .cache .aws .ssh",
    "system files": ".idea .vscode __MACOSX",
}
_FILES: dict[str, str] = {
    "completions": "completions_[0-9]*.parquet",
    "tracker logs": "events.out.tfevents.* *.wandb",
    "notebooks": "*.ipynb",
    "training arguments": "training_args.bin llamaboard_config.yaml finetune_args.json training_args.yaml",
    "training state": "optimizer.pt optimizer.bin scheduler.pt scheduler.bin scaler.pt rng_state*.pth"
    " trainer_state.json random_states_*.pkl zero_to_fp32.py *_optim_states.pt trainer_log.jsonl latest",
    "metrics": "*_results.json *_results.txt training_loss.png training_eval_loss.png",
    "predictions": "*predictions*.json *predictions*.jsonl *predictions*.csv *predictions*.txt *predictions*.parquet"
    " *predictions*.np[yz] *predictions*.pt *predict_results*",
    "log-probabilities": "*logprobs*.np[yz] *logprobs*.pt *logprobs*.arrow *logprobs*.parquet *log_probs*.np[yz]"
    " *log_probs*.pt *log_probs*.arrow *log_probs*.parquet *logps*.np[yz] *logps*.pt *logps*.arrow *logps*.parquet",
    "training data": "cache-*.arrow data-[0-9]*-of-[0-9]*.arrow dataset_info.json dataset_dict.json"
    " *train*.jsonl *train*.csv *train*.tsv *train*.parquet *train*.arrow eval*.jsonl test*.jsonl valid*.jsonl"
    " dev*.jsonl *train_data*.json *train_dataset*.json *training_data*.json *train_samples*.json",
    "traces": "*.pt.trace.json *.pt.trace.json.gz *.trace *.prof *.nsys-rep *.qdrep *snapshot*.pickle",
    "private settings": ".env .env.* .netrc id_rsa id_ed25519",
    "system files": ".DS_Store Thumbs.db *.swp *.swo *~ nohup.out *.log",
    "interrupted writes": ".*.tmp",
}


def _compiled(table: dict[str, str]) -> list[tuple[str, re.Pattern[str]]]:
    return [(kind, re.compile("|".join(translate(glob) for glob in globs.split()))) for kind, globs in table.items()]


KINDS: tuple[str, ...] = tuple(dict.fromkeys((*_FOLDERS, *_FILES)))
_FOLDER_PATTERNS, _FILE_PATTERNS = _compiled(_FOLDERS), _compiled(_FILES)


def folder_kind(name: str) -> str | None:
    """The kind of leftover that a folder called *name* holds; None for a folder of the release."""
    return next((kind for kind, pattern in _FOLDER_PATTERNS if pattern.match(name)), None)


def file_kind(name: str) -> str | None:
    """The kind of leftover that a file called *name* is; None for a file of the release."""
    return next((kind for kind, pattern in _FILE_PATTERNS if pattern.match(name)), None)


def leftover_kind(rel: str) -> str | None:
    """The kind of leftover that the file *rel* (posix) is, or lies in; None for what belongs to a release."""
    *folders, name = rel.split("/")
    return next((kind for folder in folders if (kind := folder_kind(folder))), None) or file_kind(name)
