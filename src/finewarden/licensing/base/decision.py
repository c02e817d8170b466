"""What claims about a base model establish together, and which can't both hold.

Names decide, and what speaks against them is told: a wrong name is one mistake, not one for every duty of the model
that it should be. Dimensions decide only where no name is known, nobody else is known to have them, all that they leave
open is under one license, and, without the very vocabulary, something else points the same way. Nothing contradicts
that is unknown, that is compatible, or that is no more than another model under the same license.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from finewarden.license_record import is_read_in_full
from finewarden.licensing.base.architectures import rows_of
from finewarden.licensing.base.claims import BaseIdentity, Contradiction
from finewarden.licensing.base.weighed_claims import Weighed, licenses_of
from finewarden.licensing.library import Library

__all__ = ["decide"]

_RANK = {"strong": 0, "medium": 1, "weak": 2}
_MOST = 24


def decide(weighed: Sequence[Weighed], library: Library) -> BaseIdentity:
    """The identity that *weighed* adds up to."""
    names = [one for one in weighed if one.role == "name"]
    hints = [one for one in weighed if one.role == "hint"]
    facts = [one for one in weighed if one.role == "fact"]
    against = list(_against(names, facts))
    established = _unique(_named(names, library) or _confirmed(hints, facts) or _measured(facts, weighed, library))
    established = established or _unique(model for one in names for model in one.claim.models)
    contradictions = [*against, *_of_declared(weighed, established, facts, library)]
    return BaseIdentity(
        claims=tuple(one.claim for one in weighed),
        established=tuple(established),
        probable=tuple(_probable(weighed, established, facts)),
        contradictions=tuple(contradictions),
    )


def _against(names: Sequence[Weighed], facts: Sequence[Weighed]) -> Iterator[Contradiction]:
    """Names against dimensions, dimensions against each other, names against each other."""
    exact = [fact for fact in facts if fact.exact]
    for name in names:
        for fact in exact:
            # A merge has the dimensions of one of its models; which rope it took says nothing of the others.
            merged = any(each.claim.where == name.claim.where and not _apart(each, fact) for each in names)
            if _apart(name, fact) and not merged and not fact.claim.licenses <= name.claim.licenses:
                what = (
                    f"{name.claim.where} names {name.claim.value}, but {fact.claim.where} is of "
                    f"{_some(fact.claim.models)} ({fact.claim.value})"
                )
                yield Contradiction(name.claim, fact.claim, what)
                break
    for one, other in combinations(facts, 2):
        if (one.exact and other.exact and _under_others(one, other)) or _other_width(one, other):
            what = (
                f"{one.claim.where} says {one.claim.value} ({_some(one.claim.models)}), {other.claim.where} has "
                f"{other.claim.value} ({_some(other.claim.models)})"
            )
            yield Contradiction(one.claim, other.claim, what)
    for one, other in combinations(names, 2):
        together = [each for each in names if each.claim.where == other.claim.where]  # a merge names several
        if one.claim.where == other.claim.where or any(not _under_others(one, each) for each in together):
            continue
        if any(not _under_others(each, other) for each in names if each.claim.where == one.claim.where):
            continue
        what = f"{one.claim.where} names {one.claim.value}, {other.claim.where} names {other.claim.value}"
        yield Contradiction(one.claim, other.claim, what)


def _apart(one: Weighed, other: Weighed) -> bool:
    """Whether both are of known dimensions, and of none that they share."""
    known = one.rows and other.rows and one.claim.licenses and other.claim.licenses
    return bool(known) and not one.rows & other.rows


def _under_others(one: Weighed, other: Weighed) -> bool:
    """Whether they are moreover under licenses of which they share none."""
    return _apart(one, other) and not one.claim.licenses & other.claim.licenses


def _other_width(one: Weighed, other: Weighed) -> bool:
    """Whether configuration and tensors, of which one is a known model's, are not even equally wide."""
    if {one.claim.kind, other.claim.kind} != {"architecture", "shapes"} or None in (one.hidden, other.hidden):
        return False
    return one.hidden != other.hidden and bool(one.rows or other.rows)


def _named(names: Sequence[Weighed], library: Library) -> list[str]:
    """Models that somebody names and that are known, and the others that the same place names.

    Known is one of the table, and one that a record claims by more than the look of its name.
    """
    sure = [
        one.claim.where
        for one in names
        for model in one.claim.models
        if one.rows or any(is_read_in_full(pattern.confidence) for _, pattern in library.of_model(model))
    ]
    several = {where for where in sure if sum(one.claim.where == where for one in names) > 1}
    known = [one for one in names if one.claim.where in sure and (one.claim.licenses or one.claim.where in several)]
    return [model for one in known for model in one.claim.models]


def _confirmed(hints: Sequence[Weighed], facts: Sequence[Weighed]) -> list[str]:
    """Models that a name hints at and that have the dimensions measured."""
    solid = [fact for fact in facts if fact.exact and fact.claim.strength != "weak"]
    return [
        model for hint in hints for model in hint.claim.models if any(rows_of([model]) & fact.rows for fact in solid)
    ]


