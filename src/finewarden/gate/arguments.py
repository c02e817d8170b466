"""Which folder is audited, and every way of naming it that would let the folder's own code or settings run.

pytest reads settings, plugins and conftest files from the places its arguments name, so the refusals run before any
conftest is loaded. What they can't undo is the separate form `--model-dir out/`: pytest has then already taken `out/`
for a test path and may have obeyed a `pytest.ini` in it. That form is refused where it changed anything.
"""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Iterator, Sequence
from importlib.machinery import PathFinder
from pathlib import Path

import pytest
from _pytest.config.findpaths import determine_setup

__all__ = ["check_before_conftests", "check_outputs", "check_settings", "model_dir"]


def model_dir(config: pytest.Config, raw: str) -> Path:
    """The audited folder, resolved. Raises UsageError when there is no such folder or nothing in it."""
    path = config.invocation_params.dir / raw
    try:
        if not raw.strip() or not path.exists():
            raise pytest.UsageError(f"--model-dir: no such folder: {raw!r}; give the folder that training wrote")
        if not path.is_dir():
            raise pytest.UsageError(f"--model-dir: {raw} is a file; give the folder that holds it")
        with os.scandir(path) as entries:
            is_empty = next(entries, None) is None
        if is_empty:
            raise pytest.UsageError(f"--model-dir: {raw} is empty; give the folder that training wrote")
    except OSError as error:
        raise pytest.UsageError(
            f"--model-dir: {raw} can't be read ({error.strerror}); give this user read access to it"
        ) from None
    return path.resolve()


def check_before_conftests(config: pytest.Config, args: Sequence[str]) -> None:
    """Raise UsageError for a call in which the model folder is also where pytest takes tests or settings from."""
    known = config.known_args_namespace
    raw: str = known.model_dir
    folder = model_dir(config, raw)
    here = config.invocation_params.dir.resolve()
    write = f"write --model-dir={raw}"
    if config.inipath is not None and _inside(config.inipath.resolve(), folder):
        raise pytest.UsageError(
            f"pytest took its settings from inside the model folder ({config.inipath.name}); "
            f"call it from your project's folder and {write}"
        )
    if _inside(here, folder):
        raise pytest.UsageError(
            f"the current folder lies in the model folder {folder}: its conftest.py would run and pytest would write "
            f"into it; change to your project's folder and {write}"
        )
    if _inside(config.rootpath.resolve(), folder):
        raise pytest.UsageError(f"pytest's rootdir lies in the model folder {folder}; add --rootdir=. and {write}")
    _check_separate_form(config, args, raw)
    _check_imports(here, folder)
    for path in _anchors(config):
        if _inside(path.resolve(), folder):
            raise pytest.UsageError(
                f"{path} is given as a test path but lies in the model folder, whose code must not run; "
                f"take it out of the arguments or testpaths and {write}"
            )
        # pytest also loads the conftest.py of each `test*` folder below a path it starts from
        for below in path.glob("test*"):
            if below.is_dir() and _inside(below.resolve(), folder) and (below / "conftest.py").exists():
                raise pytest.UsageError(
                    f"pytest would run {raw}/conftest.py, because the model folder's name begins with 'test'; "
                    "rename the folder or delete that file"
                )


def check_settings(folder: Path, files: dict[str, Path | None]) -> None:
    """Raise UsageError for one of *files* (what it is -> path) that whoever wrote the audited *folder* wrote, too."""
    for what, path in files.items():
        if path is not None and _inside(path.resolve(), folder):
            raise pytest.UsageError(
                f"{what} {path} lies in the model folder, which may not say how it is audited; keep it in your project"
            )


def check_outputs(config: pytest.Config, folder: Path, outputs: dict[str, str | None]) -> None:
    """Raise UsageError for an output (option -> path) that would be written into the audited *folder*."""
    for option, value in outputs.items():
        if value and _inside((config.invocation_params.dir / value).resolve(), folder):
            raise pytest.UsageError(
                f"{option}={value} lies in the model folder, which is never written to; name a place outside it"
            )
        if option == "--audit-report" and value and (config.invocation_params.dir / value).is_dir():
            raise pytest.UsageError(f"{option}={value} is a folder; name the file to write, such as report.json")
    cache = getattr(config, "cache", None)
    if cache is not None and _inside(Path(str(cache._cachedir)).resolve(), folder):
        raise pytest.UsageError(
            "cache_dir lies in the model folder, which is never written to; set cache_dir elsewhere"
        )


def _check_imports(here: Path, folder: Path) -> None:
    """`python -m pytest` and conftest files put their folder first on sys.path: `yaml/` beside them is then yaml."""
    places = {entry: (here / entry).resolve() for entry in sys.path}
    if any(_inside(place, folder) for place in places.values()):
        raise pytest.UsageError(f"the model folder {folder} is on Python's import path; take it out of PYTHONPATH")
    elsewhere = [entry for entry, place in places.items() if place != folder.parent]
    if any(folder.glob("__init__.*")) and PathFinder.find_spec(folder.name, elsewhere) is not None:
        raise pytest.UsageError(
            f"the model folder holds __init__.py and is called {folder.name!r}, as an installed package is, in whose "
            "place it could be imported; rename the folder or delete that file"
        )


def _check_separate_form(config: pytest.Config, args: Sequence[str], raw: str) -> None:
    known = config.known_args_namespace
    given = [*shlex.split(os.environ.get("PYTEST_ADDOPTS", "")), *args]
    if "--model-dir" not in given or known.inifilename or known.rootdir:
        return
    # What pytest would have found, had it not read the folder as a test path.
    extra = {} if pytest.version_tuple < (9,) else {"override_ini": None}
    root, ini, *_ = determine_setup(
        inifile=None,
        args=[a for a in known.file_or_dir if a != raw],
        rootdir_cmd_arg=None,
        invocation_dir=config.invocation_params.dir,
        **extra,
    )
    if (root, ini) != (config.rootpath, config.inipath):
        raise pytest.UsageError(
            f"pytest read {raw} as a test path and took {config.rootpath} as its root folder; write --model-dir={raw}"
        )


def _anchors(config: pytest.Config) -> Iterator[Path]:
    """Where pytest starts collecting and so looks for conftest files."""
    start = config.invocation_params.dir
    named = [str(a).partition("::")[0] for a in config.known_args_namespace.file_or_dir]
    if not named and start == config.rootpath:
        named = list(config.getini("testpaths"))
    paths = [start / name for name in named if (start / name).exists()]
    yield from paths or [start]


def _inside(path: Path, folder: Path) -> bool:
    return path == folder or folder in path.parents
