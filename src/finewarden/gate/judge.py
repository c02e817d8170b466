"""What an audit talks to: it states findings and measured values, the judge turns them into a verdict."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import NoReturn

from finewarden.policy import Policy
from finewarden.redaction import find_secrets, mask
from finewarden.verdicts import Finding, Result, State, Waived, decide, fingerprint, printable
from finewarden.waivers import Waivers

__all__ = ["Judge", "NotMeasured"]


class NotMeasured(Exception):
    """An audit could not look; the text says what is missing."""


class Judge:
    """One audit's findings on the way to its `Result`.

    *level* is 1 for a folder alone, 2 with data to put to the model, 3 with evidence and a policy; *hashing* tells
    whether whole files may be read to be hashed; *today* decides which waivers still hold.
    """

    def __init__(
        self,
        audit: str,
        node: str,
        *,
        policy: Policy,
        waivers: Waivers,
        level: int = 1,
        required: bool = False,
        hashing: bool = True,
        title: str = "",
        today: date | None = None,
    ) -> None:
        self.id = audit
        self.policy = policy
        self.level = level
        self.hashing = hashing
        self._waivers = waivers
        self._required = required
        self._today = today or date.today()
        self._no_pass = ""
        self._result = Result(audit=audit, node=node, state=State.PASS, title=title)

    def finding(
        self,
        rule: str,
        *,
        where: str,
        what: str,
        mend: str,
        subject: str = "",
        warn: bool = False,
        waivable: bool = True,
    ) -> None:
        """State one thing that is wrong.

        *where* is file, file:line or file:member; *what* and *mend* are sentences with every secret masked; *subject*
        is the content it is about (hashed under the waivers' salt, never printed); *warn* never fails the build.
        """
        mark = fingerprint(self._waivers.salt, self.id, rule, where, subject or what)
        found = Finding(
            rule=rule,
            where=_shown(where),
            what=_shown(what),
            mend=_shown(mend),
            fingerprint=mark,
            warn=warn,
            waivable=waivable,
        )
        waiver = self._waivers.match(self.id, found)
        if waiver is not None and waiver.expires >= self._today:
            self._result.waived.append(Waived(finding=found, reason=waiver.reason, expires=waiver.expires.isoformat()))
        elif warn:
            self._result.warnings.append(found)
        else:
            if waiver is not None:
                found = replace(found, what=f"{found.what} (its waiver ended on {waiver.expires})")
            self._result.findings.append(found)

    def measured(self, value: str | float, *, limit: str | float | None = None, n: int | None = None) -> None:
        """State what stands in the audit's line: the measured value, the most that passes, and out of how many."""
        self._result.measured, self._result.limit, self._result.n = value, limit, n

    def tolerance(self, name: str, default: float) -> float:
        """The policy's `audit.tolerance.<name>`, else *default*."""
        self._result.tolerances.append(name)
        return self.policy.audit.tolerance.get(name, default)

    def estimated(self) -> None:
        """State that the verdict rests on a sample: it is one of the family whose error rate is `audit.alpha`."""
        self._result.error_rate = self.policy.audit.alpha

    def bounded(self, name: str, lower: float, upper: float, *, tolerance: float, n: int, what: str, mend: str) -> None:
        """Judge a quantity that is known to lie in [*lower*, *upper*] out of *n*, larger being worse.

        The policy's `audit.tolerance.<name>` stands in for *tolerance* where it is set. Fails when the lower bound is
        above it (*what* and *mend* as in `finding`), passes when the upper bound is not. Raises NotMeasured when
        neither bound decides.
        """
        limit = self.tolerance(name, tolerance)
        self.measured(f"{lower:.4g}..{upper:.4g}", limit=limit, n=n)
        state = decide(lower, upper, limit)
        if state is State.FAIL:
            self.finding(name, where=name, what=what, mend=mend)
        elif state is State.NOT_MEASURED:
            self.not_measured(
                f"{name} lies in {lower:.4g}..{upper:.4g} and the tolerance {limit:g} between; give more data"
            )

    def remark(self, text: str) -> None:
        """State what belongs beside the measured value: how large a sample bounds it, what could have been found."""
        self._result.reason = _shown(text)

    def cannot_pass(self, reason: str) -> None:
        """State why a pass would say too much: then only findings count, and without any the audit is not measured."""
        self._no_pass = self._no_pass or reason

    def not_measured(self, reason: str) -> NoReturn:
        """Stop: the audit could not look. *reason* says what is missing and what to give. Raises NotMeasured."""
        raise NotMeasured(reason)

    def conclude(self, error: BaseException | None = None) -> Result:
        """The verdict, once: findings fail, an unexpected error fails, what was not measured fails when required."""
        result = self._result
        if error is None and self._no_pass and not result.findings:
            error = NotMeasured(self._no_pass)
        if isinstance(error, NotMeasured):
            result.state = State.FAIL if self._required else State.NOT_MEASURED
            result.reason = printable(str(error))
            if self._required:
                result.reason += f" (the policy requires this audit: {self.policy.origin('audit.required')})"
            # What was found before the audit had to stop is still found.
        elif error is not None:
            result.state = State.FAIL
            result.reason = printable(f"{type(error).__name__}: {error}".split("\n", 1)[0])
        if result.findings:
            result.state = State.FAIL
        if result.measured is None and result.state is not State.NOT_MEASURED:
            result.measured, result.limit = len(result.findings), 0
        return result


def _shown(text: str) -> str:
    """*text* as it may be printed: also the name of a file may hold a token."""
    for value in {match.value for match in find_secrets(text)}:
        text = text.replace(value, mask(value))
    return printable(text)
