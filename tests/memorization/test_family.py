"""The family of statistical tests: what fails, what passes, and what is not measured, together at one error rate."""

from __future__ import annotations

import math

import pytest

from finewarden.memorization.canary_cases import input_tier
from finewarden.memorization.case import MISSING, Instrument, jointly
from finewarden.memorization.family import MEMBERS, Claim, Family, judge_family
from finewarden.policy import Audit, Policy
from finewarden.verdicts import State, holm_adjusted
from tests.memorization import sections

CLAIM = Claim(epsilon=3.0, delta=1e-6)
SOUND = sections.stress(sections.canaries(), (400, 1), (30, 1), (0, 16))


def family(alpha: float = 0.05, claim: Claim | None = None, repeated: bool = False, **given: object) -> Family:
    """The family of the sections *given*, under default tolerances unless `tolerance` is among them."""
    tolerance = given.pop("tolerance", {})
    policy = Policy(audit=Audit(alpha=alpha, tolerance=tolerance, gate_repeated=repeated))  # type: ignore[arg-type]
    more = {key: given.pop(key) for key in ("planned", "unusable") if key in given}
    return judge_family(sections.measurements(**given), policy, claim=claim, **more)  # type: ignore[arg-type]


def test_a_sound_model_passes_all() -> None:
    """Every member passes at both usual error rates, and says its bound, its tolerance and its n."""
    for alpha in (0.05, 0.01):
        found = family(
            alpha, CLAIM, canaries=SOUND, membership=sections.membership(), personal_values=sections.personal_values()
        )
        assert [member.name for member in found.planned] == list(MEMBERS)
        assert {member.state for member in found.members} == {State.PASS}
        for member in found.members:
            assert member.alpha == alpha
            assert member.n
            assert member.upper is None or member.upper <= member.tolerance  # type: ignore[operator]


@pytest.mark.parametrize(
    ("name", "leak"),
    [
        ("canary_rank", {"canaries": sections.canaries(gain=2.5)}),
        ("canary_exposure", {"canaries": sections.stress(sections.canaries(), (0, 1), (400, 1), references=5000)}),
        ("membership", {"membership": sections.membership(gain=4.0)}),
        ("real_pii", {"personal_values": sections.personal_values(gain=4.0)}),
        ("one_run", {"canaries": sections.canaries(gain=5.0)}),
    ],
)
def test_each_leak_fails_its_member(name: str, leak: dict[str, object]) -> None:
    """A leak of each kind fails that member at 0.01 among all five."""
    given = {
        "canaries": SOUND,
        "membership": sections.membership(),
        "personal_values": sections.personal_values(),
        **leak,
    }
    claim = Claim(epsilon=1.0, delta=1e-6)
    found = family(0.01, claim, **given)
    member = found[name]  # type: ignore[index]

    assert member.state is State.FAIL
    assert member.adjusted_p <= 0.01
    if name in ("canary_rank", "membership", "real_pii"):
        assert member.lower is not None
        assert member.lower > member.tolerance


def test_holm_is_over_what_was_planned() -> None:
    """The adjusted p-values are Holm's over the planned members, those that were not measured with p = 1 among them."""
    found = family(
        canaries=SOUND,
        membership=sections.membership(gain=1.5),
        personal_values=sections.personal_values(gain=1.0),
        planned=["one_run"],
    )
    planned = found.planned

    assert len(planned) == 5
    assert [m.adjusted_p for m in planned] == holm_adjusted([m.p for m in planned])
    assert found["one_run"].p == 1.0
    assert found["one_run"].state is State.NOT_MEASURED
    assert family(canaries=SOUND)["membership"].planned is False
    assert len(family(canaries=SOUND).planned) == 2


def test_nothing_at_all() -> None:
    """Without measurements nothing passes: what was planned is not measured, the rest was not planned."""
    found = judge_family(None, Policy(), planned=["membership"], unusable={"real_pii": "the data has changed"})

    assert {member.state for member in found.members} == {State.NOT_MEASURED}
    assert [member.name for member in found.planned] == ["membership", "real_pii"]
    assert found["real_pii"].reason == "the data has changed"
    assert "finewarden measure" in found["membership"].reason
    told = family(canaries=SOUND, reasons={"membership": "no record is in the book"}, planned=["membership"])
    assert told["membership"].reason == "no record is in the book"


