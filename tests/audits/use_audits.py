"""A release under given licenses, and the verdict of one audit on it."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

from finewarden.artifacts.folder import Folder
from finewarden.gate.judge import Judge, NotMeasured
from finewarden.licensing.base.claims import BaseClaim, BaseIdentity
from finewarden.licensing.form import form_of
from finewarden.licensing.licensed import Licensed
from finewarden.licensing.terms import library_of, terms_of
from finewarden.policy import Policy
from finewarden.verdicts import Result
from finewarden.waivers import Waivers

__all__ = ["based_on", "in_project", "judged", "rules", "shows", "warned", "with_file"]


def based_on(folder: Path, policy: Policy, *models: str) -> Licensed:
    """What is known of *folder* when its own files establish *models* as its bases."""
    claim = BaseClaim("adapter_config.json: base_model_name_or_path", ", ".join(models), "name", "strong", models)
    identity = BaseIdentity((claim,) if models else (), models, (), ())
    library = library_of(policy)
    release = Folder.open(folder)
    return Licensed(
        identity, terms_of(identity, policy, library), form_of(release, policy), library, policy, release.root
    )


def judged(audit: Callable[..., None], folder: Path, policy: Policy, *models: str) -> Result:
    """The verdict of *audit* on *folder*, a fine-tune of *models*."""
    judge = Judge("license.tested", "tested", policy=policy, waivers=Waivers.empty())
    given: dict[str, Any] = {
        "release": Folder.open(folder),
        "judge": judge,
        "policy": policy,
        "licensed": based_on(folder, policy, *models),
    }
    try:
        audit(**{key: given[key] for key in inspect.signature(audit).parameters})
    except NotMeasured as error:
        return judge.conclude(error)
    return judge.conclude()


def rules(result: Result) -> list[str]:
    """The rules that fail."""
    return [found.rule for found in result.findings]


def warned(result: Result) -> list[str]:
    """The rules that warn."""
    return [found.rule for found in result.warnings]


def with_file(policy: Policy, folder: Path) -> Policy:
    """*policy* as if it was read from a file in *folder*."""
    policy._file, policy._folder = "finewarden.toml", folder
    return policy


def in_project(policy: Policy, release: Path) -> Policy:
    """*policy* as if it was read from a file of the project of *release*, outside of it."""
    return with_file(policy, _beside(release))


def shows(release: Path, name: str) -> Path:
    """Put the document *name* beside the policy of *release*; where it lies."""
    _beside(release).mkdir(exist_ok=True)
    (_beside(release) / name).write_text("granted")
    return _beside(release) / name


def _beside(release: Path) -> Path:
    return release.with_name(f"{release.name}.project")
