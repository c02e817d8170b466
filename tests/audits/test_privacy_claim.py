"""The privacy audits: a private release passes, and each way to claim too much fails by its own finding."""

from __future__ import annotations

import inspect
import json
import math
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import load_file, save_file

from finewarden import accounting
from finewarden.artifacts.folder import Folder
from finewarden.audits import test_privacy_claim as audits
from finewarden.audits.privacy_facts import NO_LEDGER, ledger_of
from finewarden.audits.privacy_wording import claims, overstatements
from finewarden.evidence import run_log
from finewarden.evidence.directory import RUN_LOG
from finewarden.evidence.model_card import MODEL_CARD
from finewarden.evidence.privacy_ledger import PRIVACY_LEDGER, RULES, LedgerSegment, PrivacyLedger, RuleResult, dump
from finewarden.evidence.weight_marks import weight_mark
from finewarden.gate.judge import Judge, NotMeasured
from finewarden.policy import Policy, Privacy
from finewarden.release.finalize import finalize
from finewarden.release.privacy import GUARD
from finewarden.verdicts import Result, State
from finewarden.waivers import Waivers
from tests.release.folders import LICENSE, POLICY, model_folder

NAMES = ("ledger", "epsilon", "policy", "rules", "steps", "weights", "wording")
FIRST, SECOND = "a" * 32, "b" * 32
SIZE = 5_000
TERMS = {"delta": 1e-5, "dataset_size_is": "public bound"}


def segment(run: str, steps: int) -> LedgerSegment:
    """*steps* updates of *run*; slots enough for every draw, so that epsilon takes no time."""
    return LedgerSegment(
        run=run,
        noise_multiplier=1.0,
        sampling_rate=0.02,
        expected_batch_size=100.0,
        dataset_size=SIZE,
        slots=SIZE,
        steps=steps,
    )


@cache
def true_ledger() -> PrivacyLedger:
    """A run of 50 updates that went on from one of 30, with what both cost."""
    segments = (segment(FIRST, 30), segment(SECOND, 50))
    return PrivacyLedger(
        written_by="finewarden 0.1.0",
        run=SECOND,
        unit="example",
        dataset_size_is="public bound",
        delta=1e-5,
        max_grad_norm=1.0,
        target_epsilon=8.0,
        segments=segments,
        epsilon={"pld": accounting.epsilon(accounting.segments_of(segments), 1e-5, interval=1e-3)},
        interval=1e-3,
        engine="microbatch",
        moved=True,
        complete=True,
        rules=tuple(RuleResult(number=n, name=f"rule {n}", action="refuse", result="kept") for n in RULES),
    )


def write_weights(folder: Path, *, grown: float = 1.0, added: float = 0.0) -> None:
    """An adapter whose B is *grown* everywhere and holds *added* in one place."""
    b = numpy.full((8, 4), grown, dtype=numpy.float32)
    b[3, 2] += added
    a = numpy.ones((4, 8), dtype=numpy.float16)
    save_file({"m.q_proj.lora_A.weight": a, "m.q_proj.lora_B.weight": b}, folder / "adapter_model.safetensors")


def marks(folder: Path) -> list[str]:
    """The marks of the adapter in *folder*, as training takes them."""
    tensors = load_file(folder / "adapter_model.safetensors")
    return [weight_mark(each.shape, each.reshape(-1)[:4096].astype("f4")) for each in tensors.values()]


def edit_log(folder: Path, event: str, change: Callable[[dict[str, Any]], None]) -> None:
    """*change* the detail of each record of *event* in the log beside *folder*."""
    log = folder.with_name("out.evidence") / RUN_LOG
    records = [json.loads(line) for line in log.read_text().splitlines()]
    for record in records:
        if record["event"] == event:
            change(record["detail"])
    log.write_text("".join(json.dumps(record) + "\n" for record in records))


def claim(folder: Path, *segments: LedgerSegment, **changes: Any) -> None:
    """A ledger of *segments* whose epsilon is theirs, and a record bound to it."""
    cost = accounting.epsilon(accounting.segments_of(segments), 1e-5, interval=1e-3)
    write_ledger(folder, segments=[each.model_dump() for each in segments], epsilon={"pld": cost}, **changes)
    finalize(folder, POLICY)


