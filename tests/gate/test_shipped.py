"""The shipped audits as users meet them: same node ids everywhere, cheap to collect, quick at level 1."""

from __future__ import annotations

import json
import os
import resource
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from finewarden.gate import suite

FILES = sorted(path.name for path in suite.home().glob("test_*.py"))
# Audits for a region are there for who asks.
EVERYTHING: list[str] = []
REGIONS = 'region = ["EU", "CN"]'


@pytest.fixture
def model(pytester: pytest.Pytester) -> Path:
    """`out/`: a configuration and a tensor, written without torch."""
    folder = pytester.mkdir("out")
    config = {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "hidden_size": 8, "vocab_size": 16}
    (folder / "config.json").write_text(json.dumps(config))
    header = json.dumps({"lm_head.weight": {"dtype": "F32", "shape": [16, 8], "data_offsets": [0, 512]}}).encode()
    (folder / "model.safetensors").write_bytes(struct.pack("<Q", len(header)) + header + bytes(512))
    return folder


def nodes(result: pytest.RunResult) -> list[str]:
    return [line for line in result.outlines if "::" in line]


def test_node_ids(pytester: pytest.Pytester, model: Path) -> None:
    """Shipped audits are `audits/test_x.py::test_y`, wherever the package is installed."""
    (pytester.path / "finewarden.toml").write_text(REGIONS)
    found = nodes(pytester.runpytest_subprocess("--model-dir=out", "--collect-only", "-q"))

    assert {node.partition("::")[0] for node in found} == {f"audits/{name}" for name in FILES}


@pytest.mark.parametrize("name", FILES)
def test_named_by_path(pytester: pytest.Pytester, model: Path, name: str) -> None:
    """`pytest audits/test_x.py` collects that file alone, under the same ids; so does `--pyargs`."""
    (pytester.path / "finewarden.toml").write_text(REGIONS)
    if not EVERYTHING:  # the same for all files, and a process each time
        EVERYTHING.extend(nodes(pytester.runpytest_subprocess("--model-dir=out", "--collect-only", "-q")))
    expected = [node for node in EVERYTHING if node.startswith(f"audits/{name}::")]
    by_path = pytester.runpytest_subprocess("--model-dir=out", "--collect-only", "-q", f"audits/{name}")
    by_module = pytester.runpytest_subprocess(
        "--model-dir=out", "--collect-only", "-q", "--pyargs", f"finewarden.audits.{name.removesuffix('.py')}"
    )

    assert nodes(by_path) == expected
    assert nodes(by_module) == expected


def test_named_by_node_id(pytester: pytest.Pytester, model: Path) -> None:
    """A node id from a report selects that audit."""
    node = nodes(pytester.runpytest_subprocess("--model-dir=out", "--collect-only", "-q"))[0]

    assert nodes(pytester.runpytest_subprocess("--model-dir=out", "--collect-only", "-q", node)) == [node]


def test_users_own_audits_folder_is_theirs(pytester: pytest.Pytester, model: Path) -> None:
    """A project's own `audits/test_release.py` (copied and edited, say) is not mistaken for the shipped one."""
    own = pytester.mkdir("audits") / FILES[0]
    own.write_text("def test_own(model_dir): pass\n")
    result = pytester.runpytest_subprocess("--model-dir=out", "--no-shipped-audits", "-v", f"audits/{FILES[0]}")

    result.stdout.fnmatch_lines([f"audits/{FILES[0]}::test_own PASSED*"])


def test_with_own_paths(pytester: pytest.Pytester, model: Path) -> None:
    """Paths given: those plus the shipped ones."""
    pytester.makepyfile(test_own="def test_own(model_dir): pass\n")
    found = nodes(pytester.runpytest_subprocess("--model-dir=out", "--collect-only", "-q", "test_own.py"))

    assert "test_own.py::test_own" in found
    assert any(node.startswith("audits/") for node in found)


@pytest.mark.parametrize("args", [("--collect-only", "-q"), ("-q",)])
def test_without_torch(pytester: pytest.Pytester, model: Path, args: tuple[str, ...]) -> None:
    """Neither collecting nor a level-1 audit loads torch, transformers or numpy."""
    pytester.makepyfile(
        run=f"""
        import sys, pytest
        pytest.main(["--model-dir=out", "-p", "no:cacheprovider", *{args!r}])
        print("loaded:", [m for m in ("torch", "transformers", "numpy") if m in sys.modules])
        """
    )
    pytester.runpython("run.py").stdout.fnmatch_lines(["loaded: []"])


@pytest.mark.parametrize(("args", "limit"), [(("--collect-only", "-q"), 1.0), (("-q",), 2.0)])
def test_quick(pytester: pytest.Pytester, model: Path, args: tuple[str, ...], limit: float) -> None:
    """Collecting takes less than 1 s, a level-1 audit less than 2 s, start-up included (best of three).

    Processor time, which a busy machine stretches less than the clock; on an idle one they are the same.
    """
    # Without the plugins of the test environment: Hypothesis' own costs 0.5 s at the end of every session.
    env = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    command = [sys.executable, "-m", "pytest", "-p", "finewarden", "--model-dir=out", *args]

    def seconds() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, cwd=pytester.path, env=env, capture_output=True, check=False)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    assert min(seconds() for _ in range(3)) < limit


def test_every_audit_has_id_and_rule(pytester: pytest.Pytester, model: Path) -> None:
    """Each shipped audit has a public id with a family, and a docstring that states its rule."""
    pytester.runpytest_subprocess("--model-dir=out", "--audit-report=r.json")
    audits = json.loads((pytester.path / "r.json").read_text())["audits"]

    assert len(audits) == len({audit["audit"] for audit in audits})
    assert all("." in audit["audit"] for audit in audits)
    assert all(audit["title"].endswith(".") for audit in audits)


def test_documented(pytester: pytest.Pytester, model: Path) -> None:
    """The table in audits/README.md names exactly the audits there are."""
    from tests.conftest import ROOT

    (pytester.path / "finewarden.toml").write_text(REGIONS)
    pytester.runpytest_subprocess("--model-dir=out", "--audit-report=r.json")
    ids = {audit["audit"] for audit in json.loads((pytester.path / "r.json").read_text())["audits"]}
    table = (ROOT / "audits" / "README.md").read_text(encoding="utf-8")

    assert {line.split("`")[1] for line in table.splitlines() if line.startswith("| `")} == ids


def test_named_in_a_worker_process(pytester: pytest.Pytester, model: Path) -> None:
    """A named audit is the only one that a worker process runs."""
    node = nodes(pytester.runpytest_subprocess("--model-dir=out", "--collect-only", "-q"))[0]
    result = pytester.runpytest_subprocess("--model-dir=out", "-n", "1", "-v", node)

    assert sum(result.parseoutcomes().get(outcome, 0) for outcome in ("passed", "failed", "skipped")) == 1


def test_named_but_unknown(pytester: pytest.Pytester, model: Path) -> None:
    """A node id that does not exist is a usage error, not an empty pass."""
    result = pytester.runpytest_subprocess("--model-dir=out", f"audits/{FILES[0]}::test_nope")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "test_nope" in result.stderr.str() + result.stdout.str()
