"""An audited session: what is collected, what each audit concludes, and when the build fails."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest


def test_three_verdicts(own_audits: Path, audit) -> None:
    """Pass, fail and not measured are a passed, a failed and a skipped test, and one line each in the report."""
    result = audit("gate")

    result.assert_outcomes(passed=1, failed=1, skipped=1)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(
        [
            "mine.bad: a.json:3: it is bad",
            "  measured 1, limit 0, n 9",
            "      mend:  make it good",
            "*= model audit =*",
            "audit *verdict *measured *limit *n *note*",
            "mine.good *pass *0 *0 *7*",
            "mine.bad *FAIL *1 *0 *9 *a.json:3: it is bad*",
            "mine.blind *not measured*add --secrets=secrets.jsonl",
            "verdict: FAIL (1 failed, 1 passed, 1 not measured)",
            "level 1 of 3: the folder alone",
        ]
    )


def test_never_says_safe(own_audits: Path, audit) -> None:
    """A report names its level and never calls a model safe."""
    _, _, section = audit("gate", "-k", "good").stdout.str().partition("= model audit =")

    assert "verdict" in section
    assert "safe" not in section.lower()


def test_default_collection_is_replaced(pytester: pytest.Pytester, model: Path, own_audits: Path) -> None:
    """Without paths the user's unit tests stay out; `audit_paths` come in."""
    pytester.makepyfile(test_unit="def test_unit(): assert 0")
    result = pytester.runpytest_subprocess("--model-dir=out", "--no-shipped-audits", "-o", "audit_paths=gate")

    result.assert_outcomes(passed=1, failed=1, skipped=1)


@pytest.mark.parametrize(
    "select", [("-k", "good"), ("-m", "audit and not needs_model", "-k", "good"), ("gate/test_mine.py::test_good",)]
)
def test_selection(own_audits: Path, audit, select: tuple[str, ...]) -> None:
    """`-k`, `-m` and node ids select audits as they select tests."""
    paths = () if "::" in select[0] else ("gate",)
    result = audit(*paths, *select)

    assert result.parseoutcomes()["passed"] == 1
    assert "failed" not in result.parseoutcomes()


def test_last_failed(pytester: pytest.Pytester, model: Path, own_audits: Path) -> None:
    """`--lf` runs what failed."""
    args = ("--model-dir=out", "--no-shipped-audits", "gate")
    pytester.runpytest_subprocess(*args)
    result = pytester.runpytest_subprocess(*args, "--lf")

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["verdict of a part: some audits were left out: FAIL*"])


@pytest.mark.parametrize("workers", ["auto", "2"])
def test_xdist(own_audits: Path, audit, workers: str) -> None:
    """Verdicts reach the report from worker processes."""
    result = audit("gate", "-n", workers)

    result.assert_outcomes(passed=1, failed=1, skipped=1)
    result.stdout.fnmatch_lines(["verdict: FAIL (1 failed, 1 passed, 1 not measured)"])


def test_auto_is_one_worker(own_audits: Path, audit) -> None:
    """`-n auto` starts one worker, since each worker would load the model again."""
    audit("gate", "-n", "auto", "-v").stdout.fnmatch_lines(["*1 worker*"])


def test_junit_has_the_numbers(pytester: pytest.Pytester, own_audits: Path, audit) -> None:
    """JUnit carries id, state, measured value, limit and n as properties."""
    audit("gate", "--junitxml=j.xml")
    cases = ElementTree.parse(pytester.path / "j.xml").getroot().iter("testcase")
    properties = {c.get("name"): {p.get("name"): p.get("value") for p in c.iter("property")} for c in cases}

    assert properties["test_bad"] == {"audit": "mine.bad", "state": "fail", "measured": "1", "limit": "0", "n": "9"}
    assert properties["test_blind"] == {"audit": "mine.blind", "state": "not measured"}


def test_broken_audit_fails(pytester: pytest.Pytester, audit) -> None:
    """An audit that raises fails, with the error in its line and its traceback above."""
    pytester.makepyfile(
        test_own="""
        import pytest
        @pytest.mark.audit("mine.broken")
        def test_broken(judge):
            raise ValueError("boom")
        """
    )
    result = audit("test_own.py")

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*ValueError: boom*", "mine.broken *FAIL*ValueError: boom"])


