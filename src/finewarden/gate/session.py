"""The hooks of an audited session, registered only when `--model-dir` is given."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from finewarden.gate import fixtures, suite
from finewarden.gate.context import CONTEXT, Context, audit_id
from finewarden.gate.judge import Judge, NotMeasured
from finewarden.report import failure_text
from finewarden.report.ledger import Ledger
from finewarden.verdicts import Result, State

__all__ = ["open_gate"]

RESULT = pytest.StashKey[Result]()
_COLLECTED = "finewarden_collected"
_NAMED = "finewarden_named"
_LOG_WIDTH = 140


def open_gate(config: pytest.Config) -> None:
    """Read and check everything named on the command line, then register the gate."""
    config.addinivalue_line(
        "markers", "audit(id): one audit of the model folder; the id names it in reports and waivers"
    )
    config.addinivalue_line("markers", "needs_model: an audit that loads the model, or judges measurements of it")
    config.addinivalue_line("markers", "only_in_region(name): an audit for whose policy sets `region`")
    context = Context.from_config(config)
    config.stash[CONTEXT] = context
    _choose_paths(config)
    config.pluginmanager.register(fixtures, "finewarden-fixtures")
    config.pluginmanager.register(AuditSession(config, context), "finewarden-session")


def _choose_paths(config: pytest.Config) -> None:
    """Without paths: the user's audits, not `testpaths` nor the current folder. Shipped audits may be named."""
    named: list[str] = getattr(config.option, _NAMED, [])  # a worker process has its controller's options
    if config.args_source is not pytest.Config.ArgsSource.ARGS:
        config.args[:] = [] if named else [str(path) for path in config.getini("audit_paths")]
        config.args_source = pytest.Config.ArgsSource.ARGS  # the header would else claim `testpaths`
        return
    own: list[str] = []
    for argument in config.args:
        node = suite.shipped_node(config, argument)
        (named if node else own).append(node or argument)
    config.args[:] = own
    setattr(config.option, _NAMED, named)


