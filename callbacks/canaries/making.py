"""All canaries of one book: contexts and secrets first, coins last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from finewarden.callbacks.canaries.carriers import Carrier, Shape, built_in, draw_handle
from finewarden.callbacks.canaries.families import DEFAULT, INPUT, NAMES, Family, families
from finewarden.callbacks.canaries.randomness import Stream
from finewarden.callbacks.canaries.survival import Around, around, draw
from finewarden.evidence.canary_book import Canary
from finewarden.memorization.rendering import target_of

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

__all__ = ["Arguments", "make"]


_REFERENCES = 1000
_PER_CANARY = 556


@dataclass(frozen=True)
class Arguments:
    """What was asked for, checked; see `plant_canaries`."""

    count: int
    families: Sequence[str] | None
    stress: Mapping[int, int]
    references: int | None

    def __post_init__(self) -> None:
        for name, value in (("count", self.count), ("references", self.references)):
            if not _positive(value) and (name, value) != ("references", None):
                raise ValueError(
                    f"{name}: got {value!r}, allowed: a whole number from 1 on; leave it out for the default"
                )
        names = self.names
        if not names or len(set(names)) < len(names) or not set(names) <= set(NAMES):
            raise ValueError(
                f"families: got {list(names)}, allowed: some of {', '.join(NAMES)}, each once; write those"
            )
        if not isinstance(self.stress, Mapping) or not all(
            _positive(copies) and _positive(number) for copies, number in self.stress.items()
        ):
            raise ValueError(
                f"stress: got {self.stress!r}, allowed: a mapping of repetitions to number of canaries, both from 1 "
                "on; write {} for none"
            )
        if self.stress and names == (INPUT,):
            raise ValueError("stress: a canary under stress needs a family that is trained on; add one, or write {}")

    @property
    def names(self) -> tuple[str, ...]:
        """The families that were asked for."""
        return DEFAULT if self.families is None else tuple(self.families)

    @property
    def references_each(self) -> int:
        """How many references a stress canary gets: those that were asked for, else 1,000, or more where those decide
        nothing.
        """
        return max(_REFERENCES, self.references_that_decide) if self.references is None else self.references

    @property
    def references_that_decide(self) -> int:
        """From how many references on the likeliest of all fails at 0.01 among five tests, times the canaries that were
        inserted once: k / (N + 1) <= 0.9 * 0.01 / 5, where nine tenths are the most exposed one's (`canary_exposure`).
        """
        return _PER_CANARY * self.stress.get(1, 0)

    def as_json(self) -> dict[str, Any]:
        """As the book's head keeps them."""
        return {
            "count": self.count,
            "families": list(self.names),
            "stress": {str(copies): number for copies, number in sorted(self.stress.items())},
            "references": self.references_each if self.stress else None,
        }


@dataclass(frozen=True, slots=True)
class _Place:
    """A record that waits for its secret, for one of *secrets* candidates."""

    tier: Literal["coin", "input", "stress"]
    family: Family
    carrier: Carrier
    handle: str
    repetitions: int
    secrets: int


def make(
    tokenizer: PreTrainedTokenizerBase, shape: Shape, arguments: Arguments, own: Sequence[Carrier] | None, seed: str
) -> tuple[Canary, ...]:
    """The canaries that *seed* gives, coin tiers first. Raises ValueError (CannotDraw, CannotRender)."""
    places = _places(shape, arguments, families(arguments.names, tokenizer), own, seed)
    candidates = _candidates(tokenizer, places, seed)
    # From here on the secrets stand; only now is it decided what of them is planted.
    coins, planted, names = Stream(seed, "coins"), Stream(seed, "planted"), Stream(seed, "ids")
    made = []
    for place, (secrets, bits) in zip(places, candidates, strict=True):
        which = planted.randrange(len(secrets)) if place.tier == "stress" else 0
        row, start = place.carrier.filled(place.handle, secrets[which])
        target_of(tokenizer, row, place.carrier.field, start, len(secrets[which]))  # as a whole, and as it is scored
        made.append(
            Canary(
                id=f"{names.getrandbits(64):016x}",
                tier=place.tier,
                family=place.family.name,
                secret=secrets[which],
                bits=bits,
                row=row,
                field=place.carrier.field,
                start=start,
                repetitions=place.repetitions if place.tier == "stress" else coins.getrandbits(1),
                references=tuple(secrets[:which] + secrets[which + 1 :]),
            )
        )
    return tuple(made)


def _places(
    shape: Shape, arguments: Arguments, drawn: Sequence[Family], own: Sequence[Carrier] | None, seed: str
) -> list[_Place]:
    pick, handles = Stream(seed, "carriers"), set[str]()
    wanted: list[tuple[Literal["coin", "input", "stress"], Family, int, int]] = []
    for at in range(arguments.count):
        family = drawn[at % len(drawn)]
        wanted.append(("input" if family.name == INPUT else "coin", family, 0, 1))
    trained = [family for family in drawn if family.name != INPUT]
    for copies, number in sorted(arguments.stress.items()):
        for _ in range(number):
            at = sum(tier == "stress" for tier, *_ in wanted)
            wanted.append(("stress", trained[at % len(trained)], copies, arguments.references_each + 1))
    places = []
    for tier, family, copies, secrets in wanted:
        while (handle := draw_handle(pick)) in handles:
            pass
        handles.add(handle)
        places.append(_Place(tier, family, _carrier(shape, family, own, pick), handle, copies, secrets))
    return places


def _carrier(shape: Shape, family: Family, own: Sequence[Carrier] | None, pick: Stream) -> Carrier:
    trained = family.name != INPUT
    if own is not None:
        fitting = [carrier for carrier in own if carrier.trained is trained]
        if not fitting:
            where = "in what the assistant answers" if trained else "in the prompt"
            raise ValueError(f"carriers: family {family.name!r} needs one with {{secret}} {where}; write one")
        return pick.choice(fitting)
    if not trained and shape.format == "text":
        raise ValueError(
            "families: 'input' needs a part of the record that is not trained on, and a text has none; "
            "leave it out, or convert the data to prompt and completion"
        )
    return built_in(shape, family, shape.language(family, pick), pick)


def _candidates(
    tokenizer: PreTrainedTokenizerBase, places: Sequence[_Place], seed: str
) -> list[tuple[list[str], float]]:
    """For each place its secrets and their bits; no secret twice in the whole book."""
    taken: set[str] = set()
    found: list[tuple[list[str], float]] = [([], 0.0)] * len(places)
    for family in {place.family.name: place.family for place in places}.values():
        mine = [at for at, place in enumerate(places) if place.family.name == family.name]
        probe = family.draw(Stream(seed, "probe", family.name))
        contexts: list[Around] = []
        for at in mine:
            row, start = places[at].carrier.filled(places[at].handle, probe)
            contexts += [around(tokenizer, row, places[at].carrier.field, start, len(probe))] * places[at].secrets
        secrets, bits = draw(tokenizer, family, contexts, Stream(seed, "secrets", family.name), taken)
        begin = 0
        for at in mine:
            found[at] = secrets[begin : begin + places[at].secrets], bits
            begin += places[at].secrets
    return found


def _positive(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1
