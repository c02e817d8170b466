"""All license audits of one folder, in process, as the gate runs them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

from finewarden.artifacts.folder import Folder
from finewarden.audits import (
    test_license_base,
    test_license_data,
    test_license_notices,
    test_license_text,
    test_license_use,
)
from finewarden.gate.judge import Judge, NotMeasured
from finewarden.licensing.licensed import look
from finewarden.policy import Policy
from finewarden.verdicts import Result
from finewarden.waivers import Waivers

__all__ = ["AUDITS", "breaches", "judged"]

MODULES: tuple[ModuleType, ...] = (
    test_license_base,
    test_license_text,
    test_license_notices,
    test_license_use,
    test_license_data,
)


def _found() -> Iterator[tuple[str, Callable[..., None]]]:
    for module in MODULES:
        for function in vars(module).values():
            for mark in getattr(function, "pytestmark", []):
                if mark.name == "audit":
                    yield mark.args[0], function


AUDITS: dict[str, Callable[..., None]] = dict(_found())


def judged(folder: Path, policy: Policy, *, base_model: str | None = None) -> dict[str, Result]:
    """The verdict of each audit on *folder*."""
    release = Folder.open(folder)
    given = {"release": release, "policy": policy, "licensed": look(release, policy), "base_model": base_model}
    results = {}
    for audit, function in AUDITS.items():
        judge = Judge(audit, audit, policy=policy, waivers=Waivers.empty())
        error: NotMeasured | None = None
        try:
            function(**{key: {**given, "judge": judge}[key] for key in inspect.signature(function).parameters})
        except NotMeasured as raised:
            error = raised
        results[audit] = judge.conclude(error)
    return results


def breaches(results: dict[str, Result]) -> list[tuple[str, str, bool]]:
    """(audit, rule, whether it only warns) of every finding."""
    return [
        (audit, found.rule, found.warn)
        for audit, result in results.items()
        for found in (*result.findings, *result.warnings)
    ]
