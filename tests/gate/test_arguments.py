"""What `--model-dir` refuses, so that nothing of the audited folder runs."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from finewarden.gate import arguments

RAN = 'import pathlib; pathlib.Path(r"{mark}").write_text("the folder\'s code ran")\n'


@pytest.fixture
def mark(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that exists only if code of the model folder ran."""
    return tmp_path_factory.mktemp("mark") / "ran"


def refused(result: pytest.RunResult, *words: str) -> None:
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    text = result.stderr.str() + result.stdout.str()
    for word in words:
        assert word in text


def test_missing_folder(pytester: pytest.Pytester) -> None:
    """A folder that is not there is a usage error that names it."""
    refused(pytester.runpytest_subprocess("--model-dir=nowhere"), "no such folder: 'nowhere'")


def test_file_instead_of_folder(pytester: pytest.Pytester) -> None:
    """A file is not a model folder."""
    pytester.makefile(".bin", model="x")
    refused(pytester.runpytest_subprocess("--model-dir=model.bin"), "is a file; give the folder that holds it")


def test_empty_folder(pytester: pytest.Pytester) -> None:
    """An empty folder has nothing to audit and says so."""
    pytester.mkdir("out")
    refused(pytester.runpytest_subprocess("--model-dir=out"), "out is empty")


def test_empty_value(pytester: pytest.Pytester) -> None:
    """`--model-dir=` (an unset CI variable) is refused and never means the current folder."""
    pytester.makepyfile("def test_a(): pass")
    refused(pytester.runpytest_subprocess("--model-dir="), "no such folder: ''")


