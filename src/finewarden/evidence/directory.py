"""Where the private evidence of a model folder lies."""

from __future__ import annotations

from pathlib import Path

__all__ = ["RUN_LOG", "SCAN_RESULTS", "evidence_dir"]

RUN_LOG = "run.jsonl"
SCAN_RESULTS = "scan"
"""The folder in which the results of a scan of the training data are kept (`finewarden scan --results`)."""


def evidence_dir(model_dir: Path) -> Path:
    """`<model-dir>.evidence/`: a sibling, so that publishing the folder whole never publishes the evidence.

    Raises ValueError for a folder without a name of its own (`/`).
    """
    folder = model_dir.resolve()
    if not folder.name:
        raise ValueError(f"{model_dir} has no sibling to hold its evidence: name a folder below it")
    return folder.with_name(folder.name + ".evidence")
