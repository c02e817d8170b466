"""Measurements made up number by number, bound to a folder that is no model: what an audit makes of them."""

from __future__ import annotations

import hashlib
import inspect
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from finewarden.artifacts.folder import Folder
from finewarden.evidence import run_log
from finewarden.evidence.canary_book import CANARY_BOOK
from finewarden.evidence.directory import RUN_LOG
from finewarden.evidence.holdout_book import HOLDOUT_BOOK
from finewarden.evidence.measured.canaries import Canaries, CanaryScore, Control, StressScore
from finewarden.evidence.measured.common import Sampler
from finewarden.evidence.measured.membership import Membership, RecordLoss
from finewarden.evidence.measurements import MEASUREMENTS, Measurements, code, write
from finewarden.evidence.model_files import digests
from finewarden.gate.context import Context
from finewarden.gate.judge import Judge, NotMeasured
from finewarden.gate.training_data import TrainData
from finewarden.policy import Policy
from finewarden.verdicts import Result
from finewarden.waivers import Waivers

SOUND = Control(copies=16, copied=16, copy_gain=3.0, own_asked=16, own_words=16, repeat_difference=1e-6)
BOOK_ID = "b" * 32
FAMILIES = ("card", "email")


def canaries(
    *,
    count: int = 256,
    shift: float = 0.0,
    base_shift: float = 0.0,
    seed: int = 0,
    control: Control = SOUND,
    **changes: Any,
) -> Canaries:
    """*count* coin-flipped canaries whose gain over the base grows by *shift* standard deviations when inserted, that
    of the base itself by *base_shift*; and two stress canaries among 2,000 references, nowhere near the front.
    """
    draw = random.Random(seed)
    scores = []
    for i in range(count):
        held = draw.random() < 0.5
        base = draw.gauss(-40, 2) + held * base_shift * 2
        gain = draw.gauss(0, 1) + held * shift
        scores.append(
            CanaryScore(
                id=f"{i:016x}",
                tier="coin",
                family=FAMILIES[i % 2],
                repetitions=int(held),
                tokens=10,
                log_p=min(0.0, base + 10 * gain * 0.2),
                base_log_p=base,
                sampled_log_p=min(0.0, base + 10 * gain * 0.2),
                base_sampled_log_p=base,
                near=False,
                base_near=False,
            )
        )
    references = tuple(draw.gauss(40, 3) for _ in range(2000))
    stress = tuple(
        StressScore(id=f"5{i:015x}", family="card", repetitions=times, nll=40.0, reference_nll=references)
        for i, times in enumerate((1, 1, 16))
    )
    section = Canaries(
        book="", book_id=BOOK_ID, sampler=Sampler(), scores=tuple(scores), stress=stress, control=control
    )
    return section.model_copy(update=changes)


def exposed(section: Canaries, *, repetitions: int) -> Canaries:
    """*section* with the stress canaries of *repetitions* likelier than every reference."""
    stress = tuple(
        each.model_copy(update={"nll": 1.0}) if each.repetitions == repetitions else each for each in section.stress
    )
    return section.model_copy(update={"stress": stress})


def membership(
    *, groups: int = 150, size: int = 4, shift: float = 0.0, blind: float = 0.0, within: float = 0.0, seed: int = 0
) -> Membership:
    """*groups* a side of *size* records; trained ones gain *shift*, and lean *blind* to a bag of words.

    *within*: how much of the spread the records of a group share.
    """
    draw = random.Random(seed)
    found = []
    for i in range(2 * groups):
        member, common, words = i < groups, draw.gauss(0, 1), draw.gauss(0, 1)
        for _ in range(size):
            gain = within**0.5 * common + (1 - within) ** 0.5 * draw.gauss(0, 1) + member * shift
            base = draw.gauss(-3, 0.3)
            found.append(
                RecordLoss(
                    group=f"{i:032x}",
                    member=member,
                    tokens=40,
                    log_p=base + 0.2 * gain,
                    base_log_p=base,
                    zlib=base,
                    min_k=base - 2,
                    min_k_plus_plus=base,
                    blind=words + member * blind,
                )
            )
    return Membership(
        salt="0",
        data="0",
        book="0",
        seed=0,
        members=groups * size,
        held_out=groups * size,
        unknown=0,
        records=tuple(found),
    )


