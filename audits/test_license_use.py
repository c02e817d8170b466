"""Is what the release is used for within what its licenses grant: commercially, for how many, and where?

Held against the policy's own words (`commercial`, the numbers of users and revenue, `territory`) and the cards'. A
`[[permissions]]` entry with evidence lifts the clause that it names: what a licensor grants, or a registration that was
made, stands in no file of the release. What no file can show (acceptable use, a mark in a product) is listed, never
failed.
"""

from __future__ import annotations

import pytest

from finewarden.artifacts.folder import Folder
from finewarden.audits.license_findings import tell
from finewarden.audits.license_use_facts import (
    Clause,
    Limit,
    commercial_words,
    exclusions,
    limits,
    mend_by_permission,
    permitted,
    place_of,
    unseen,
)
from finewarden.audits.release_facts import shown
from finewarden.gate.judge import Judge
from finewarden.license_record import Territory
from finewarden.licensing.duties import Duty
from finewarden.licensing.licensed import Licensed
from finewarden.licensing.permissions import slips
from finewarden.licensing.territory import excluded_places, places
from finewarden.policy import Policy

_NO_USE = {
    "noncommercial": "allows no commercial use",
    "registration": "allows commercial use only to who has registered",
}


@pytest.mark.audit("license.use")
def test_use(release: Folder, judge: Judge, licensed: Licensed, policy: Policy) -> None:
    """The use that the policy and the cards state is one that the licenses allow."""
    for slip in slips(policy, licensed.library):
        where = place_of(policy, "permissions")
        judge.finding("no-such-permission", where=where, what=slip.what, mend=slip.mend, warn=True)
    if licensed.unknown is not None:
        judge.not_measured(licensed.unknown)
    lifted = []
    duties = [duty for duty in licensed.duties("noncommercial", "registration") if duty.state != "encouraged"]
    for duty in duties:
        holds, problem = permitted(licensed, duty.terms, duty.obligation.clause)
        if holds:
            lifted.append(f"{duty.terms.record.key} {duty.obligation.clause} by permission")
        else:
            _use(judge, duty, policy, commercial_words(release), problem)
    judge.remark("; ".join(filter(None, [*lifted, unseen(licensed)])))


def _use(judge: Judge, duty: Duty, policy: Policy, words: tuple[str, str] | None, problem: str) -> None:
    kind, terms = duty.obligation.kind, duty.terms
    what = f"{terms.record.name} {_NO_USE[kind]}{f' ({terms.because})' if terms.role == 'outputs' else ''}"
    buy = "get a commercial license" if kind == "noncommercial" else "register"
    permission = mend_by_permission(terms, duty.obligation.clause, what=buy)
    where = place_of(policy, "commercial")
    if kind == "registration" and duty.obligation.when == "always":
        said = duty.obligation.says.rstrip(".")
        tell(judge, duty, kind, where=place_of(policy, "permissions"), what=f"{said}{problem}", mend=permission)
    elif policy.commercial:
        mend = f"{permission}; or set commercial = false, or train from another base"
        tell(judge, duty, kind, where=where, what=f"the policy says commercial = true, and {what}{problem}", mend=mend)
    elif words is not None and kind == "noncommercial":
        place, said = words
        mend = f"delete that sentence and say that commercial use is not allowed; or {permission}"
        tell(judge, duty, "card", where=place, what=f"it says {shown(said)!r}, and {what}{problem}", mend=mend)
    elif policy.commercial is None:
        said = f"the policy does not say whether the use is commercial, and {what}{problem}"
        mend = f"set commercial = false; for commercial use, {permission}"
        cited = f" [{duty.cited}; our record: {duty.known}]"
        subject = f"{terms.record.key} {duty.obligation.id}"
        judge.finding("unstated", where=where, what=said + cited, mend=mend, subject=subject, warn=True)


@pytest.mark.audit("license.thresholds")
def test_thresholds(judge: Judge, licensed: Licensed, policy: Policy) -> None:
    """The users and the revenue that the policy states are within the licenses' limits."""
    if licensed.unknown is not None:
        judge.not_measured(licensed.unknown)
    found = limits(licensed)
    if not found:
        judge.measured("no limit")
        return
    stated = [limit for limit in found if limit.value is not None]
    lifted = []
    for limit in stated:
        holds, problem = permitted(licensed, limit.clause.terms, limit.clause.clause)
        if limit.is_over and holds:
            lifted.append(f"{limit.clause.terms.record.key} {limit.clause.clause} by permission")
        elif limit.is_over:
            _over(judge, limit, policy, problem)
    if stated:
        tightest = max(stated, key=lambda limit: (limit.value or 0) / max(limit.threshold.above, 1))
        judge.measured(tightest.value or 0, limit=tightest.threshold.above, n=len(stated))
    judge.remark("; ".join(lifted))
    unstated = [limit for limit in found if limit.value is None]
    # A number of one month long past is asked of hardly anybody: nothing to warn every release of.
    today = {limit.threshold.kind: limit for limit in unstated if not limit.threshold.month}
    for key, limit in today.items():
        if policy.commercial and policy.audience in ("customers", "public"):
            what = f"the policy states no {key}, and {_limit(limit)} {limit.clause.cited}"
            mend = f"state {key} = <number>: {_counted(limit)}"
            judge.finding("unstated", where=place_of(policy, key), what=what, mend=mend, subject=key, warn=True)
    for limit in unstated:
        judge.cannot_pass(f"the policy states no {limit.threshold.kind}: {_limit(limit)}")