def test_error_after_findings_keeps_them(pytester: pytest.Pytester, audit) -> None:
    """What an audit found before it broke is still reported."""
    pytester.makepyfile(
        test_own="""
        import pytest
        @pytest.mark.audit("mine.broken")
        def test_broken(judge):
            judge.finding("r", where="a", what="found before", mend="m")
            raise ValueError("boom")
        """
    )
    audit("test_own.py").stdout.fnmatch_lines(["*  a: found before*"])


def test_plain_asserts_count(pytester: pytest.Pytester, audit) -> None:
    """A user's audit may be plain asserts; its outcome is its verdict."""
    pytester.makepyfile(
        test_own="""
        import pytest
        @pytest.mark.audit("mine.a")
        def test_a(model_dir):
            assert (model_dir / "config.json").exists()
        @pytest.mark.audit("mine.b")
        def test_b(model_dir):
            assert (model_dir / "LICENSE").exists()
        """
    )
    result = audit("test_own.py")

    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["mine.a *pass*", "mine.b *FAIL*"])


def test_marker_without_id(pytester: pytest.Pytester, audit) -> None:
    """An audit without an id is a usage error that says what to write."""
    pytester.makepyfile(test_own="import pytest\n@pytest.mark.audit\ndef test_a(judge): pass\n")
    result = audit("test_own.py")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert '@pytest.mark.audit("mine.name")' in result.stderr.str() + result.stdout.str()


def test_nothing_audited_fails(pytester: pytest.Pytester, audit) -> None:
    """A gate in which every audit was unable to look is not a pass."""
    pytester.makepyfile(
        test_own="import pytest\n@pytest.mark.audit('mine.a')\ndef test_a(judge): judge.not_measured('no data')\n"
    )
    result = audit("test_own.py")

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["gate: nothing was audited*", "verdict: FAIL*"])


def test_only_ordinary_tests_fails(pytester: pytest.Pytester, audit) -> None:
    """Passing unit tests are no audit."""
    pytester.makepyfile(test_own="def test_a(): pass\n")

    assert audit("test_own.py").ret == pytest.ExitCode.TESTS_FAILED


@pytest.mark.parametrize("name", ["mine.blind", "mine"])
def test_required_but_not_measured_fails(pytester: pytest.Pytester, own_audits: Path, audit, name: str) -> None:
    """An audit that the policy requires, by id or family, fails when it could not look."""
    (pytester.path / "finewarden.toml").write_text(f'[audit]\nrequired = ["{name}"]\n')
    result = audit("gate", "-k", "blind or good")

    assert result.parseoutcomes()["failed"] == 1
    result.stdout.fnmatch_lines(["*add --secrets=secrets.jsonl (the policy requires this audit: finewarden.toml)"])


@pytest.mark.parametrize("skip", ["@pytest.mark.skip", "@pytest.mark.skipif(True, reason='r')", ""])
def test_required_but_skipped_fails(pytester: pytest.Pytester, own_audits: Path, audit, skip: str) -> None:
    """A required audit that skips by pytest's own means was not measured, and fails the run."""
    (pytester.path / "finewarden.toml").write_text('[audit]\nrequired = ["own"]\n')
    own = f"import pytest\n@pytest.mark.audit('own.a')\n{skip}\ndef test_a(judge): pytest.skip('no time')\n"
    (own_audits.parent / "test_own.py").write_text(own)
    result = audit("gate", "-k", "good or test_a")

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["gate: required audits were not measured: own.a*", "verdict*FAIL*"])


def test_expected_failure_fails(pytester: pytest.Pytester, own_audits: Path, audit) -> None:
    """A finding fails the run though the audit is marked as an expected failure: only a waiver lets it pass."""
    own = "import pytest\npytestmark = pytest.mark.xfail\nfrom gate.test_mine import test_bad\n"
    (own_audits.parent / "__init__.py").touch()
    (own_audits.parent / "test_own.py").write_text(own)
    result = audit("gate/test_own.py")

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["mine.bad *FAIL*", "verdict: FAIL*"])


def test_required_but_left_out_fails(pytester: pytest.Pytester, own_audits: Path, audit) -> None:
    """Deselecting a required audit fails the run and says which."""
    (pytester.path / "finewarden.toml").write_text('[audit]\nrequired = ["mine.bad"]\n')
    result = audit("gate", "-k", "good")

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["gate: required audits did not run: mine.bad*"])


