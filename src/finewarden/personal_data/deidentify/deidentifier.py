"""Rows with their personal data taken out, as a plan says."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from finewarden.personal_data.deidentify.engine import Replacing
from finewarden.personal_data.deidentify.generalise import generalise
from finewarden.personal_data.deidentify.key import Key
from finewarden.personal_data.deidentify.plan import OperatorName, Plan
from finewarden.personal_data.deidentify.rebuilt import rebuilt
from finewarden.personal_data.deidentify.report import Applied, applied
from finewarden.personal_data.deidentify.spans import to_replace
from finewarden.personal_data.deidentify.tally import Tally
from finewarden.personal_data.field_names import label
from finewarden.personal_data.finding import Finding
from finewarden.personal_data.places import TextPlace, texts_of
from finewarden.personal_data.sources.rows import SourceRows

__all__ = ["Deidentifier", "Scans"]

_BATCH = 64
# A model may read a name where a pseudonym changed what stands beside it: what was written is looked at again.
_ROUNDS = 4
# A surrogate that is found again with what stands beside it would be replaced for ever: then it is a pseudonym.
_MADE_UP = 2


class Scans(Protocol):
    """What is asked of a scanner; `finewarden.personal_data.scanner.Scanner` is one."""

    def scan_places(self, places: Sequence[TextPlace]) -> list[list[Finding]]:
        """The findings of each of *places*, in order: in its text, and by what the name of its field says of it."""


_Alike = tuple[str, str]


@dataclass
class _Changed:
    """What became of one text, and the entities for which its row is dropped."""

    text: str = field(repr=False)
    tally: Tally = field(default_factory=Tally)
    dropping: set[str] = field(default_factory=set)


class Deidentifier:
    """Takes personal data out of rows, in order, one at a time; row and key order, types and numbers stay.

    *plan*: operator by entity, for instance ``{"PERSON": "pseudonym"}``; what it does not name goes by its kind
    (`plan.DEFAULTS`). *key*: of pseudonyms and surrogates (`key_of_file`, `key_of_environment`); needed unless the plan
    gives them to nothing. *scanner*: all recognizers when None. Raises PlanError for a plan that can't be, ValueError
    where a key is missing, ImportError where Presidio or a model is. *sources*: counts are kept for each as well.
    *own*: entities that recognizers of yours bring, which the plan may name.
    """

    def __init__(
        self,
        plan: Mapping[str, OperatorName] | None = None,
        key: Key | None = None,
        scanner: Scans | None = None,
        *,
        sources: SourceRows | None = None,
        own: Collection[str] = (),
    ) -> None:
        from finewarden.personal_data.entities import ENTITIES

        self.plan, self.key = Plan(dict(plan or {}), frozenset(own)), key
        if key is None and self.plan.keyed(ENTITIES):
            raise ValueError("pseudonyms and surrogates need a key: give key=key_of_file(...), or another operator")
        self.scanner = scanner if scanner is not None else _whole_scanner()
        self.tally = Tally()
        self._sources = sources
        self._replacing = Replacing(self.plan, key)

    def rows(self, rows: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
        """Each row of *rows* de-identified, in order, without those that hold an entity planned as `drop`.

        A row in which nothing is found is given as it came. Raises ValueError for a row nested deeper than 100 levels.
        """
        for row in self.each(rows):
            if row is not None:
                yield row

    def each(self, rows: Iterable[Mapping[str, Any]], *, file: str = "") -> Iterator[Mapping[str, Any] | None]:
        """As `rows`, with None in the place of a dropped row. *file*: where they stand, for a source's selector."""
        batch: list[Mapping[str, Any]] = []
        for row in rows:
            batch.append(row)
            if len(batch) == _BATCH:
                yield from self._batch(batch, file)
                batch = []
        yield from self._batch(batch, file)

    def columns(self, batch: Mapping[str, Sequence[Any]]) -> dict[str, list[Any]]:
        """A batch by columns, as `datasets.Dataset.map(..., batched=True)` gives it and takes it back.

        Raises ValueError for columns that are not of one length.
        """
        names = list(batch)
        lengths = sorted({len(values) for values in batch.values()})
        if len(lengths) > 1:
            raise ValueError(
                f"columns: got columns of {lengths[0]} and of {lengths[-1]} values, allowed: of one length"
            )
        rows = [dict(zip(names, values, strict=True)) for values in zip(*batch.values(), strict=True)]
        kept = list(self.rows(rows))
        return {name: [row[name] for row in kept] for name in names}

    def report(self, *, k: int = 5) -> tuple[Applied, ...]:
        """What was done so far and what can still be told, by entity and operator. *k*: how many different values must
        share a general one."""
        return applied(self.tally, k=k)

    def pending(self, places: Sequence[TextPlace]) -> list[list[Finding]]:
        """What of each of *places* must still be replaced under the plan; nothing for what this wrote."""
        found = self.scanner.scan_places(places)
        return [
            to_replace(place.text, findings, self.plan, is_general=self._is_general)
            for place, findings in zip(places, found, strict=True)
        ]

    def _batch(self, rows: Sequence[Mapping[str, Any]], file: str) -> Iterator[Mapping[str, Any] | None]:
        places = [list(texts_of(row)) for row in rows]
        became = self._texts({_alike(place): place for each in places for place in each})
        for row, texts in zip(rows, places, strict=True):
            changed = [(place, became[_alike(place)]) for place in texts if _alike(place) in became]
            dropped = {name for _, one in changed for name in one.dropping}
            self.tally.rows += 1
            sources = self._sources.of(row, file) if self._sources is not None else ()
            if dropped:
                self.tally.drop(dropped, sources)
                yield None
                continue
            changes = {}
            for place, one in changed:
                changes[place.field] = (place.text, one.text)
                self.tally.merge(one.tally, sources)
            yield rebuilt(row, changes)

    def _texts(self, places: Mapping[_Alike, TextPlace]) -> dict[_Alike, _Changed]:
        """What the texts of those of *places* become that change."""
        became: dict[_Alike, _Changed] = {}
        current = dict(places)  # as it came -> as it is now
        for turn in range(_ROUNDS):
            due = dict(zip(current, self.pending(list(current.values())), strict=True))
            current = {came: place for came, place in current.items() if due[came]}
            for came, place in list(current.items()):
                changed = became.setdefault(came, _Changed(place.text))
                changed.dropping |= {e.entity for e in due[came] if self.plan.operator(e.entity) == "drop"}
                if changed.dropping:
                    del current[came]
                else:
                    changed.text = self._replacing.replaced(
                        place.text, due[came], changed.tally, made_up=turn < _MADE_UP
                    )
                    current[came] = replace(place, text=changed.text)
        return became

    def _is_general(self, entity: str, value: str) -> bool:
        return self.plan.operator(entity) == "generalise" and generalise(entity, value) == value


def _alike(place: TextPlace) -> _Alike:
    """Equal for texts that become the same: equal ones, of whose fields the names say the same. What a name says of a
    long text, too, since it may become a short one."""
    return label(place.field, "-"), place.text


def _whole_scanner() -> Scans:
    from finewarden.personal_data.scanner import Scanner

    scanner = Scanner()
    if scanner.missing:
        raise ImportError("; ".join(f"{each.what}: {each.mend}" for each in scanner.missing))
    return scanner