def _over(judge: Judge, limit: Limit, policy: Policy, problem: str) -> None:
    threshold, clause = limit.threshold, limit.clause
    what = f"{threshold.kind} is {limit.value:,}, and {_limit(limit)}{problem} {clause.cited}"
    grant = "get a license of its own"
    if threshold.month:
        # Only that month counts, and today's number says nothing about it.
        grant = f"if it was {threshold.above:,} or less in {threshold.month}, bring that number; else {grant}"
    elif limit.in_product:
        grant = f"{threshold.then[0].lower() + threshold.then[1:]}, keep a picture of it"
    judge.finding(
        "mark-in-product" if limit.in_product else threshold.kind,
        where=place_of(policy, threshold.kind),
        what=what,
        mend=mend_by_permission(clause.terms, clause.clause, what=grant),
        subject=f"{clause.terms.record.key} {threshold.id}",
        warn=limit.in_product or not clause.fails,
    )


def _limit(limit: Limit) -> str:
    month = f" in {limit.threshold.month}," if limit.threshold.month else ""
    return f"above {limit.threshold.above:,}{month} {limit.clause.terms.record.name} says: {limit.threshold.then}"


def _counted(limit: Limit) -> str:
    threshold = limit.threshold
    return ", ".join(filter(None, [threshold.who, threshold.measured])) or "today's number"


@pytest.mark.audit("license.territory")
def test_territory(judge: Judge, licensed: Licensed, policy: Policy) -> None:
    """The places that the policy names are none for which a license grants nothing."""
    if licensed.unknown is not None:
        judge.not_measured(licensed.unknown)
    named = places(policy.territory)
    for word in named.unknown:
        mend = 'write ISO 3166 codes such as "DE", or "EU", "UK", "worldwide"'
        where = place_of(policy, "territory")
        judge.finding("unknown-place", where=where, what=f"{word!r} names no place", mend=mend, warn=True)
    found = exclusions(licensed)
    lifted = []
    for clause, territory in found:
        holds, problem = permitted(licensed, clause.terms, territory.clause)
        if holds:
            lifted.append(f"{clause.terms.record.key} {territory.clause} by permission")
        else:
            _placed(judge, clause, territory, policy, problem)
    excluded = ", ".join(sorted({place for _, territory in found for place in territory.excluded}))
    if excluded and not policy.territory:
        judge.cannot_pass(f"the policy names no territory, and nothing is granted in {excluded}")
    judge.remark("; ".join(lifted))
    judge.measured(", ".join(policy.territory) or "any place", limit=f"not {excluded}" if excluded else None)


def _placed(judge: Judge, clause: Clause, territory: Territory, policy: Policy, problem: str) -> None:
    there, where = ", ".join(territory.excluded), place_of(policy, "territory")
    says = f"{clause.terms.record.name} grants nothing in {there}{f': {territory.who}' if territory.who else ''}"
    subject = f"{clause.terms.record.key} {territory.clause}"
    out, nowhere_else = excluded_places(places(policy.territory), territory.excluded)
    if out:
        named = ", ".join(out[:6]) + (f" and {len(out) - 6} more" if len(out) > 6 else "")
        # Where a licensee is at home is not where a release is offered, unless it is offered nowhere else.
        unsure = clause.terms.role == "outputs" or (territory.about == "licensee" and not nowhere_else)
        grant = mend_by_permission(clause.terms, territory.clause, what="get a license for it")
        judge.finding(
            "excluded",
            where=where,
            what=f"the policy names {named}, and {says}{problem} {clause.cited}",
            mend=f"take {there} out of territory and do not offer it there; or {grant}",
            subject=subject,
            warn=unsure or not clause.fails,
        )
    elif not policy.territory and policy.audience in ("customers", "public"):
        what = f"the policy names no territory, and {says} {clause.cited}"
        mend = 'state where it is offered, such as territory = ["US", "CN"]'
        judge.finding("unstated", where=where, what=what, mend=mend, subject=subject, warn=True)
