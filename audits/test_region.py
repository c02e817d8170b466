"""Does the release hold what a region's rules ask for that a folder can show? Only with `region = ["EU"]` or `["CN"]`.

EU: whether the fine-tune makes its maker the provider of a general-purpose model, by compute, and then the summary of
its training content and a copyright policy (AI Act, Art. 53(1)(c) and (d)). CN: labels of machine-made content, records
of the sources, the sampling of the corpus. Not legal advice; docs/regions.md says what these checks do not say.
"""

from __future__ import annotations

import re
from datetime import date

import pytest

from finewarden.artifacts.folder import Folder, UnreadableFile
from finewarden.audits.license_use_facts import place_of
from finewarden.audits.region_facts import (
    FEWEST_SAMPLED,
    LEAST_CLEAN,
    bases,
    label_faults,
    read_samples,
    unrecorded,
)
from finewarden.audits.release_facts import LIMIT, shown
from finewarden.gate.judge import Judge
from finewarden.licensing.licensed import Licensed
from finewarden.licensing.regions.aigc_label import EXAMPLE, is_explicit_label
from finewarden.licensing.regions.gpai import GENERAL_PURPOSE, Modification
from finewarden.licensing.regions.training_summary import last_update, summary_problems
from finewarden.policy import Policy

_SIX_MONTHS = 184
_GUIDELINES = "C(2025) 7719 final, points 57 to 63"


@pytest.mark.only_in_region("EU")
@pytest.mark.audit("region.eu")
def test_eu(release: Folder, judge: Judge, licensed: Licensed, policy: Policy) -> None:
    """Whoever becomes the provider of a general-purpose model by this fine-tune publishes what Art. 53 asks for."""
    if "EU" not in policy.region:
        judge.not_measured("the policy names no such region: region = [...]")
    eu = policy.eu
    if eu.fine_tuning_flop is None:
        counted = "about 6 x parameters x tokens that were trained on"
        judge.not_measured(f"the policy does not say how much was computed: [eu] fine_tuning_flop = <FLOP>, {counted}")
    made = Modification(eu.base_training_flop, eu.fine_tuning_flop, eu.systemic_risk)
    judge.measured(eu.fine_tuning_flop, limit=made.limit)
    of = f"{eu.fine_tuning_flop:.3g} FLOP, {eu.fine_tuning_flop / (3 * made.limit):.2g}"
    if eu.base_training_flop is not None:
        of += f" of the base's {eu.base_training_flop:.3g}"
    else:
        of += f" of {3 * made.limit:.0e}, for the base's compute is not known"
    if not made.is_general_purpose:
        judge.remark(f"{of}; in all at most {GENERAL_PURPOSE:.0e}: no general-purpose model (point 17)")
        return
    if not made.makes_a_provider:
        judge.remark(f"{of}, at most a third: no provider of a new model ({_GUIDELINES})")
        return
    judge.remark(f"{of}, more than a third: its maker is the provider ({_GUIDELINES})")
    _summary(release, judge, policy, bases(policy, licensed.identity.established))
    copyright_policy = eu.copyright_policy
    if copyright_policy is None or not (
        re.match(r"https?://", copyright_policy) or release.get(copyright_policy) is not None
    ):
        what = "no copyright policy is named"
        if copyright_policy is not None:
            what = f"the copyright policy {shown(copyright_policy)} is no address and no file of the release"
        mend = 'write one and name it: [eu] copyright_policy = "https://..." or a file of the release (Art. 53(1)(c))'
        judge.finding("copyright-policy", where=place_of(policy, "eu.copyright_policy"), what=what, mend=mend)


def _summary(release: Folder, judge: Judge, policy: Policy, based_on: tuple[str, ...]) -> None:
    name = policy.eu.training_summary
    mend = (
        f"write {shown(name)} by the Commission's template (Art. 53(1)(d)): ## General information (provider, model "
        "name and version, dependencies, date of placement on the market, modalities, size), ## List of data sources, "
        "## Data processing aspects"
    )
    if release.get(name) is None:
        what = "the release holds no public summary of its training content"
        judge.finding("summary", where=shown(name), what=what, mend=mend)
        return
    try:
        text = release.text(name, limit=LIMIT)
    except UnreadableFile as error:
        judge.finding("summary", where=shown(name), what=str(error), mend=mend)
        return
    for problem in summary_problems(text, based_on):
        where = f"{shown(name)}:{problem.line}" if problem.line else shown(name)
        judge.finding(problem.rule, where=where, what=shown(problem.what), mend=mend, subject=problem.what)
    updated = last_update(text)
    if updated is None or (date.today() - updated).days > _SIX_MONTHS:
        what = f"it was last brought up to date on {updated}" if updated else "it does not say when it was last updated"
        mend = "bring it up to date every six months, and write: Last update: <2026-05-01>"
        judge.finding("outdated", where=shown(name), what=what, mend=mend, subject="outdated", warn=True)