def write_ledger(folder: Path, **changes: Any) -> None:
    """The true ledger with *changes*."""
    data = json.loads(dump(true_ledger())) | changes
    (folder / PRIVACY_LEDGER).write_text(json.dumps(data, indent=2))


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A private release as finalize leaves it, with the log of its two runs beside it."""
    out = model_folder(tmp_path_factory.mktemp("runs") / "out", LICENSE=LICENSE)
    (out / "training_args.bin").unlink()
    write_weights(out)
    (out / PRIVACY_LEDGER).write_text(dump(true_ledger()))
    log = out.with_name("out.evidence") / RUN_LOG
    for run, past, steps in ((FIRST, [], 30), (SECOND, [FIRST], 50)):
        began = {"segment": segment(run, 0).model_dump(mode="json"), "unit": "example", "max_grad_norm": 1.0}
        run_log.append(log, GUARD, "train-begin", run=run, past=past, rows=4_711, **began, **TERMS)
        for step in range(1, steps + 1):
            run_log.append(log, GUARD, "step", step=step, run=run, spent=step)
        run_log.append(log, GUARD, "saved", run=run, spent=steps, weights=sorted(marks(out)))
        run_log.append(log, GUARD, "train-end", run=run)
    assert finalize(out, POLICY).complete
    return out


@pytest.fixture
def release(trained: Path, tmp_path: Path) -> Path:
    """A copy to break, its evidence beside it."""
    shutil.copytree(trained.with_name("out.evidence"), tmp_path / "out.evidence")
    return Path(shutil.copytree(trained, tmp_path / "out"))


def judged(name: str, folder: Path, policy: Policy = POLICY) -> Result:
    """The verdict of one audit on *folder*."""
    function: Callable[..., None] = getattr(audits, f"test_{name}")
    judge = Judge(f"privacy_claim.{name}", name, policy=policy, waivers=Waivers.empty())
    evidence = folder.with_name(f"{folder.name}.evidence")
    known = {"release": Folder.open(folder), "judge": judge, "policy": policy, "evidence_dir": evidence}
    try:
        function(**{key: known[key] for key in inspect.signature(function).parameters})
    except NotMeasured as error:
        return judge.conclude(error)
    return judge.conclude()


def rules(result: Result) -> list[str]:
    """Rules of the findings."""
    return [found.rule for found in result.findings]


def failing(folder: Path, policy: Policy = POLICY) -> dict[str, list[str]]:
    """Every audit that fails, with its rules."""
    results = {name: judged(name, folder, policy) for name in NAMES}
    return {name: rules(result) for name, result in results.items() if result.state is State.FAIL}


def private(**privacy: Any) -> Policy:
    """The policy with a claim."""
    return POLICY.model_copy(update={"privacy": Privacy(**privacy)})


@pytest.mark.parametrize("name", NAMES)
def test_private_release(release: Path, name: str) -> None:
    """A private release, finalized, passes each audit, also under a policy that asks for just this."""
    asked = private(epsilon=8.0, delta=1e-5, max_grad_norm=1.0, unit="example")
    assert judged(name, release, asked).state is State.PASS, judged(name, release, asked)


def test_nothing_claimed(tmp_path: Path) -> None:
    """An ordinary release, finalized or not, is quietly not measured, for one reason."""
    text = (
        "# A\n\nNot trained with DP-SGD.\n\n## Differential privacy\n\nIt could be trained with differential privacy.\n"
    )
    out = model_folder(tmp_path / "out", LICENSE=LICENSE, README__md=text)
    for _ in range(2):
        results = [judged(name, out) for name in NAMES]
        assert {(result.state, result.reason) for result in results} == {(State.NOT_MEASURED, NO_LEDGER)}
        finalize(out, POLICY)


@pytest.mark.parametrize("who", ["policy", "README.md", "model_card.json", "run.jsonl"])
def test_claim_without_a_ledger(release: Path, who: str) -> None:
    """Whoever claims privacy owes the ledger: the policy, a text, the record, the log that says the guard stood."""
    (release / PRIVACY_LEDGER).unlink()
    text = (release / "README.md").read_text()
    for name in ("README.md", "model_card.md", "model_card.json"):
        if name != who:
            (release / name).unlink(missing_ok=True)
    if who == "README.md":
        assert "differentially private" in text  # finalize's own sentence
    if who != "run.jsonl":
        (release.with_name("out.evidence") / RUN_LOG).unlink()
    result = judged("ledger", release, private(epsilon=8.0) if who == "policy" else POLICY)
    assert rules(result) == ["missing"]
    assert {"policy": "privacy.epsilon", "README.md": "README.md:"}.get(who, who) in result.findings[0].what


def test_edited(release: Path) -> None:
    """A ledger that was edited after the record was made fails by its hash, whatever was edited."""
    write_ledger(release, engine="hooks")
    assert failing(release) == {"ledger": ["edited"]}


def test_hash_not_in_the_record(release: Path) -> None:
    """A record without the ledger's hash binds nothing; nor does one that claims something else than its ledger."""
    card = json.loads((release / MODEL_CARD).read_text())
    (release / MODEL_CARD).write_text(json.dumps(card | {"privacy": None}))
    assert failing(release) == {"ledger": ["unbound"]}
    (release / MODEL_CARD).write_text(json.dumps(card | {"privacy": card["privacy"] | {"unit": "customer_id"}}))
    assert failing(release) == {"ledger": ["other-claim"]}


