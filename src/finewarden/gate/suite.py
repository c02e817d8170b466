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

__all__ = ["AuditModule", "AuditSuite", "collected_by_path", "home", "is_under", "shipped_node"]

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


def shipped_node(config: pytest.Config, argument: str) -> str | None:
    """The node id of a shipped audit that *argument* names by module (`--pyargs`) or by a path that is not the user's.

    None for anything else. The audits are not collected by path: pytest would then look for settings and conftest files
    around the installed package.
    """
    name, _, rest = argument.partition("::")
    path = Path(name)
    if config.option.pyargs and name.startswith(f"{PACKAGE}."):
        path = Path("audits", name.removeprefix(f"{PACKAGE}.") + ".py")
    elif path.parts[:1] != ("audits",) or (config.invocation_params.dir / path).exists():
        return None
    if not home().joinpath(*path.parts[1:]).is_file():
        return None
    return f"{path.as_posix()}::{rest}" if rest else path.as_posix()


def is_under(node: str, name: str) -> bool:
    """Whether *node* is what *name* names, or lies in it."""
    return node == name or node.startswith((f"{name}::", f"{name}["))


def collected_by_path(config: pytest.Config) -> bool:
    """Whether the arguments name the audits' own folder, as in this project's checkout."""
    folder = home()
    for argument in config.args:
        path = (config.invocation_params.dir / argument.partition("::")[0]).resolve()
        if path == folder or folder in path.parents:
            return True
    return False