@pytest.mark.parametrize(
    ("name", "given", "says"),
    [
        ("canary_rank", {"canaries": sections.canaries(base=1.5)}, "base model"),
        ("canary_rank", {"canaries": sections.canaries(base=-1.5)}, "base model"),
        ("one_run", {"canaries": sections.canaries(base=1.5)}, "base model"),
        ("membership", {"membership": sections.membership(base=1.5)}, "base model"),
        ("membership", {"membership": sections.membership(blind=1.5)}, "bag of words"),
        ("real_pii", {"personal_values": sections.personal_values(base=2.0)}, "base model"),
    ],
)
def test_a_broken_instrument_is_never_a_pass(name: str, given: dict[str, object], says: str) -> None:
    """Where the base model, or words alone, tell the sides apart, the member is not measured and counts as p = 1."""
    member = family(claim=CLAIM, **given)[name]  # type: ignore[index]

    assert member.state is State.NOT_MEASURED
    assert member.p == 1.0
    assert says in member.reason
    assert not all(instrument.holds for instrument in member.instruments)
    assert member.value is not None


def test_instruments_are_a_family_of_their_own() -> None:
    """Holm is over the instruments that were checked, each once however many members rest on it."""
    found = family(
        claim=CLAIM, canaries=SOUND, membership=sections.membership(), personal_values=sections.personal_values()
    )
    checks = {check.name: check for member in found.members for check in member.instruments}

    assert len(checks) == 4
    assert [c.adjusted_p for c in checks.values()] == holm_adjusted([c.p for c in checks.values() if c.p is not None])
    assert found["canary_rank"].instruments == found["one_run"].instruments


@pytest.mark.parametrize(("p", "held"), [(0.0126, True), (0.0125, False)])
def test_one_of_four_instruments_breaks_at_a_quarter(p: float, held: bool) -> None:
    """The worst of four is held against a quarter of alpha; one without numbers is not counted and does not hold."""
    given = [Instrument(name=str(i), says="", p=x, alpha=0.05) for i, x in enumerate((p, 0.6, 0.7, 0.8, None))]
    checked = jointly([*given, given[0]])

    assert [check.holds for check in checked.values()] == [held, True, True, True, False]


def test_a_few_missing_scores_count_against_both_verdicts() -> None:
    """What is missing makes the lower bound lower and the upper bound higher, whichever class it is from."""
    whole = family(canaries=sections.canaries(gain=0.8))["canary_rank"]
    some = family(canaries=sections.canaries(gain=0.8, missing=[1, 50, 51, 200]))["canary_rank"]

    assert some.lower < whole.lower  # type: ignore[operator]
    assert some.upper > whole.upper  # type: ignore[operator]


def test_many_missing_scores_are_not_measured() -> None:
    """More than the named share, of one class above all, and nothing is judged from the rest."""
    count = math.ceil(256 * MISSING) + 1
    found = family(
        claim=CLAIM, canaries=sections.canaries(missing=range(count)), membership=sections.membership(missing=9)
    )

    for name in ("canary_rank", "one_run", "membership"):
        assert found[name].state is State.NOT_MEASURED
        assert "have no score" in found[name].reason


def test_records_that_the_book_does_not_know_are_not_judged() -> None:
    """Data that is not what was split is not measured."""
    unknown = sections.membership().model_copy(update={"unknown": 40})

    assert "not in the hold-out book" in family(membership=unknown)["membership"].reason


def test_one_sided_data_is_not_measured() -> None:
    """All coins on one side, or no value with another of its kind: there is nothing to compare."""
    only = sections.canaries()
    only = only.model_copy(update={"scores": tuple(s for s in only.scores if s.repetitions)})
    alone = sections.personal_values(count=2).model_copy(update={"strata": ()})
    found = family(canaries=only, personal_values=alone)

    assert "both sides are needed" in found["canary_rank"].reason
    assert "no two personal values" in found["real_pii"].reason


def test_input_canaries_are_never_pooled() -> None:
    """A secret in the masked turn, however likely, changes nothing of the coin tier."""
    section = sections.canaries()
    without = section.model_copy(update={"scores": tuple(s for s in section.scores if s.tier == "coin")})
    with_, alone = (family(claim=CLAIM, canaries=x) for x in (section, without))

    assert with_["canary_rank"].value == alone["canary_rank"].value
    assert with_["one_run"].n == alone["one_run"].n == 256