@pytest.mark.parametrize("text", ["{", "[]", '{"version": 2}'])
def test_no_ledger_in_the_file(release: Path, text: str) -> None:
    """What is no ledger fails once; a key given twice is no ledger either."""
    (release / PRIVACY_LEDGER).write_text(text)
    assert failing(release) == {"ledger": ["invalid"]}
    whole = dump(true_ledger())
    (release / PRIVACY_LEDGER).write_text(whole.replace('"delta"', '"delta": 1e-9, "delta"', 1))
    assert failing(release) == {"ledger": ["invalid"]}


def test_incomplete(release: Path) -> None:
    """A run that was broken off, and a ledger without any update, are no basis of a claim."""
    write_ledger(release, complete=False)
    finalize(release, POLICY)
    assert failing(release) == {"ledger": ["incomplete"]}
    write_ledger(release, segments=[], epsilon={"pld": 0.0})
    finalize(release, POLICY)
    assert "no-steps" in failing(release)["ledger"]


@pytest.mark.parametrize(("off", "rule"), [(-0.01, "understated"), (0.01, "overstated"), (-0.006, "understated")])
def test_epsilon_that_is_another(release: Path, off: float, rule: str) -> None:
    """Epsilon under-stated by 0.01 fails, even where record and text were made from the false ledger."""
    true = true_ledger().claimed
    write_ledger(release, epsilon={"pld": true + off})
    finalize(release, POLICY)
    assert failing(release) == {"epsilon": [rule]}
    write_ledger(release, epsilon={"pld": true + off / 100})  # rounding is none
    finalize(release, POLICY)
    assert failing(release) == {}


def test_missing_segment(release: Path) -> None:
    """A ledger without its first segment fails, though its epsilon fits what is left of it."""
    claim(release, segment(SECOND, 50))
    assert failing(release) == {"steps": ["segment"]}


def test_fewer_updates_than_the_log(release: Path) -> None:
    """A segment with one update fewer than the log recorded fails; more (a crash after the record) is no fault."""
    for steps, found in ((49, {"steps": ["too-few"]}), (51, {})):
        claim(release, segment(FIRST, 30), segment(SECOND, steps))
        assert failing(release) == found


def test_run_that_was_given_up(release: Path) -> None:
    """A run in the same log that none of the ledger's runs went on from is a warning, not a failure."""
    log = release.with_name("out.evidence") / RUN_LOG
    run_log.append(log, GUARD, "train-begin", run="c" * 32, past=[])
    run_log.append(log, GUARD, "step", step=1, run="c" * 32, spent=1)
    result = judged("steps", release)
    assert (result.state, [found.rule for found in result.warnings]) == (State.PASS, ["segment"])


def test_trained_on_from_the_accounted_weights(release: Path) -> None:
    """A run in the log that went on from a run of the ledger, and is not in it, fails: it moved these weights."""
    log = release.with_name("out.evidence") / RUN_LOG
    run_log.append(log, GUARD, "train-begin", run="c" * 32, past=[FIRST, SECOND])
    assert failing(release) == {}
    run_log.append(log, GUARD, "step", step=1, run="c" * 32, spent=1)
    assert failing(release) == {"steps": ["segment"]}
    assert "trained on from the weights" in judged("steps", release).findings[0].what