@dataclass
class Gate:
    """A folder with its evidence, and what an audit concludes about it."""

    context: Context

    def result(self, audit: Callable[..., None], *, required: bool = False) -> Result:
        """The verdict of the function *audit*, given the fixtures that it names."""
        name = next(mark.args[0] for mark in audit.pytestmark if mark.name == "audit")  # type: ignore[attr-defined]
        judge = Judge(name, name, policy=self.context.policy, waivers=Waivers.empty(), required=required)
        fixtures = {
            "measuring": self.context.measuring,
            "judge": judge,
            "policy": self.context.policy,
            "release": self.context.folder,
            "evidence_dir": self.context.evidence_dir,
            "training_data": TrainData(self.context),
        }
        wanted = inspect.signature(audit).parameters
        try:
            audit(**{key: fixtures[key] for key in wanted})
        except NotMeasured as error:
            return judge.conclude(error)
        return judge.conclude()

    def under(self, policy: Policy) -> Gate:
        """The same under another policy."""
        return Gate(replace(self.context, policy=policy))


def prove(evidence: Path, book: str, digest: str, *, run: str = "r", weights: Sequence[str] = ("2:0",)) -> None:
    """Write down what a training of 8 steps on the canaries of *book* writes, whose weights have these marks."""
    of_this = {"run": run, "book": book, "sha256": digest}
    log, guard = evidence / RUN_LOG, "CanaryCallback"
    run_log.append(log, guard, "proven", step=0, **of_this, canaries=8, tokens=80)
    run_log.append(log, guard, "saved", step=4, **of_this, weights=["2:1"])
    run_log.append(log, guard, "trained", step=8, **of_this, steps=8, weights=list(weights))


def gate(
    room: Path, policy: Policy | None = None, *, proven: bool = True, weights: bytes | None = None, **sections: Any
) -> Gate:
    """A folder in *room* whose measurements are *sections*; *proven*: the log says that canaries would be learnt.

    *weights*: its model.safetensors.
    """
    folder, evidence = room / "out", room / "out.evidence"
    folder.mkdir(parents=True)
    evidence.mkdir()
    (folder / "config.json").write_text(json.dumps({"model_type": "llama"}))
    if weights is not None:
        (folder / "model.safetensors").write_bytes(weights)
    if (section := sections.get("canaries")) is not None:
        (evidence / CANARY_BOOK).write_text("{}\n")
        digest = hashlib.sha256((evidence / CANARY_BOOK).read_bytes()).hexdigest()
        sections["canaries"] = section.model_copy(update={"book": digest})
        for name, key in (("records", "canary_book"), ("personal_values", "canary_book"), ("generations", "book")):
            if name in sections:  # measured beside the same book
                sections[name] = sections[name].model_copy(update={key: digest})
        if proven:
            prove(evidence, section.book_id, digest)
    if (split := sections.get("membership")) is not None:
        (evidence / HOLDOUT_BOOK).write_text("{}\n")
        digest = hashlib.sha256((evidence / HOLDOUT_BOOK).read_bytes()).hexdigest()
        sections["membership"] = split.model_copy(update={"book": digest})
    measurements = Measurements(time=datetime.now(UTC), code=code(), model=digests(folder), **sections)
    write(evidence / MEASUREMENTS, measurements)
    context = Context(
        model_dir=folder,
        evidence_dir=evidence,
        policy=policy or Policy(),
        waivers=Waivers.empty(),
        secrets_file=None,
        train_data=(),
        base_model=None,
        report_file=None,
        figures_dir=None,
        hashing=True,
    )
    assert isinstance(context.folder, Folder)
    return Gate(context)
