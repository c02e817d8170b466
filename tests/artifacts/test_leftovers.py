"""What training leaves is told by name from what a release holds."""

from __future__ import annotations

import pytest

from finewarden.artifacts.leftovers import find_leftovers
from finewarden.leftovers import leftover_kind
from tests.artifacts.conftest import Make


@pytest.mark.parametrize(
    ("rel", "kind"),
    [
        ("checkpoint-100/model.safetensors", "checkpoints"),
        ("runs/Nov22_host/events.out.tfevents.1.host.2.0", "tracker logs"),
        ("wandb/run-1/files/config.yaml", "tracker logs"),
        ("mlruns/0/meta.yaml", "tracker logs"),
        ("completions/completions_00001.parquet", "completions"),
        (".ipynb_checkpoints/x.ipynb", "notebooks"),
        ("train.ipynb", "notebooks"),
        ("unsloth_compiled_cache/x.py", "generated code"),
        ("__pycache__/x.pyc", "generated code"),
        ("training_args.bin", "training arguments"),
        ("optimizer.pt", "training state"),
        ("rng_state_0.pth", "training state"),
        ("trainer_state.json", "training state"),
        ("eval_results.json", "metrics"),
        ("generated_predictions.jsonl", "predictions"),
        ("predictions.npy", "predictions"),
        ("ref_log_probs.npy", "log-probabilities"),
        ("cache-0123abcd.arrow", "training data"),
        ("data/train.jsonl", "training data"),
        ("trace.pt.trace.json", "traces"),
        (".git/config", "version control"),
        (".env", "private settings"),
        (".DS_Store", "system files"),
        (".model_card.md.xf3iufc5.tmp", "interrupted writes"),  # of a write that was killed
        ("config.json", None),
        ("model-00001-of-00002.safetensors", None),
        ("README.md", None),
        ("tokenizer.model", None),
        ("additional_chat_templates/tool.jinja", None),
        ("model_card.json", None),
        ("LICENSE", None),
    ],
)
def test_leftovers_are_told_by_name(rel: str, kind: str | None) -> None:
    """Each writer's leftovers have a kind; what a release holds has none."""
    assert leftover_kind(rel) == kind


def test_leftovers_are_counted_by_kind(make: Make) -> None:
    """A folder of leftovers is a few lines: kind, count, bytes, the first names."""
    found = list(
        find_leftovers(make({"checkpoint-1/a": "12", "checkpoint-2/b": "3", "training_args.bin": "x", "m": ""}))
    )
    assert [(one.kind, one.count, one.size) for one in found] == [("checkpoints", 2, 3), ("training arguments", 1, 1)]
