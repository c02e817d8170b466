"""What one audited session knows: folder, policy, waivers, and what was asked for."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

from finewarden import policy as policies
from finewarden import waivers as waiver_files
from finewarden.artifacts.folder import Folder
from finewarden.evidence.directory import evidence_dir
from finewarden.gate import arguments
from finewarden.gate.judge import Judge
from finewarden.gate.measuring import Measuring
from finewarden.policy import Policy
from finewarden.waivers import Waivers

__all__ = ["CONTEXT", "Context", "audit_id"]


@dataclass(frozen=True)
class Context:
    """The command line and the policy, read and checked once."""

    model_dir: Path
    evidence_dir: Path
    policy: Policy
    waivers: Waivers
    secrets_file: Path | None
    train_data: tuple[Path, ...]
    base_model: str | None
    report_file: Path | None
    figures_dir: Path | None
    hashing: bool
    train_inputs: tuple[Path, ...] = ()
    """What `--train-data=` names, files and folders; `train_data` are the files of both."""

    @classmethod
    def from_config(cls, config: pytest.Config) -> Context:
        """Read what *config* names. Raises UsageError with one sentence for whatever can't be used."""
        start = config.invocation_params.dir
        folder = arguments.model_dir(config, config.getoption("model_dir"))

        def named(option: str) -> Path | None:
            value = config.getoption(option)
            return (start / value).resolve() if value else None

        policy_file = named("policy") or policies.find(start)
        arguments.check_settings(folder, {"the policy": policy_file})
        try:
            policy = policies.load(policy_file)
            waiver_file = named("audit_waivers")
            if waiver_file is None:
                default = (policy_file.parent if policy_file else start) / policy.audit.waivers
                waiver_file = default if default.exists() else None
            arguments.check_settings(folder, {"the waivers file": waiver_file})
            waivers = waiver_files.load(waiver_file) if waiver_file else Waivers.empty()
        except (policies.PolicyError, waiver_files.WaiversError) as error:
            raise pytest.UsageError(str(error)) from None
        evidence = named("evidence_dir") or evidence_dir(folder)
        if config.getoption("evidence_dir") and not evidence.is_dir():
            raise pytest.UsageError(f"--evidence-dir: no such folder: {evidence}")
        secrets = named("secrets")
        if secrets is not None and not secrets.is_file():
            raise pytest.UsageError(f"--secrets: no such file: {secrets}; give a JSONL or CSV of prompt + secret pairs")
        train_inputs = tuple((start / value).resolve() for value in config.getoption("train_data"))
        train_data = tuple(_data_files(train_inputs))
        arguments.check_outputs(
            config,
            folder,
            {
                "--audit-report": config.getoption("audit_report"),
                "--audit-figures": config.getoption("audit_figures"),
                "--junitxml": config.getoption("xmlpath", None),
                "--log-file": config.getoption("log_file", None),
                "GITHUB_STEP_SUMMARY": os.environ.get("GITHUB_STEP_SUMMARY")
                if config.getoption("audit_step_summary")
                else None,
                "--basetemp": config.getoption("basetemp", None),
                "--evidence-dir": config.getoption("evidence_dir"),
            },
        )
        return cls(
            model_dir=folder,
            evidence_dir=evidence,
            policy=policy,
            waivers=waivers,
            secrets_file=secrets,
            train_data=train_data,
            base_model=config.getoption("base_model"),
            report_file=named("audit_report"),
            figures_dir=named("audit_figures"),
            hashing=not config.getoption("no_audit_hashing"),
            train_inputs=train_inputs,
        )

    @cached_property
    def measuring(self) -> Measuring:
        """What was measured of the model, read or made once."""
        return Measuring(self)

    @cached_property
    def folder(self) -> Folder:
        """The audited folder, walked once."""
        return Folder.open(self.model_dir)

    @property
    def level(self) -> int:
        """1: the folder alone. 2: with data to put to the model. 3: with training's evidence and a policy."""
        if self.policy.file and self.evidence_dir.is_dir():
            return 3
        return 2 if self.secrets_file or self.train_data else 1

    def required(self, audit: str) -> bool:
        """Whether the policy requires *audit*, by its id or by its family (the part before the dot)."""
        return audit in self.policy.audit.required or audit.partition(".")[0] in self.policy.audit.required

    def judge(self, item: pytest.Item) -> Judge:
        """The judge of one audit."""
        audit = audit_id(item) or item.nodeid
        doc = (getattr(getattr(item, "function", None), "__doc__", None) or "").strip().split("\n", 1)[0]
        return Judge(
            audit,
            item.nodeid,
            policy=self.policy,
            waivers=self.waivers,
            level=self.level,
            required=self.required(audit),
            hashing=self.hashing,
            title=doc,
        )


CONTEXT = pytest.StashKey[Context]()


def _data_files(paths: Sequence[Path]) -> Iterator[Path]:
    """*paths*, and for each folder among them the data files in it. Raises UsageError."""
    for path in paths:
        if path.is_file():
            yield path
            continue
        if not path.is_dir():
            raise pytest.UsageError(f"--train-data: no such file: {path}; give what was trained on")
        from finewarden.personal_data.reading.folders import find_inputs

        files = [file.path for file in find_inputs([path]).files]
        if not files:
            raise pytest.UsageError(f"--train-data: {path} holds no data file; give what was trained on")
        yield from files


def audit_id(item: pytest.Item) -> str | None:
    """The public id of an audit: the first argument of its `audit` marker; None for an ordinary test."""
    marker = item.get_closest_marker("audit")
    if marker is None:
        return None
    if not marker.args or not isinstance(marker.args[0], str):
        raise pytest.UsageError(f'{item.nodeid}: the audit marker needs an id; write @pytest.mark.audit("mine.name")')
    return marker.args[0]
