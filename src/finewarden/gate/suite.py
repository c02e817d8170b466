"""The shipped audits as pytest nodes with the same ids everywhere: `audits/test_license.py::test_...`.

They hang on the session by a collector of their own instead of a path in the arguments: node ids then do not depend on
where the package is installed, and `sys.path` is left alone.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

__all__ = ["AuditModule", "AuditSuite", "home", "named_on_command_line"]

PACKAGE = "finewarden.audits"


class AuditModule(pytest.Module):
    """A shipped audit file, imported by its one canonical name."""

    @classmethod
    def of(cls, parent: pytest.Collector, path: Path) -> AuditModule:
        """The module of *path* under *parent*."""
        module: AuditModule = cls.from_parent(parent, path=path, nodeid=f"audits/{path.name}")
        return module

    def _getobj(self) -> ModuleType:
        return importlib.import_module(f"{PACKAGE}.{self.path.stem}")


class AuditSuite(pytest.Collector):
    """All shipped audits; what needs a model is sorted behind them by the session."""

    def collect(self) -> Iterator[pytest.Module]:
        for path in sorted(home().glob("test_*.py")):
            yield AuditModule.of(self, path)


def home() -> Path:
    """The folder of the shipped audits."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("finewarden.audits is not installed; reinstall finewarden")
    return Path(next(iter(spec.submodule_search_locations))).resolve()


def named_on_command_line(config: pytest.Config) -> bool:
    """Whether the arguments name shipped audits themselves, by file or by `--pyargs`."""
    folder = home()
    for argument in config.args:
        name = argument.partition("::")[0]
        if config.option.pyargs and name.startswith(PACKAGE):
            return True
        path = (config.invocation_params.dir / name).resolve()
        if path == folder or folder in path.parents:
            return True
    return False