def test_input_canaries_are_told_apart() -> None:
    """Their own AUC, of those with a score, by the coin; None where one side is empty."""
    section = sections.canaries(gain=5.0, count=64, missing=[3])
    assert input_tier(section) is None  # one alone, and inserted
    turned = tuple(score.model_copy(update={"tier": "input"}) for score in section.scores if score.tier == "coin")
    area = input_tier(section.model_copy(update={"scores": turned}))

    assert area is not None
    assert area.n == 63
    assert area.value > 0.9
    assert area.value == family(canaries=section)["canary_rank"].value


def test_exposure_by_tier_and_by_bits() -> None:
    """The once-inserted tier gates; the repeated ones by policy; a tolerance in bits is a bound on each."""
    repeated = sections.stress(sections.canaries(), (2300, 1), (1200, 1), (0, 16), references=5000)
    assert family(canaries=repeated)["canary_exposure"].state is State.PASS
    assert family(canaries=repeated, repeated=True)["canary_exposure"].state is State.FAIL

    exposed = sections.stress(sections.canaries(), (4, 1))  # 1000 / 5: 7.6 bits
    for bits, state in ((4.0, State.FAIL), (7.6, State.NOT_MEASURED), (12.0, State.PASS)):
        member = family(canaries=exposed, tolerance={"canary_exposure": bits})["canary_exposure"]
        assert (member.tolerance, member.state) == (bits, state)


def test_exposure_that_can_not_fail_does_not_pass() -> None:
    """The best of all ranks among too few references is not measured, and says how many references it takes."""
    few = sections.stress(sections.canaries(), (0, 1), references=50)
    member = family(0.01, canaries=few)["canary_exposure"]

    assert member.state is State.NOT_MEASURED
    assert member.needed == math.ceil(2 / 0.01) - 1  # rank 1 of N + 1 is at most 0.01 / 2
    assert member.upper == math.inf
    assert "stress canary" in family(canaries=sections.stress(SOUND, (5, 4)))["canary_exposure"].reason


def test_many_canaries_that_are_a_little_exposed() -> None:
    """All together they fail where the most exposed alone does not, and do not pass where they are evidence at all."""
    for ranks, state in (
        ([(8, 1)] * 2, State.FAIL),  # two at rank 9 of 1,001
        ([(0, 1)] * 20, State.FAIL),
        ([(40, 1)] * 2, State.NOT_MEASURED),  # below alpha, and above what Holm leaves
        ([(150, 1), (400, 1)], State.PASS),
    ):
        member = family(0.05, CLAIM, canaries=sections.stress(sections.canaries(), *ranks))["canary_exposure"]
        assert member.state is state, (ranks, member.p)


def test_a_stress_canary_without_a_score_is_no_pass() -> None:
    """One of sixty that could not be scored may be the one that is learned by heart; the others still can fail."""
    ranks = [(160 + 320 * i, 1) for i in range(60)]
    for first, state in ((160, State.PASS), (0, State.FAIL)):
        whole = sections.stress(sections.canaries(), (first, 1), *ranks[1:], references=20_000)
        found = [family(canaries=whole)["canary_exposure"]]
        lost = (*whole.stress[:-1], whole.stress[-1].model_copy(update={"nll": None, "reference_nll": ()}))
        found.append(family(canaries=whole.model_copy(update={"stress": lost}))["canary_exposure"])

        assert found[0].state is state, found[0].p
        assert found[1].state is (State.NOT_MEASURED if state is State.PASS else State.FAIL)
        assert found[1].p >= found[0].p
        assert found[1].upper == math.inf


def test_a_low_ceiling_is_not_measured() -> None:
    """An audit that could not have falsified the policy's epsilon does not pass; it says how many canaries would."""
    member = family(claim=CLAIM, canaries=sections.canaries(count=24))["one_run"]

    assert member.state is State.NOT_MEASURED
    assert member.needed is not None
    assert family(claim=CLAIM, canaries=sections.canaries(count=member.needed))["one_run"].state is State.PASS


def test_strict_tolerance() -> None:
    """At 0.5 a weak trace fails, that 0.75 lets pass."""
    weak = sections.canaries(gain=0.6)
    assert family(canaries=weak, tolerance={"canary_auc": 0.5})["canary_rank"].state is State.FAIL
    assert family(canaries=weak)["canary_rank"].state is State.PASS