class AuditSession:
    """Collects the audits, lets each fall its verdict, and holds the sum against the policy."""

    def __init__(self, config: pytest.Config, context: Context) -> None:
        self.config = config
        self.context = context
        self.ledger = Ledger(
            model=context.model_dir.name, policy=context.policy, waivers=context.waivers, level=context.level
        )
        self._deselected = False
        self.drawn: list[Path] = []

    # -- which audits -------------------------------------------------------------------------------------------------

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(self, collector: pytest.Collector) -> Generator[None, Any, Any]:
        """Hang the shipped audits on the session, unless they are named or unwanted."""
        report = yield
        if (
            isinstance(collector, pytest.Session)
            and report.passed
            and not self.config.getoption("no_shipped_audits")
            and not suite.collected_by_path(self.config)
        ):
            report.result.append(suite.AuditSuite.from_parent(collector, name="audits", nodeid="audits"))
        return report

    def pytest_pycollect_makemodule(self, module_path: Path, parent: pytest.Collector) -> pytest.Module | None:
        """A shipped audit named by its path is the same node as one that hangs on the session."""
        if module_path.resolve().parent == suite.home():
            return suite.AuditModule.of(parent, module_path)
        return None

    def pytest_ignore_collect(self, collection_path: Path) -> bool | None:
        """Nothing in the model folder is a test."""
        path = collection_path.resolve()
        return True if path == self.context.model_dir or self.context.model_dir in path.parents else None

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Audits without a model first; every id is known before anything is deselected."""
        if named := getattr(self.config.option, _NAMED, []):
            self._keep_named(items, named)
        else:
            items[:] = [item for item in items if self._is_asked(item)]
        items.sort(key=lambda item: item.get_closest_marker("needs_model") is not None)
        ids = [found for item in items if (found := audit_id(item))]
        self.ledger.collected(ids)
        if (output := getattr(self.config, "workeroutput", None)) is not None:
            output[_COLLECTED] = ids

    def _is_asked(self, item: pytest.Item) -> bool:
        """Whether an audit is for every release, for a region of the policy, or required: no other has a line."""
        marker = item.get_closest_marker("only_in_region")
        if marker is None or set(marker.args) & set(self.context.policy.region):
            return True
        return self.context.required(audit_id(item) or "")

    def _keep_named(self, items: list[pytest.Item], named: list[str]) -> None:
        """Of the shipped audits, keep those that the command line names."""
        for name in named:
            if not any(suite.is_under(item.nodeid, name) for item in items):
                raise pytest.UsageError(
                    f"not found: {name}; `pytest --model-dir=... --collect-only -q` lists the audits"
                )
        items[:] = [
            item
            for item in items
            if item.getparent(suite.AuditSuite) is None or any(suite.is_under(item.nodeid, name) for name in named)
        ]

    def pytest_deselected(self) -> None:
        """Remember that some audits were left out, so that the verdict says so."""
        self._deselected = True

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """What a worker collected."""
        self.ledger.collected(getattr(node, "workeroutput", {}).get(_COLLECTED, []))

    # -- what each concluded ------------------------------------------------------------------------------------------

    @pytest.hookimpl(wrapper=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> Generator[None, object, object]:
        """Run the audit, then let its verdict decide the outcome instead of the bare absence of an exception."""
        judge = pyfuncitem.funcargs.get("judge")
        if not isinstance(judge, Judge):
            return (yield)
        error: BaseException | None = None
        returned: object = None
        try:
            returned = yield
        except Exception as raised:
            error = raised
        result = pyfuncitem.stash[RESULT] = judge.conclude(error)
        if result.state is State.FAIL:
            if error is not None and not isinstance(error, NotMeasured) and not result.findings:
                raise error  # with its traceback: the audit itself broke
            pytest.fail(failure_text.of(result, self.context.waivers), pytrace=False)
        if result.state is State.NOT_MEASURED:
            # The item's place is the audit's, not a line of this file.
            raise pytest.skip.Exception(f"not measured: {result.reason}", _use_item_location=True)
        return returned

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Put the verdict on the report: as data for the controller, as properties for JUnit."""
        report = yield
        audit = audit_id(item)
        if audit is None or not (report.when == "call" or (report.when == "setup" and not report.passed)):
            return report
        result = item.stash.get(RESULT, None)
        if result is None:
            result = _from_outcome(item, audit, report, call)
        report.finewarden = result.to_json()  # type: ignore[attr-defined]
        for name in ("audit", "state", "measured", "limit", "n"):
            if (value := getattr(result, name)) is not None:
                item.user_properties.append((name, str(value)))
        if result.waived:
            item.user_properties.append(("waived", str(len(result.waived))))
        return report  # JUnit takes the properties from the teardown's report, which is made after this

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep each verdict, whichever process it fell in."""
        if (data := getattr(report, "finewarden", None)) is not None:
            self.ledger.add(Result.from_json(data))

    # -- and what it all means ----------------------------------------------------------------------------------------

    def pytest_report_header(self) -> str:
        """One line: what is audited, against which policy."""
        return f"model audit: {self.context.model_dir}, policy: {self.context.policy.file or 'defaults'}"

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """A gate that checked nothing, or not what it had to, is not a pass."""
        if hasattr(self.config, "workerinput") or self.config.option.collectonly:
            return
        self.ledger.close(partial=self._deselected or bool(session.shouldstop or session.shouldfail))
        if session.exitstatus == pytest.ExitCode.OK and self.ledger.failed:  # an xfail mark hides a failure from pytest
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        if self.context.report_file is not None:
            from finewarden.report import json_report

            try:
                json_report.write(self.context.report_file, self.ledger)
            except OSError as error:
                why = f"{self.context.report_file} can't be written ({error.strerror}); name another place"
                self.ledger.problems.append(f"--audit-report: {why}")
                session.exitstatus = pytest.ExitCode.TESTS_FAILED

        if self.context.figures_dir is not None:
            self._draw(session, self.context.figures_dir)

    def _draw(self, session: pytest.Session, folder: Path) -> None:
        """The pictures of what the audits judged; without a section there is none."""
        from finewarden.report.figures import FiguresError, write

        canaries, _ = self.context.measuring.find("canaries")
        membership, _ = self.context.measuring.find("membership")
        try:
            self.drawn = write(folder, canaries, membership, alpha=self.context.policy.audit.alpha)
        except (FiguresError, OSError) as error:
            self.ledger.problems.append(f"--audit-figures={folder.name}: {error}")
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """The section "model audit": one line an audit, then what is missing, then the verdict."""
        if self.config.option.collectonly:
            return
        from finewarden.report import step_summary, terminal

        terminalreporter.section("model audit")
        writer = terminalreporter._tw
        # A log file has no width: pytest's 80 columns there would cut every note.
        width = writer.fullwidth if terminalreporter.isatty else max(writer.fullwidth, _LOG_WIDTH)
        for line in terminal.lines(self.ledger, width=width):
            terminalreporter.line(line)
        if self.drawn:
            terminalreporter.line(f"figures: {', '.join(str(path) for path in self.drawn)}")
        if self.config.getoption("audit_step_summary"):
            terminalreporter.line(step_summary.write(self.ledger))


def _from_outcome(item: pytest.Item, audit: str, report: pytest.TestReport, call: pytest.CallInfo[None]) -> Result:
    """The verdict of an audit that uses no judge (a user's plain asserts), or whose fixtures broke."""
    state = {"passed": State.PASS, "skipped": State.NOT_MEASURED}.get(report.outcome, State.FAIL)
    reason = str(call.excinfo.value).split("\n", 1)[0] if call.excinfo else ""
    return Result(audit=audit, node=item.nodeid, state=state, reason=reason)