def test_required_but_unknown_fails(pytester: pytest.Pytester, own_audits: Path, audit) -> None:
    """A required audit that does not exist fails the run and lists the families there are."""
    (pytester.path / "finewarden.toml").write_text('[audit]\nrequired = ["licence"]\n')
    result = audit("gate", "-k", "good")

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["gate: the policy requires 'licence'*known families: mine"])


def test_bad_policy(pytester: pytest.Pytester, own_audits: Path, audit) -> None:
    """A wrong key in the policy is a usage error of one sentence."""
    (pytester.path / "finewarden.toml").write_text("[audit]\nalhpa = 0.01\n")
    result = audit("gate")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "unknown key 'audit.alhpa': did you mean 'alpha'?" in result.stderr.str()


def test_levels(pytester: pytest.Pytester, own_audits: Path, audit) -> None:
    """Data raises the level to 2; evidence and a policy raise it to 3."""
    (pytester.path / "s.jsonl").write_text('{"prompt": "a", "secret": "b"}\n')
    audit("gate", "--secrets=s.jsonl").stdout.fnmatch_lines(["level 2 of 3: *"])
    (pytester.path / "out.evidence").mkdir()
    (pytester.path / "finewarden.toml").write_text("")
    audit("gate").stdout.fnmatch_lines(["level 3 of 3: *"])


def test_json_report(pytester: pytest.Pytester, own_audits: Path, audit) -> None:
    """`--audit-report` holds every verdict and agrees with the exit status."""
    audit("gate", "--audit-report=r.json")
    report = json.loads((pytester.path / "r.json").read_text())

    assert report["failed"] is True
    assert [(a["audit"], a["state"]) for a in report["audits"]] == [
        ("mine.good", "pass"),
        ("mine.bad", "fail"),
        ("mine.blind", "not measured"),
    ]
    assert report["audits"][1]["findings"][0]["mend"] == "make it good"
    assert report["policy"]["origins"]["audit.alpha"] == "default"


def test_json_report_that_cannot_be_written(pytester: pytest.Pytester, own_audits: Path, audit) -> None:
    """A report that was asked for and can't be written fails the run in one sentence."""
    (pytester.path / "file").touch()
    result = audit("gate", "-k", "good", "--audit-report=file/report.json")

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["gate: --audit-report: *report.json can't be written*", "verdict*FAIL*"])


def test_step_summary(pytester: pytest.Pytester, own_audits: Path, audit, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--audit-step-summary` adds the table to GitHub's summary; without the option nothing is written."""
    summary = pytester.path / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    audit("gate")
    assert not summary.exists()
    audit("gate", "--audit-step-summary")

    assert "| mine.bad | FAIL | 1 | 0 | 9 | a.json:3: it is bad |" in summary.read_text()
    assert "verdict: FAIL" in summary.read_text()


def test_collect_only(own_audits: Path, audit) -> None:
    """`--collect-only` lists the audits, runs none and falls no verdict."""
    result = audit("gate", "--collect-only", "-q")

    assert result.ret == pytest.ExitCode.OK
    result.stdout.fnmatch_lines(["gate/test_mine.py::test_good"])
    result.stdout.no_fnmatch_line("*verdict*")


def test_strict_markers(pytester: pytest.Pytester, own_audits: Path, audit) -> None:
    """Shipped markers are registered."""
    assert audit("gate", "--strict-markers", "-m", "audit and not needs_model", "-k", "good").ret == 0


def test_region_nobody_asked_for(pytester: pytest.Pytester, own_audits: Path, audit) -> None:
    """An audit for a region has no line unless the policy names the region or requires the audit."""
    own_audits.write_text(
        "import pytest\n"
        + "".join(
            f'@pytest.mark.only_in_region("{name}")\n@pytest.mark.audit("law.{name}")\ndef test_{name}(judge): pass\n'
            for name in ("EU", "CN")
        )
        + '@pytest.mark.audit("law.all")\ndef test_all(judge): pass\n'
    )
    for policy, expected in (
        ("", {"law.all"}),
        ('region = ["EU"]', {"law.all", "law.EU"}),
        ('[audit]\nrequired = ["law.CN"]', {"law.all", "law.CN"}),
    ):
        (pytester.path / "finewarden.toml").write_text(policy)
        result = audit("gate", "--audit-report=r.json")
        audits = json.loads((pytester.path / "r.json").read_text())["audits"]
        assert {each["audit"] for each in audits} == expected
        assert (result.ret, "of a part" in result.stdout.str()) == (pytest.ExitCode.OK, False)
