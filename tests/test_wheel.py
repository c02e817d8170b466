"""The wheel holds exactly the tree's modules: a forgotten sub-package fails here, not at a user's."""

from __future__ import annotations

import json
import sysconfig
from importlib.metadata import Distribution, distributions
from pathlib import Path

import pytest

from tests.conftest import ROOT

PLACES = {"src/finewarden": "finewarden", "callbacks": "finewarden/callbacks", "audits": "finewarden/audits"}
SHIPPED = {".csv", ".py", ".json", ".typed", ".toml", ".yaml"}


def in_tree() -> set[str]:
    """Every module and data file of the tree under its installed name."""
    found = set()
    for place, installed in PLACES.items():
        for path in (ROOT / place).rglob("*"):
            if path.suffix in SHIPPED or path.name == "py.typed":
                found.add(f"{installed}/{path.relative_to(ROOT / place).as_posix()}")
    return found


def installed() -> Distribution:
    """The installed distribution; not an egg-info that a build left in the tree, which lies on `sys.path` too."""
    found = distributions(name="finewarden", path=[sysconfig.get_path("purelib")])
    return next(iter(found))


def in_wheel() -> set[str]:
    """What the installed distribution recorded."""
    dist = installed()
    direct = json.loads(dist.read_text("direct_url.json") or "{}")
    if direct.get("dir_info", {}).get("editable"):
        pytest.skip("an editable install has no wheel; tox tests the wheel")
    files = (Path(str(file)).as_posix() for file in dist.files or ())
    return {name for name in files if name.startswith("finewarden/") and "__pycache__" not in name}


def test_wheel_is_the_tree() -> None:
    """Nothing is missing from the wheel and nothing else is in it."""
    assert in_wheel() == in_tree()


def test_top_level_is_only_ours() -> None:
    """Installing finewarden adds no other top-level name: `callbacks` and `audits` are taken on PyPI."""
    files = installed().files or ()
    tops = {Path(str(f)).parts[0] for f in files if not str(f).startswith("..")}

    assert {top for top in tops if not top.endswith((".dist-info", ".pth", ".py"))} <= {"finewarden", "__pycache__"}