@pytest.mark.parametrize(
    ("name", "value"), [("noise_multiplier", 50.0), ("slots", 6_000), ("max_rows_per_unit", 2), ("sampling_rate", 0.01)]
)
def test_another_mechanism_than_the_log(release: Path, name: str, value: float) -> None:
    """A ledger of updates that were made otherwise fails by field, with its value and the log's."""
    forged = segment(SECOND, 50).model_dump() | {name: value}
    forged["expected_batch_size"] = forged["sampling_rate"] * SIZE
    claim(release, segment(FIRST, 30), LedgerSegment(**forged))
    assert set(failing(release)["steps"]) == {"other-mechanism"}
    true = getattr(segment(SECOND, 50), name)
    wanted = f"{name} of run {SECOND[:8]} is {value}, and the log recorded {true}"
    assert wanted in [found.what for found in judged("steps", release).findings]
    edit_log(release, "train-begin", lambda detail: detail.pop("segment"))  # a log that does not say
    assert failing(release) == {}


def test_updates_moved_to_a_cheaper_mechanism(release: Path) -> None:
    """Where a run had two mechanisms, each accounts for at least the updates that were recorded after it began."""
    log = release.with_name("out.evidence") / RUN_LOG
    cheap = segment(SECOND, 0).model_copy(update={"noise_multiplier": 2.0})
    run_log.append(log, GUARD, "train-begin", run=SECOND, past=[FIRST], segment=cheap.model_dump(mode="json"))
    run_log.append(log, GUARD, "step", step=51, run=SECOND, spent=51)
    run_log.append(log, GUARD, "saved", run=SECOND, spent=51, weights=marks(release))
    for dear, found in ((50, {}), (49, {"steps": ["too-few"]})):
        steps = cheap.model_copy(update={"steps": 51 - dear})
        claim(release, segment(FIRST, 30), segment(SECOND, dear), steps)
        assert failing(release) == found


@pytest.mark.parametrize(("name", "value"), [("unit", "customer_id"), ("max_grad_norm", 0.5)])
def test_other_terms_than_the_log(release: Path, name: str, value: object) -> None:
    """What a ledger says of unit and clipping is what the log says of its run; that it says nothing is no fault."""
    write_ledger(release, **{name: value})
    finalize(release, POLICY)
    assert set(failing(release)["steps"]) == {"other-terms"}
    found = judged("steps", release).findings[0].what
    assert repr(value) in found
    assert repr(getattr(true_ledger(), name)) in found
    edit_log(release, "train-begin", lambda detail: detail.pop(name))
    assert failing(release) == {}


def test_relation_that_the_log_denies(release: Path) -> None:
    """A number of units that the log calls the data's own is no public bound."""
    edit_log(release, "train-begin", lambda detail: detail.update(dataset_size_is="len(train), declared public"))
    assert failing(release) == {"steps": ["other-terms"]}


def test_log_of_another_run(release: Path) -> None:
    """A log that never heard of the run proves nothing; without any log, what was not checked is said."""
    log = release.with_name("out.evidence") / RUN_LOG
    log.write_text(log.read_text().replace(SECOND, "c" * 32))
    assert "other-log" in rules(judged("steps", release))
    log.unlink()
    result = judged("steps", release)
    assert result.state is State.NOT_MEASURED
    assert "whether all updates are in the ledger" in (result.reason or "")


def test_rules_violated_or_missing(release: Path) -> None:
    """A violated rule fails by its number, a warned one passes, one without a result fails."""
    kept = [rule.model_dump() for rule in true_ledger().rules]
    for change, found in (
        ({"result": "warned"}, {}),
        ({"result": "violated", "note": "two rows a slot"}, {"rules": ["rule-5"]}),
    ):
        write_ledger(release, rules=[rule | (change if rule["number"] == 5 else {}) for rule in kept])
        finalize(release, POLICY)
        assert failing(release) == found
    write_ledger(release, rules=kept[:-1])
    finalize(release, POLICY)
    assert failing(release) == {"rules": ["missing"]}