def test_unreadable_folder(pytester: pytest.Pytester, model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that may not be read ends in a sentence, not in a traceback."""

    def denied(path: object) -> None:  # root may read everything, so permissions alone can't show it
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(os, "scandir", denied)
    config = pytester.parseconfig()

    with pytest.raises(pytest.UsageError, match=r"can't be read \(Permission denied\)"):
        arguments.model_dir(config, str(model))


def test_current_folder(pytester: pytest.Pytester, model: Path, mark: Path) -> None:
    """The current folder can't be audited from inside: its conftest.py would run."""
    (model / "conftest.py").write_text(RAN.format(mark=mark))
    os.chdir(model)
    refused(pytester.runpytest_subprocess("--model-dir=."), "current folder lies in the model folder")
    assert not mark.exists()
    assert not (model / ".pytest_cache").exists()


def test_below_the_folder(pytester: pytest.Pytester, model: Path, mark: Path) -> None:
    """Nor from a folder below it."""
    (model / "conftest.py").write_text(RAN.format(mark=mark))
    (model / "sub").mkdir()
    os.chdir(model / "sub")
    refused(pytester.runpytest_subprocess("--model-dir=.."), "current folder lies in the model folder")
    assert not mark.exists()


def test_rootdir(pytester: pytest.Pytester, model: Path, mark: Path) -> None:
    """A root folder inside the model folder is refused."""
    (model / "conftest.py").write_text(RAN.format(mark=mark))
    refused(pytester.runpytest_subprocess("--model-dir=out", "--rootdir=out"), "rootdir lies in the model folder")
    assert not mark.exists()


@pytest.mark.parametrize("path", ["out", "out/sub", "out/test_x.py::test_a"])
def test_model_folder_as_test_path(pytester: pytest.Pytester, model: Path, mark: Path, path: str) -> None:
    """The folder or anything in it as a test path is refused before its conftest.py runs."""
    (model / "conftest.py").write_text(RAN.format(mark=mark))
    (model / "sub").mkdir()
    (model / "test_x.py").write_text("def test_a(): pass")
    refused(pytester.runpytest_subprocess("--model-dir=out", path), "given as a test path")
    assert not mark.exists()


def test_link_to_the_folder_as_test_path(pytester: pytest.Pytester, model: Path, mark: Path) -> None:
    """A link hides nothing."""
    (model / "conftest.py").write_text(RAN.format(mark=mark))
    (pytester.path / "alias").symlink_to(model)
    refused(pytester.runpytest_subprocess("--model-dir=out", "alias"), "given as a test path")
    assert not mark.exists()


def test_testpaths_in_ini(pytester: pytest.Pytester, model: Path, mark: Path) -> None:
    """`testpaths` that lead into the folder are refused too."""
    (model / "conftest.py").write_text(RAN.format(mark=mark))
    pytester.makeini("[pytest]\ntestpaths = out")
    refused(pytester.runpytest_subprocess("--model-dir=out"), "given as a test path")
    assert not mark.exists()


def test_folder_whose_name_begins_with_test(pytester: pytest.Pytester, mark: Path) -> None:
    """pytest runs the conftest.py of `test*` folders by itself, so such a model folder is refused."""
    folder = pytester.mkdir("test_model")
    (folder / "conftest.py").write_text(RAN.format(mark=mark))
    refused(pytester.runpytest_subprocess("--model-dir=test_model"), "begins with 'test'")
    assert not mark.exists()


def test_folder_called_as_an_installed_package(pytester: pytest.Pytester, mark: Path) -> None:
    """A folder that Python would import in the place of an installed package is refused before that is imported."""
    folder = pytester.mkdir("rich")
    (folder / "__init__.py").write_text(f"open({str(mark)!r}, 'w')\n")
    refused(pytester.run(sys.executable, "-m", "pytest", "--model-dir=rich"), "'rich', as an installed package is")
    assert not mark.exists()


def test_folder_on_the_import_path(
    pytester: pytest.Pytester, model: Path, own_audits: Path, audit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder from which Python takes modules is refused."""
    monkeypatch.setenv("PYTHONPATH", str(model))
    refused(audit("gate"), "take it out of PYTHONPATH")


def test_hostile_ini_in_separate_form(pytester: pytest.Pytester, model: Path) -> None:
    """`--model-dir out` with settings inside the folder is refused, with the form to write."""
    (model / "pytest.ini").write_text("[pytest]\naddopts = -k nothing\n")
    refused(pytester.runpytest_subprocess("--model-dir", "out"), "inside the model folder", "--model-dir=out")


def test_separate_form_that_moved_rootdir(pytester: pytest.Pytester, tmp_path_factory: pytest.TempPathFactory) -> None:
    """`--model-dir /elsewhere` makes pytest drop the project's settings; refused, with the form to write."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "config.json").write_text("{}")
    pytester.makepyprojecttoml("[tool.pytest.ini_options]\nmarkers = []\n")
    refused(pytester.runpytest_subprocess("--model-dir", str(elsewhere)), f"write --model-dir={elsewhere}")


def test_separate_form_in_environment(pytester: pytest.Pytester, model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`PYTEST_ADDOPTS` is no way around."""
    (model / "pytest.ini").write_text("[pytest]\naddopts = -k nothing\n")
    monkeypatch.setenv("PYTEST_ADDOPTS", "--model-dir out")
    refused(pytester.runpytest_subprocess(), "inside the model folder")


def test_separate_form_where_it_changed_nothing(pytester: pytest.Pytester, model: Path, own_audits: Path) -> None:
    """The form with a space works where pytest's root folder and settings are the same either way."""
    pytester.makepyprojecttoml("[tool.pytest.ini_options]\naudit_paths = ['gate']\n")
    result = pytester.runpytest_subprocess("--no-shipped-audits", "--model-dir", "out")
    result.assert_outcomes(passed=1, failed=1, skipped=1)


def test_nothing_of_the_folder_runs(pytester: pytest.Pytester, model: Path, mark: Path, audit) -> None:
    """With `=`, a folder full of code and settings is audited and none of it runs, also under a path above it."""
    code = RAN.format(mark=mark)
    for name in ("conftest.py", "sitecustomize.py", "usercustomize.py", "test_evil.py", "finewarden.py", "torch.py"):
        (model / name).write_text(code)
    (model / "pytest.ini").write_text("[pytest]\naddopts = -k nothing\npythonpath = .\n")
    (model / "pyproject.toml").write_text("[tool.pytest.ini_options]\naddopts = '-k nothing'\n")
    pytester.makepyfile(test_own="import pytest\n@pytest.mark.audit('mine.x')\ndef test_x(judge): judge.measured(0)\n")
    before = sorted(p.name for p in model.iterdir())
    audit("test_own.py").assert_outcomes(passed=1)
    audit(".").assert_outcomes(passed=1)

    assert not mark.exists()
    assert sorted(p.name for p in model.iterdir()) == before


@pytest.mark.parametrize(
    "option",
    [
        "--audit-report=out/r.json",
        "--junitxml=out/j.xml",
        "--basetemp=out/tmp",
        "--evidence-dir=out",
        "--log-file=out/l",
    ],
)
def test_outputs_into_the_folder(model: Path, own_audits: Path, audit, option: str) -> None:
    """Nothing is written into the audited folder, also when asked for."""
    refused(audit("gate", option), "lies in the model folder")
    assert [p.name for p in model.iterdir()] == ["config.json"]


@pytest.mark.parametrize("option", ["--policy=out/finewarden.toml", "--audit-waivers=out/finewarden-waivers.toml", ""])
def test_settings_from_the_folder(pytester: pytest.Pytester, model: Path, own_audits: Path, audit, option: str) -> None:
    """The model folder says neither what is required of it nor what is waived, also when asked to."""
    (model / "finewarden.toml").write_text("")
    (model / "finewarden-waivers.toml").write_text(f'version = 1\nsalt = "{"0" * 32}"\n')
    if not option:
        (pytester.path / "finewarden.toml").write_text('[audit]\nwaivers = "out/finewarden-waivers.toml"\n')
    refused(audit("gate", *filter(None, [option])), "may not say how it is audited")


def test_report_that_is_a_folder(pytester: pytest.Pytester, model: Path, own_audits: Path, audit) -> None:
    """A report that would have to replace a folder is refused before anything runs."""
    pytester.mkdir("reports")
    refused(audit("gate", "--audit-report=reports"), "--audit-report=reports is a folder")


def test_step_summary_into_the_folder(model: Path, own_audits: Path, audit, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor is a summary that the environment places there, when it is asked for."""
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(model / "summary.md"))
    refused(audit("gate", "--audit-step-summary"), "lies in the model folder")
    assert [p.name for p in model.iterdir()] == ["config.json"]


def test_name_longer_than_a_name_can_be(pytester: pytest.Pytester) -> None:
    """A name that the file system refuses ends in a sentence too."""
    refused(pytester.runpytest_subprocess("--model-dir=" + "x" * 400), "can't be read (File name too long)")


def test_cache_into_the_folder(pytester: pytest.Pytester, model: Path, own_audits: Path) -> None:
    """pytest's own cache is an output as well."""
    result = pytester.runpytest_subprocess("--model-dir=out", "gate", "-o", "cache_dir=out/cache")
    refused(result, "cache_dir lies in the model folder")
    assert [p.name for p in model.iterdir()] == ["config.json"]


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("--policy=nope.toml", "nope.toml"),
        ("--secrets=nope.jsonl", "--secrets: no such file"),
        ("--evidence-dir=nope", "--evidence-dir: no such folder"),
        ("--audit-waivers=nope.toml", "finewarden baseline"),
    ],
)
def test_files_that_are_not_there(model: Path, own_audits: Path, audit, option: str, words: str) -> None:
    """Each named file that is missing is refused with what to give."""
    refused(audit("gate", option), words)
