"""The plugin costs nothing and says nothing until `--model-dir` is given."""

from __future__ import annotations

import re
import resource
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("torch", "transformers", "numpy", "pydantic", "yaml", "rich", "jinja2", "safetensors", "finewarden.policy")


def python(*args: str, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *args], capture_output=True, text=True, check=True, **options)  # type: ignore[call-overload]


def test_import_is_light() -> None:
    """Importing the plugin loads none of the packages that the gate or a model needs."""
    code = f"import sys, finewarden.plugin; print([m for m in {HEAVY!r} if m in sys.modules])"

    assert python("-c", code).stdout.strip() == "[]"


def test_adds_less_than_30_ms_to_pytest() -> None:
    """`pytest --version` takes less than 30 ms longer with the plugin than without it.

    Median of pairs, in processor time: a busy machine stretches it less than the clock.
    """

    def seconds(*extra: str) -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        python("-m", "pytest", "--version", *extra, env={"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PATH": ""})
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    seconds("-p", "finewarden")  # byte-compile
    added = [seconds("-p", "finewarden") - seconds() for _ in range(9)]

    assert statistics.median(added) < 0.030


def _output(pytester: pytest.Pytester, *args: str) -> str:
    result = pytester.runpytest_subprocess("-p", "no:randomly", *args)
    text = re.sub(r"in \d+\.\d+s", "in TIME", result.stdout.str() + result.stderr.str())
    text = re.sub(r"^=+ ?|=+$", "", text, flags=re.M)  # the rules' lengths follow the time's digits
    return re.sub(r",? ?finewarden-[\d.]+", "", text)


@pytest.mark.parametrize("args", [(), ("-v",), ("-q",), ("--collect-only",), ("--fixtures", "-v"), ("--markers",)])
def test_silent_without_model_dir(pytester: pytest.Pytester, args: tuple[str, ...]) -> None:
    """Without `--model-dir` no line of output differs from a run without the plugin."""
    pytester.makepyfile("def test_a(): pass\ndef test_b(): assert 0\n")

    assert _output(pytester, *args) == _output(pytester, "-p", "no:finewarden", *args)


def test_no_file_without_model_dir(tmp_path: Path) -> None:
    """Without `--model-dir` nothing is written."""
    (tmp_path / "test_a.py").write_text("def test_a(): pass")
    python("-B", "-m", "pytest", "-p", "no:cacheprovider", cwd=tmp_path)

    assert [p.name for p in tmp_path.rglob("*")] == ["test_a.py"]


def test_switched_off(pytester: pytest.Pytester) -> None:
    """`-p no:finewarden` removes the plugin whole, so its option is unknown."""
    result = pytester.runpytest_subprocess("-p", "no:finewarden", "--model-dir=out")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*unrecognized arguments: --model-dir=out*"])