@pytest.mark.parametrize(
    ("privacy", "rule"),
    [
        ({"epsilon": 0.5}, "policy-epsilon"),
        ({"epsilon": 8.0, "delta": 1e-6}, "policy-delta"),
        ({"epsilon": 8.0, "max_grad_norm": 0.5}, "policy-max-grad-norm"),
        ({"epsilon": 8.0, "unit": "customer_id"}, "unit"),
    ],
)
def test_beyond_the_policy(release: Path, privacy: dict[str, Any], rule: str) -> None:
    """Epsilon, delta, clipping norm and unit are held against the policy where it says something of them."""
    assert failing(release, private(**privacy)) == {"policy": [rule]}


def test_delta_too_large(release: Path) -> None:
    """A delta that is not below one over the number of units is no guarantee."""
    segments = accounting.segments_of(true_ledger().segments)
    cost = accounting.epsilon(segments, 1 / SIZE, interval=1e-3)
    write_ledger(release, delta=1 / SIZE, epsilon={"pld": cost})
    finalize(release, POLICY)
    assert failing(release) == {"policy": ["delta"]}


def test_overspent(release: Path) -> None:
    """More spent than training was given fails also where the policy says nothing."""
    write_ledger(release, target_epsilon=0.5)
    finalize(release, POLICY)
    assert failing(release) == {"policy": ["policy-target-epsilon"]}


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"grown": 0.0}, "zero"),
        ({"grown": -0.0}, "zero"),
        ({"added": float("nan")}, "not-finite"),
        ({"added": float("inf")}, "not-finite"),
    ],
)
def test_broken_adapter(release: Path, values: dict[str, float], rule: str) -> None:
    """An adapter that does nothing, or holds NaN or infinity, was not trained by the updates that are claimed."""
    write_weights(release, **values)
    assert failing(release) == {"weights": [rule, "other-weights"]}


