"""The sum of one audited session: every verdict, and what is wrong with the gate itself."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from finewarden.policy import TOLERANCES, Policy
from finewarden.verdicts import Result, State
from finewarden.waivers import Waivers

__all__ = ["Ledger"]


class Ledger:
    """Verdicts in the order they fell, and the *problems* that fail a session whose audits all passed."""

    def __init__(self, *, model: str, policy: Policy, waivers: Waivers, level: int) -> None:
        self.model = model
        self.policy = policy
        self.waivers = waivers
        self.level = level
        self.results: list[Result] = []
        self.problems: list[str] = []
        self.partial = False
        self._collected: dict[str, None] = {}

    def collected(self, ids: Iterable[str]) -> None:
        """Audit ids that exist in this session, before any was deselected."""
        self._collected.update(dict.fromkeys(ids))

    def add(self, result: Result) -> None:
        """Keep one verdict; a later one of the same node (setup failure after call) replaces it."""
        self.results = [r for r in self.results if r.node != result.node] + [result]

    def close(self, *, partial: bool) -> None:
        """Hold the verdicts against the policy and the waivers. *partial*: some audits were left out on purpose."""
        ran = {result.audit for result in self.results}
        self.partial = partial or not set(self._collected) <= ran
        if not any(result.state is not State.NOT_MEASURED for result in self.results):
            self.problems.append("nothing was audited: no audit passed or failed, so this run fails")
        for name in self.policy.audit.required:
            if not any(name in (audit, audit.partition(".")[0]) for audit in self._collected):
                known = sorted({a.partition(".")[0] for a in self._collected})
                self.problems.append(
                    f"the policy requires {name!r}, but there is no such audit here; known families: {', '.join(known)}"
                )
            elif missing := sorted(a for a in self._collected if name in (a, a.partition(".")[0]) and a not in ran):
                self.problems.append(
                    f"required audits did not run: {', '.join(missing)}; "
                    "run without -k, -m, -x and --lf for the verdict"
                )
            # The judge fails these; an audit that skips by itself asks no judge.
            if blind := sorted(r.audit for r in self._not_measured() if name in (r.audit, r.audit.partition(".")[0])):
                self.problems.append(f"required audits were not measured: {', '.join(blind)}; let them run")
        asked = {name for result in self.results for name in result.tolerances} | TOLERANCES.keys()
        if not self.partial and (unknown := sorted(self.policy.audit.tolerance.keys() - asked)):
            self.problems.append(
                f"the policy sets audit.tolerance.{unknown[0]}, and no audit asks for it; "
                f"known: {', '.join(sorted(asked))}"
            )
        used = {(r.audit, w.finding.fingerprint) for r in self.results for w in r.waived}
        used |= {(r.audit, f.fingerprint) for r in self.results for f in r.findings}
        for waiver in self.waivers:
            if waiver.audit not in self._collected and not self.partial:
                self.problems.append(f"waiver for an audit that does not exist: {waiver.audit}; remove it")
            elif waiver.audit in ran and (waiver.audit, waiver.fingerprint) not in used:
                what = "ended on its date and" if waiver.expires < date.today() else "is no longer needed:"
                self.problems.append(
                    f"waiver {waiver.fingerprint} of {waiver.audit} ({waiver.where or 'no place given'}) {what} "
                    "nothing matches it; remove it from the waivers file"
                )

    def _not_measured(self) -> list[Result]:
        return [result for result in self.results if result.state is State.NOT_MEASURED]

    def count(self, state: State) -> int:
        """How many audits concluded *state*."""
        return sum(result.state is state for result in self.results)

    @property
    def failed(self) -> bool:
        """Whether the build fails."""
        return bool(self.problems) or self.count(State.FAIL) > 0
