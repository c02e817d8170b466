"""Is what a release claims of differential privacy true of how it was trained?

All but `one_run` run nothing of the model. The ledger says what each update was; epsilon is computed from it again, by
dp-accounting on the ledger's own grid; the run log, where it is at hand, says how many updates of which kind there
were, and which weights they led to. A ledger that was false from the start can pass, if the log was forged with it: it
is bound to the record by its hash and to the log, not to the truth. `one_run` asks the model itself. A release that
claims nothing is not measured.

The mend is almost always to train again, or to take the claim back.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from finewarden import accounting
from finewarden.accounting import AccountingError
from finewarden.artifacts.folder import Folder, UnreadableFile
from finewarden.artifacts.progress import progress_bar
from finewarden.artifacts.tensor_values import tensor_values
from finewarden.audits.instruments import require
from finewarden.audits.privacy_facts import NO_LEDGER, claimants, ledger_of, sha256, texts
from finewarden.audits.privacy_log import contradictions, logged, of_the_guard
from finewarden.audits.privacy_weights import compared
from finewarden.audits.privacy_wording import overstatements
from finewarden.audits.release_facts import read_card, shown
from finewarden.audits.statistics import claim_of, conclude_one_run, family
from finewarden.evidence.directory import RUN_LOG
from finewarden.evidence.model_card import MODEL_CARD
from finewarden.evidence.privacy_ledger import PRIVACY_LEDGER, RULES, PrivacyLedger
from finewarden.gate.judge import Judge
from finewarden.gate.measuring import Measuring
from finewarden.policy import Policy
from finewarden.release.privacy import claim_from

# The same computation on the same grid: what differs is rounding, or another version of the accountant. Half of what
# must be found, so that 0.01 too little always is.
TOLERANCE = 0.005
# Distinct kinds of update. Each costs seconds, and no training has more.
MECHANISMS = 16
AGAIN = "take the claim back everywhere, or train again with DifferentialPrivacyCallback"


@pytest.mark.audit("privacy_claim.ledger")
def test_ledger(release: Folder, judge: Judge, policy: Policy, evidence_dir: Path) -> None:
    """Whoever claims differential privacy shows a whole ledger, and the record is bound to it."""
    card = read_card(release)
    ledger = ledger_of(release)
    if ledger is None:
        claiming = claimants(release, policy, card, evidence_dir)
        if not claiming:
            judge.not_measured(NO_LEDGER)
        what = f"differential privacy is claimed by {', '.join(claiming)}, and there is no ledger"
        mend = (
            f"copy {PRIVACY_LEDGER} from trainer.args.output_dir into the folder and {_finalize(release)}, or {AGAIN}"
        )
        judge.finding("missing", where=PRIVACY_LEDGER, what=what, mend=mend)
        return
    mend = f"copy it anew from trainer.args.output_dir, then {_finalize(release)}"
    if isinstance(ledger, str):
        judge.finding("invalid", where=PRIVACY_LEDGER, what=shown(ledger), mend=mend)
        return
    if not ledger.complete:
        what = "training was broken off, and what its last update did is not known"
        judge.finding("incomplete", where=PRIVACY_LEDGER, what=what, mend="resume training to its end")
    if not ledger.steps:
        judge.finding("no-steps", where=PRIVACY_LEDGER, what="it accounts for no update at all", mend=mend)
    bound = card.privacy if card is not None else None
    if bound is None:
        what = "no record holds its hash: nothing would show that it was edited"
        judge.finding("unbound", where=MODEL_CARD, what=what, mend=_finalize(release))
    elif bound.sha256 != sha256(release, PRIVACY_LEDGER):
        what = "it is not the ledger that the record was made from"
        judge.finding("edited", where=PRIVACY_LEDGER, what=what, mend=mend, subject=bound.sha256)
    elif bound != claim_from(ledger, bound.sha256):
        what = "the record claims something else than the ledger it is bound to"
        judge.finding("other-claim", where=MODEL_CARD, what=what, mend=_finalize(release))


@pytest.mark.audit("privacy_claim.epsilon")
def test_epsilon(release: Folder, judge: Judge) -> None:
    """Epsilon, computed again from what the ledger says each update was, is the epsilon that it claims."""
    ledger = _ledger(release, judge)
    mend = f"claim what was spent: restore the ledger that training wrote, then {_finalize(release)}"
    try:
        segments = accounting.segments_of(ledger.segments)
        mechanisms = len({segment.mechanism for segment in segments})
        if mechanisms > MECHANISMS:
            what = f"it names {mechanisms} kinds of update, more than the {MECHANISMS} that are computed"
            judge.finding("too-many", where=PRIVACY_LEDGER, what=what, mend=mend)
            return
        again = accounting.epsilon(segments, ledger.delta, interval=ledger.interval)
    except AccountingError as error:
        judge.finding("unaccountable", where=PRIVACY_LEDGER, what=shown(str(error)), mend=AGAIN)
        return
    # Each update may be rounded by an interval, up or down; a short run's share of it is all that may differ.
    tolerance = min(2 * ledger.steps * ledger.interval, TOLERANCE)
    judge.measured(f"{again:.4f}", limit=f"{ledger.claimed:.4f} ± {tolerance:g}", n=ledger.steps)
    if math.isinf(again) and math.isinf(ledger.claimed):
        judge.finding("no-noise", where=PRIVACY_LEDGER, what="updates without noise give no privacy", mend=AGAIN)
        return
    if not abs(again - ledger.claimed) <= tolerance:
        rule, how = ("understated", "less") if again > ledger.claimed else ("overstated", "more")
        what = f"it claims epsilon {ledger.claimed:.6g}, {how} than the {again:.6g} that its updates cost"
        judge.finding(rule, where=PRIVACY_LEDGER, what=what, mend=mend)


@pytest.mark.audit("privacy_claim.policy")
def test_policy(release: Folder, judge: Judge, policy: Policy) -> None:
    """The claim is one that means something (delta below 1 / N), and it is within what the policy allows."""
    ledger = _ledger(release, judge)
    units = max((segment.dataset_size for segment in ledger.segments), default=1)
    if ledger.delta >= 1 / units:
        what = f"delta {ledger.delta:g} is not below 1 / {units}: to publish one of them at random would satisfy it"
        judge.finding("delta", where=PRIVACY_LEDGER, what=what, mend="train with a delta of a tenth of that or less")
    wanted = policy.privacy
    limits = (
        ("epsilon", ledger.claimed, wanted.epsilon),
        ("delta", ledger.delta, wanted.delta),
        ("max_grad_norm", ledger.max_grad_norm or math.inf, _set(policy, "max_grad_norm")),
        ("target_epsilon", ledger.claimed, ledger.target_epsilon),
    )
    for name, found, limit in limits:
        if limit is not None and found > limit:
            who = "training was given" if name == "target_epsilon" else "the policy allows"
            what = f"{name.removeprefix('target_')} is {found:.6g}, and {who} {limit:g}"
            mend = f"train again with {name}={limit:g}, or have the policy changed by whoever answers for it"
            judge.finding(f"policy-{name}".replace("_", "-"), where=PRIVACY_LEDGER, what=what, mend=mend)
    unit = _set(policy, "unit")
    if unit is not None and unit != ledger.unit:
        what = f"the unit is {shown(ledger.unit)!r}, and the policy asks for {unit!r}"
        judge.finding("unit", where=PRIVACY_LEDGER, what=what, mend=f"train again with unit={unit!r}")
    judge.measured(ledger.claimed, limit=wanted.epsilon, n=units)


@pytest.mark.audit("privacy_claim.rules")
def test_rules(release: Folder, judge: Judge) -> None:
    """Each numbered rule of sound private training has a result, and none was violated."""
    ledger = _ledger(release, judge)
    known = {rule.number: rule for rule in ledger.rules}
    absent = [str(number) for number in RULES if number not in known]
    if absent:
        what = f"no result for rule{'s' * (len(absent) > 1)} {', '.join(absent)}"
        judge.finding("missing", where=PRIVACY_LEDGER, what=what, mend="train again with this version of finewarden")
    violated = [rule for rule in ledger.rules if rule.result == "violated"]
    for rule in violated:
        what = f"rule {rule.number} ({shown(rule.name)}) was violated: {shown(rule.note)}"
        judge.finding(f"rule-{rule.number}", where=PRIVACY_LEDGER, what=what, mend=AGAIN)
    judge.measured(len(absent) + len(violated), limit=0, n=len(RULES))


@pytest.mark.audit("privacy_claim.steps")
def test_steps(release: Folder, judge: Judge, evidence_dir: Path) -> None:
    """Every update that the run log recorded is in the ledger, as the update that the log says it was."""
    ledger = _ledger(release, judge)
    runs = logged(of_the_guard(evidence_dir / RUN_LOG))
    if not runs:
        judge.not_measured(f"without {RUN_LOG} nobody can tell whether all updates are in the ledger; --evidence-dir=")
    accounted: dict[str, int] = {}
    for segment in ledger.segments:
        accounted[segment.run] = accounted.get(segment.run, 0) + segment.steps
    mend = f"restore the ledger that training wrote last, then {_finalize(release)}"
    for run, found in runs.items():
        if run in accounted and accounted[run] < found.steps:
            what = f"it accounts for {accounted[run]} updates of run {run[:8]}, and the log recorded {found.steps}"
            judge.finding("too-few", where=PRIVACY_LEDGER, what=what, mend=mend, subject=run)
        elif run not in accounted and found.steps:
            what = f"the {found.steps} updates of run {run[:8]} in the log are not in the ledger"
            # Where each run says what it went on from, one that nobody went on from was given up.
            began = [runs[name].past for name in accounted if name in runs]
            given_up = bool(began) and all(past is not None and run not in past for past in began)
            right = "nothing, if training began anew from the base model after it" if given_up else mend
            if accounted.keys() & (found.past or ()):
                what += ", and it trained on from the weights that the ledger accounts for"
                given_up, right = False, "publish that run's ledger, written at its end, with the weights it saved"
            judge.finding("segment", where=PRIVACY_LEDGER, what=what, mend=right, subject=run, warn=given_up)
    for rule, run, what in contradictions(ledger, runs):
        if rule != "too-few" or accounted[run] >= runs[run].steps:
            judge.finding(rule, where=PRIVACY_LEDGER, what=shown(what), mend=mend, subject=what)
    unknown = [run for run in accounted if run not in runs]
    judge.measured(sum(accounted.values()), limit=None, n=sum(found.steps for found in runs.values()))
    if ledger.run in unknown:
        what = f"the log knows nothing of run {ledger.run[:8]}, which wrote this ledger"
        judge.finding("other-log", where=RUN_LOG, what=what, mend="give the log of this run: --evidence-dir=")


@pytest.mark.audit("privacy_claim.weights")
def test_weights(release: Folder, judge: Judge, evidence_dir: Path) -> None:
    """The weights are numbers that training moved (noise alone would), and those for which the ledger was written."""
    ledger = _ledger(release, judge)
    mend = "train again: what was published is not what the ledger accounts for"
    if ledger.moved is False:
        what = "training left the weights as they were"
        judge.finding("unmoved", where=PRIVACY_LEDGER, what=what, mend=mend)
    files = [file for file in release.files if "/" not in file.rel and file.rel.endswith(".safetensors")]
    if not files:
        judge.not_measured("there is no safetensors file to look into; save the model as safetensors")
    if not judge.hashing:
        judge.not_measured("reading whole files is turned off (--no-audit-hashing)")
    broken, grown, seen = 0, [], []
    with progress_bar("looking at the weights", sum(file.size for file in files)) as progress:
        for file in files:
            try:
                values = list(tensor_values(release, file, progress=progress))
            except UnreadableFile as error:
                judge.finding("unreadable", where=file.rel, what=shown(str(error)), mend="save the model anew")
                continue
            seen += values
            bad = [tensor.name for tensor in values if not tensor.finite]
            broken += len(bad)
            if bad:
                what = f"{len(bad)} of {len(values)} tensors hold NaN or infinity, the first is {shown(bad[0])}"
                judge.finding("not-finite", where=file.rel, what=what, mend=mend)
            # LoRA's B begins as zero, and an update with noise in it never leaves it so.
            grown += [
                not tensor.zero for tensor in values if ".lora_B." in tensor.name or "lora_embedding_B" in tensor.name
            ]
    if grown and not any(grown):
        what = f"all {len(grown)} lora_B matrices are zero: the adapter does nothing"
        judge.finding("zero", where=files[0].rel, what=what, mend=mend)
    at = sum(segment.steps for segment in ledger.segments if segment.run == ledger.run)
    run = logged(of_the_guard(evidence_dir / RUN_LOG)).get(ledger.run)
    found = compared([marks for steps, marks in run.saved if steps == at] if run else [], seen)
    if found is None:
        judge.measured(f"{broken} broken; no log of what training saved to compare with", limit=0, n=len(files))
        return
    judge.measured(f"{broken} broken, {found.other} of {found.n} trained ones exchanged", limit=0, n=len(files))
    if found.other:
        what = (
            f"{found.other} of {found.n} trained tensors are not the weights that the ledger accounts for: trained "
            "further or exchanged after it was written"
        )
        right = "save with trainer.save_model() right after training, and publish that with the ledger beside it"
        judge.finding("other-weights", where=files[0].rel, what=what, mend=right)
    if found.elsewhere:
        what = (
            f"{found.elsewhere} of {found.n} trained tensors can't be compared with what training saved: the folder "
            "has them merged, quantised or rounded, or not at all"
        )
        right = "nothing, if this was made from the weights that training saved"
        judge.finding("not-compared", where=files[0].rel, what=what, mend=right, warn=True)


@pytest.mark.audit("privacy_claim.wording")
def test_wording(release: Folder, judge: Judge) -> None:
    """README.md and model_card.md say no more of privacy than the ledger: epsilon, delta, unit and relation."""
    ledger = _ledger(release, judge)
    said = texts(release)
    if not said:
        judge.not_measured(f"there is no text to compare with the ledger; {_finalize(release)}")
    for name, text in said:
        for found in overstatements(text, ledger):
            mend = f"say what the ledger says; {_finalize(release)} writes the sentence"
            judge.finding(found.rule, where=f"{name}:{found.line}", what=shown(found.what), mend=mend)


@pytest.mark.needs_model
@pytest.mark.audit("privacy_claim.one_run")
def test_one_run(measuring: Measuring, judge: Judge, release: Folder, evidence_dir: Path) -> None:
    """What the model remembers of coin-flipped canaries does not falsify the claimed epsilon (Steinke et al. 2023)."""
    claim = claim_of(release, measuring.policy)
    if claim is None:
        judge.not_measured(NO_LEDGER)
    require(measuring, judge, evidence_dir, release)
    conclude_one_run(family(measuring, release, evidence_dir), claim, judge, mend=AGAIN)


def _ledger(release: Folder, judge: Judge) -> PrivacyLedger:
    """The ledger; without one these audits could not look, and `privacy_claim.ledger` says what that means."""
    ledger = ledger_of(release)
    if not isinstance(ledger, PrivacyLedger):
        why = NO_LEDGER if ledger is None else "the ledger can't be read: privacy_claim.ledger says why"
        judge.not_measured(why)
    return ledger


def _set(policy: Policy, key: str) -> Any:
    """What the policy says itself of `privacy`; None for its defaults."""
    return None if policy.origin(f"privacy.{key}") == "default" else getattr(policy.privacy, key)


def _finalize(release: Folder) -> str:
    return f"run `finewarden finalize {release.root.name}/`"