def rewrite(folder: Path, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """The adapter's tensors after *change*."""
    file = folder / "adapter_model.safetensors"
    save_file(change(load_file(file)), file)


def test_other_weights(release: Path) -> None:
    """Weights with other numbers than training saved fail, one tensor or all, an exchange of two numbers too."""
    rewrite(release, lambda tensors: {name: each[::-1].copy() for name, each in tensors.items()})
    assert failing(release) == {}  # all ones still
    write_weights(release, added=0.01)
    assert failing(release) == {"weights": ["other-weights"]}
    assert "1 of 2 trained tensors" in judged("weights", release).findings[0].what
    rewrite(release, lambda tensors: {name: each * numpy.float16(1.01) for name, each in tensors.items()})
    edit_log(release, "saved", lambda detail: detail["weights"].pop(0))  # the other one is compared all the same
    assert failing(release) == {"weights": ["other-weights"]}


def test_same_weights_saved_in_another_way(release: Path) -> None:
    """Names, order, format and what was not trained may differ; any save after the same updates may fit."""
    run_log.append(
        release.with_name("out.evidence") / RUN_LOG, GUARD, "saved", run=SECOND, spent=50, weights=["8x4:0", "4x8:0"]
    )
    rewrite(
        release,
        lambda tensors: {
            "frozen": numpy.zeros((8, 4), dtype=numpy.float32),
            **{name.upper(): each.astype(numpy.float64) for name, each in reversed(tensors.items())},
        },
    )
    result = judged("weights", release)
    assert (result.state, result.warnings, result.measured) == (
        State.PASS,
        [],
        "0 broken, 0 of 2 trained ones exchanged",
    )


@pytest.mark.parametrize("kind", ["merged", "half", "a layer of B's shape"])
def test_weights_that_can_not_be_compared(release: Path, kind: str) -> None:
    """A merged model, or one rounded to half precision, is a warning: nothing shows what it was made from."""
    tensors = load_file(release / "adapter_model.safetensors")
    (release / "adapter_model.safetensors").unlink()
    made = {"merged": numpy.ones((8, 8), dtype=numpy.float32)}
    if kind == "half":
        made = {name: (each * 1.01).astype(numpy.float16) for name, each in tensors.items()}
    elif kind != "merged":
        made["layer"] = numpy.full((8, 4), 0.5, dtype=numpy.float32)
    save_file(made, release / "model.safetensors")
    result = judged("weights", release)
    assert (result.state, [found.rule for found in result.warnings]) == (State.PASS, ["not-compared"])


def test_weights_without_a_record_of_saving(release: Path) -> None:
    """A log without a save after the ledger's updates is no fault, and the report says what was not compared."""
    edit_log(release, "saved", lambda detail: detail.update(spent=detail["spent"] - 1))
    write_weights(release, added=0.5)
    result = judged("weights", release)
    assert (result.state, result.measured) == (
        State.PASS,
        "0 broken; no log of what training saved to compare with",
    )


def test_unmoved(release: Path) -> None:
    """Weights that training left as they were, by the ledger's own word, fail."""
    write_ledger(release, moved=False)
    finalize(release, POLICY)
    assert failing(release) == {"weights": ["unmoved"]}


def test_without_noise(release: Path) -> None:
    """Updates without noise cost everything: no epsilon may be claimed."""
    segments = [each.model_dump() | {"noise_multiplier": 0.0} for each in true_ledger().segments]
    write_ledger(release, segments=segments, epsilon={"pld": None}, target_epsilon=None)
    finalize(release, POLICY)
    edit_log(release, "train-begin", lambda detail: detail["segment"].update(noise_multiplier=0.0))
    assert failing(release) == {"epsilon": ["no-noise"]}
    write_ledger(release, segments=segments)
    assert "understated" in failing(release)["epsilon"]


@pytest.mark.parametrize(
    ("sentence", "rule"),
    [
        ("This adapter is user-level differentially private.", "unit"),
        ("Trained with differential privacy per customer.", "unit"),
        ("本模型采用用户级差分隐私训练。", "unit"),
        ("Trained with DP-SGD, ε = 0.5.", "epsilon"),
        ("DP-SGD with $\\epsilon = 0.5$, $\\delta = 10^{-5}$.", "epsilon"),
        ("DP-SGD at δ = 1e-9.", "delta"),
        ("DP-SGD under the replace-one relation.", "relation"),
        ("Training was locally differentially private.", "mechanism"),
        ("The privacy budget is ε = 0.01.", "epsilon"),
        ("Budget: 0.01.", "epsilon"),
        ("The final epsilon was only .01.", "epsilon"),
        ("Trained with DP at ε≈0.01.", "epsilon"),
        ("The model is (0.01, 1e-5)-differentially private.", "epsilon"),
        ("It has $(\\varepsilon,\\,\\delta) = (0.01,\\,10^{-5})$.", "epsilon"),
        ("隐私预算为 0.01。", "epsilon"),
        ("It is user-level private.", "unit"),
        ("Privacy holds for every user.", "unit"),
        ("This protects each person.", "unit"),
        ("It guarantees that no person's data can be recovered.", "unit"),
        ("它保护每个用户的隐私。", "unit"),
    ],
)
def test_wording_beyond_the_ledger(release: Path, sentence: str, rule: str) -> None:
    """A text that says a smaller epsilon or delta, a larger unit, another relation or mechanism fails by line."""
    readme = release / "README.md"
    readme.write_text(readme.read_text() + f"\n## Privacy\n\n{sentence}\n")
    assert failing(release) == {"wording": [rule]}
    found = judged("wording", release).findings[0]
    assert readme.read_text().splitlines()[int(found.where.partition(":")[2]) - 1] == sentence


def test_add_remove_needs_a_bound(release: Path) -> None:
    """Adding or removing one example is the relation only where draws run over a public bound."""
    sentence = "\nDP-SGD under the add/remove relation.\n"
    (release / "README.md").write_text((release / "README.md").read_text() + sentence)
    assert failing(release) == {}
    write_ledger(release, dataset_size_is="len(train), declared public")
    finalize(release, POLICY)
    edit_log(release, "train-begin", lambda detail: detail.pop("dataset_size_is"))
    assert failing(release) == {"wording": ["relation"]}


@pytest.mark.parametrize(
    "sentence",
    [
        "This is not user-level differential privacy.",
        "Differential privacy does not protect a user as a whole: it is no per-user guarantee.",
        "Trained with DP-SGD, ε ≤ 8, δ = 1e-5, example-level.",
        "User-level settings are kept in the account.",
        "<!-- user-level differential privacy -->",
        "```\nuser-level differential privacy\n```",
        "- optimizer: Use adamw_torch with betas=(0.9,0.999) and epsilon=1e-08 and optimizer_args=None",
        "`rms_norm_eps` is 1e-6, label smoothing ε = 0.1; GRPO clips with epsilon=0.2.",
        "Respect the privacy of each user.",
        "It does not protect every user.",
        "A token budget of 1; a training budget of 1 hour; ε\n\n1. Install it",
        "| ε | accuracy |\n|---|---|\n| 8 | 0.01 |",
        "ε = 8, (8, 1e-5)-DP, a privacy budget of 8.\n\nLoss delta = 1e-9.",
    ],
)
def test_wording_within_the_ledger(release: Path, sentence: str) -> None:
    """What is taken back, says less, speaks of something else or is a comment or code is no overstatement."""
    (release / "README.md").write_text((release / "README.md").read_text() + f"\n{sentence}\n")
    assert failing(release) == {}


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("| privacy | epsilon |\n|---|---|\n| DP-SGD | 0.01 |", 2),
        ("| ε | δ |\n|:--|--:|\n| **8** | 1e-5 |\n| **0.01** | 1e-5 |", 3),
        ("| unit | example |\n|---|---|\n| privacy budget | 0.01 |", 2),
    ],
)
def test_table_beyond_the_ledger(release: Path, table: str, row: int) -> None:
    """A number in a table fails by its row."""
    text = (release / "README.md").read_text() + "\n"
    (release / "README.md").write_text(f"{text}{table}\n")
    result = judged("wording", release)
    assert [(found.rule, found.where) for found in result.findings] == [
        ("epsilon", f"README.md:{text.count(chr(10)) + 1 + row}")
    ]


