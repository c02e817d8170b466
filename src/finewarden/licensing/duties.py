"""What is due: the obligations of the licenses that bind, in the column of what is given away and to whom."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal

from finewarden.license_record import Form, Kind, Obligation, is_read_in_full
from finewarden.licensing.terms import Terms
from finewarden.policy import Policy

__all__ = ["Duty", "State", "duties_of"]

State = Literal["due", "if-distributed", "arguable", "encouraged"]


@dataclass(frozen=True)
class Duty:
    """One obligation of one license, and how it stands here.

    *state*: `due`; `if-distributed` while the policy names no audience; `arguable` where the text can be read either
    way for this form; `encouraged` where it only asks. Only what is due and known in full *fails*.
    """

    terms: Terms
    obligation: Obligation
    state: State

    @property
    def fails(self) -> bool:
        """Whether a breach fails the build; else it warns."""
        return self.state == "due" and self.terms.certain and self._read_in_full

    @property
    def cited(self) -> str:
        """License, revision and clause."""
        return f"{self.terms.record.revision}, {self.obligation.clause}"

    @property
    def known(self) -> str:
        """How far the record can be trusted."""
        return self.terms.known(self.obligation.confidence)

    @property
    def reference(self) -> str:
        """License, revision, clause, and how far the record can be trusted, as they end a finding."""
        return f"[{self.cited}; our record: {self.known}]"

    @property
    def qualified(self) -> str:
        """What stands before a finding that does not fail the build; empty when it is simply due."""
        if self.state == "if-distributed":
            return "due if you distribute it (the policy states no audience): "
        if self.state == "arguable":
            return "may be read as due for this form: "
        if self.fails:
            return ""
        # Without a reason of the text's own, it is the model that is known by its name, or by others, only.
        why = self.terms.doubt or f"whether {self.terms.of} is under it is told by its name alone"
        return f"to be checked ({why if self._read_in_full else self.known}): "

    @property
    def _read_in_full(self) -> bool:
        return is_read_in_full(self.obligation.confidence or self.terms.record.confidence)


def duties_of(
    terms: Iterable[Terms], *, form: Form, policy: Policy, kinds: Collection[Kind] | None = None
) -> list[Duty]:
    """The duties of *terms* for *form* ("weights", "adapter", "quantised", "api") under the policy's audience and
    use, of *kinds* only when given. What is encouraged is among them; what is not due at all is not.
    """
    found = []
    for one in terms:
        column: Form = "outputs" if one.role == "outputs" else form
        for obligation in one.record.obligations:
            if kinds is not None and obligation.kind not in kinds:
                continue
            if column not in (*obligation.forms, *obligation.arguable):
                continue
            if obligation.only_for and not re.match(obligation.only_for, one.of, re.IGNORECASE):
                continue
            if obligation.when == "commercial" and policy.commercial is False:
                continue
            state = _state(obligation, column, policy)
            if state is not None:
                found.append(Duty(one, obligation, state))
    return found


def _state(obligation: Obligation, column: Form, policy: Policy) -> State | None:
    if not obligation.required:
        return "encouraged"
    if not obligation.internal:
        if policy.audience == "internal":
            return None
        if policy.audience is None:
            return "if-distributed"
    return "arguable" if column in obligation.arguable else "due"