def _measured(facts: Sequence[Weighed], weighed: Sequence[Weighed], library: Library) -> list[str]:
    """Models that dimensions alone point to: all of them under one license, or under the one that is declared."""
    deciding = _deciding(facts, weighed)
    if not deciding:
        return []
    models = _common(deciding)
    keys = [licenses_of((model,), library) for model in models]
    if not models or not all(keys):
        return []
    one = frozenset.intersection(*keys)
    if len(one) == 0:
        said = frozenset().union(*(w.claim.licenses for w in weighed if w.role in ("license", "text")))
        one = said & frozenset[str]().union(*keys)
    if len(one) != 1:
        return []
    return [model for model, found in zip(models, keys, strict=True) if found == one]


def _deciding(facts: Sequence[Weighed], weighed: Sequence[Weighed]) -> list[Weighed]:
    pointing = [w.claim.licenses for w in weighed if w.role in ("mark", "hint") and w.claim.licenses]
    return [
        fact
        for fact in facts
        if fact.firm
        and fact.exact
        and (
            fact.claim.strength == "strong"
            or (fact.claim.strength == "medium" and any(found & fact.claim.licenses for found in pointing))
        )
    ]


def _common(facts: Sequence[Weighed]) -> list[str]:
    """Models that all of *facts* allow; those of the strongest where they exclude each other."""
    ordered = sorted(facts, key=lambda fact: (_RANK[fact.claim.strength], len(fact.claim.models)))
    models = list(ordered[0].claim.models)
    for fact in ordered[1:]:
        models = [model for model in models if model in fact.claim.models] or models
    return models


def _of_declared(
    weighed: Sequence[Weighed],
    established: Sequence[str],
    facts: Sequence[Weighed],
    library: Library,
) -> Iterator[Contradiction]:
    """Declared licenses that what the base is bound to does not allow."""
    declared = [one for one in weighed if one.role == "license"]
    if not declared:
        return
    for model in established:
        found = library.of_model(model)
        if not found or not all(
            not record.allows_other_terms and is_read_in_full(record.confidence) and is_read_in_full(pattern.confidence)
            for record, pattern in found
        ):
            continue
        keys = frozenset(record.key for record, _ in found)
        yield from _denied(_sayers(model, weighed), f"is {model}", keys, declared, established, library)
    if not any(library.of_model(model) for model in established):
        for fact in _deciding(facts, weighed)[:1]:
            keys = fact.claim.licenses
            known = all(licenses_of((model,), library) for model in fact.claim.models)
            if known and not any(library.records[key].allows_other_terms for key in keys):
                being = f"has the dimensions of {_some(fact.claim.models)}"
                yield from _denied([fact], being, keys, declared, (), library)


def _sayers(model: str, weighed: Sequence[Weighed]) -> list[Weighed]:
    """The claims that *model* rests on, the strongest first: those that name it, and its dimensions."""
    rows = rows_of([model])
    found = [
        one
        for one in weighed
        if model in one.claim.models or (one.role == "fact" and one.claim.strength != "weak" and one.rows & rows)
    ]
    return sorted(found, key=lambda one: (one.role != "name", _RANK[one.claim.strength]))


def _denied(
    bases: Sequence[Weighed],
    being: str,
    keys: frozenset[str],
    declared: Sequence[Weighed],
    established: Sequence[str],
    library: Library,
) -> Iterator[Contradiction]:
    allowed = keys | licenses_of(tuple(established), library)
    for one in declared:
        if bases and not one.claim.licenses & allowed:
            bound = " or ".join(sorted(library.records[key].name for key in keys))
            where = " and ".join(dict.fromkeys(base.claim.where.partition(": ")[0] for base in bases[:3]))
            what = f"{one.claim.where} declares {one.claim.value}, but the base {being} by {where}: {bound}"
            yield Contradiction(bases[0].claim, one.claim, what)


def _probable(weighed: Sequence[Weighed], established: Sequence[str], facts: Sequence[Weighed]) -> list[str]:
    """What is pointed to and not established: hints, then dimensions that leave it open, then marks."""
    if any(rows_of([model]) for model in established):
        return []
    solid = [fact for fact in facts if fact.exact and fact.claim.strength != "weak"]
    ordered = [one for role in ("hint", "fact", "mark") for one in weighed if one.role == role]
    found = [
        model
        for one in ordered
        for model in one.claim.models
        if not solid or any(rows_of([model]) & fact.rows for fact in solid)
    ]
    return [model for model in _unique(found) if model not in established]


def _unique(models: Iterable[str]) -> list[str]:
    seen: dict[str, str] = {}
    for model in models:
        seen.setdefault(model.lower(), model)
    return list(seen.values())[:_MOST]


def _some(models: Sequence[str]) -> str:
    return ", ".join(models[:3]) + (" and others" if len(models) > 3 else "")