@settings(max_examples=60, deadline=None)
@given(
    value=st.floats(1e-3, 50),
    form=st.sampled_from(("{:f}", "{:.6e}", "{:.9g}")),
    name=st.sampled_from(("ε", "epsilon", "$\\epsilon$", "**ε**", "eps", "the privacy budget", "隐私预算")),
    between=st.sampled_from(
        ("=", " = ", ": ", " ≈ ", "~", " is ", " of ", " ≤ ", " < ", "<=", "＝", " | ", " of at most ")
    ),
)
def test_number_forms(value: float, form: str, name: str, between: str) -> None:
    """However it is written, a number below the ledger's is found, and one that is not below is no lie."""
    ledger, said = true_ledger(), form.format(value)
    found = overstatements(f"Trained with DP-SGD. And {name}{between}{said}, as measured.", ledger)
    if not math.isclose(float(said), ledger.claimed, abs_tol=1e-4):
        assert [each.rule for each in found] == ["epsilon"] * (float(said) < ledger.claimed)


@pytest.mark.parametrize(
    ("sentence", "claimed"),
    [
        ("Trained with DP at ε≈8.", True),
        ("The model is (8, 1e-5)-DP.", True),
        ("## Privacy (ε = 8)", True),
        ("用隐私预算 8 训练。", True),
        ("Trained on private data with Adam (epsilon=1e-08).", False),
        ("Trained with DP=8, TP=2 and adam_epsilon 1e-8.", False),
        ("Enterprise-level privacy on a private budget of 3 million.", False),
        ("## Differential privacy", False),
    ],
)
def test_what_claims_privacy(sentence: str, claimed: bool) -> None:
    """A short name beside a number is a claim; an optimizer's epsilon and data-parallel DP are none."""
    assert bool(claims(sentence)) is claimed


def test_hostile_ledger(release: Path) -> None:
    """A ledger that would take minutes or gigabytes to account for is refused in time, and parsed once."""
    many = [segment(SECOND, 3_000).model_dump() | {"noise_multiplier": 2 + n / 1e3, "slots": 110} for n in range(16)]
    write_ledger(release, segments=many, interval=1e-5)
    assert rules(judged("epsilon", release)) == ["unaccountable"]
    write_ledger(release, segments=many * 700)
    assert rules(judged("ledger", release)) == ["invalid"]
    folder = Folder.open(release)
    assert ledger_of(folder) is ledger_of(folder)


def test_without_torch(release: Path) -> None:
    """These audits load no torch."""
    import subprocess
    import sys

    code = (
        "import sys, pytest\n"
        f"pytest.main(['--model-dir={release}', '-q', '-p', 'no:cacheprovider', 'audits/test_privacy_claim.py'])\n"
        "print('loaded:', [m for m in ('torch', 'transformers') if m in sys.modules], 'scipy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=release.parent, capture_output=True, text=True, check=True)
    assert "loaded: [] True" in done.stdout
    assert "7 passed" in done.stdout