@pytest.mark.only_in_region("CN")
@pytest.mark.audit("region.cn")
def test_cn(judge: Judge, licensed: Licensed, policy: Policy) -> None:
    """Answers carry the labels of machine-made content, and sources and sampling are recorded."""
    if "CN" not in policy.region:
        judge.not_measured("the policy names no such region: region = [...]")
    if policy.audience == "internal":
        judge.not_measured("what is not offered to the public is not under the Interim Measures (Art. 2)")
    if licensed.unknown is not None:
        judge.cannot_pass(f"Art. 7(1) asks for a base model from a lawful source; {licensed.unknown}")
    _implicit_labels(judge, policy)
    label = policy.cn.explicit_label
    if label is None or not is_explicit_label(label):
        what = "the policy does not give the sentence that tells users" if label is None else "it tells no user"
        what += " that content is machine-made (标识办法 Art. 4, GB 45438-2025, 5)"
        mend = 'show it with every answer, and write: [cn] explicit_label = "本内容由人工智能生成"'
        where = place_of(policy, "cn.explicit_label")
        judge.finding("explicit-label", where=where, what=what, mend=mend, warn=label is None)
    for source in policy.sources:
        if (lacks := unrecorded(source)) is not None:
            mend = "state kind and license, or evidence, of each source"
            where = place_of(policy, f"source {shown(source.name)}")
            what = f"it has {lacks} (filing guidance to GB/T 45654-2025)"
            judge.finding("source-record", where=where, what=what, mend=mend, warn=True)
    if not policy.sources:
        judge.cannot_pass("the policy names no [[sources]] of the training data")
    _sampling(judge, policy)


def _implicit_labels(judge: Judge, policy: Policy) -> None:
    named = policy.cn.sample_outputs
    where = place_of(policy, "cn.sample_outputs")
    if named is None:
        judge.cannot_pass('no sample of its answers is given: [cn] sample_outputs = "samples.jsonl"')
        return
    try:
        samples = read_samples(named, policy.folder)
    except UnreadableFile as error:
        mend = f"one JSON object a line, each with {EXAMPLE}"
        judge.finding("sample-outputs", where=where, what=shown(str(error)), mend=mend)
        return
    judge.measured(0, limit=0, n=len(samples))
    faults = label_faults(samples)
    for fault in faults:
        others = f", and {fault.count - 1} more of {len(samples)}" if fault.count > 1 else ""
        asked = "标识办法 Art. 5" if fault.problem.certain else "GB 45438-2025, Annex E"
        judge.finding(
            "implicit-label",
            where=shown(fault.where),
            what=f"it {fault.problem.what}{others} ({asked})",
            mend=f"write into the metadata of each: {EXAMPLE}",
            subject=fault.problem.what,
            warn=not fault.problem.certain,
        )
    judge.measured(sum(fault.count for fault in faults if fault.problem.certain), limit=0, n=len(samples))


def _sampling(judge: Judge, policy: Policy) -> None:
    sampled, clean = policy.cn.sampled, policy.cn.clean
    mend = f"look through {FEWEST_SAMPLED} records by hand, and write [cn] sampled = <n> and clean = <n>"
    where = place_of(policy, "cn.sampled")
    if sampled is None or clean is None:
        judge.finding("sampling", where=where, what="no sampling of the corpus is recorded", mend=mend, warn=True)
    elif sampled < FEWEST_SAMPLED or clean / sampled < LEAST_CLEAN:
        what = (
            f"{clean} of {sampled} sampled records are clean ({clean / sampled:.1%}); filing guidance to "
            f"GB/T 45654-2025 names {FEWEST_SAMPLED} and {LEAST_CLEAN:.0%}"
        )
        judge.finding("sampling", where=where, what=what, mend=mend, warn=True)
