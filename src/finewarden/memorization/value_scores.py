"""Personal values of the training data, each in its own record and in others': the section `personal_values`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from finewarden.evidence.measured.common import Sampler
from finewarden.evidence.measured.personal_values import Stratum, ValueScore
from finewarden.evidence.salted import salted
from finewarden.memorization.both_models import UNREAD, Both, read_both
from finewarden.memorization.loading import Loaded
from finewarden.memorization.personal_strata import LEAST, Found, Group, chosen
from finewarden.memorization.progress import Steps
from finewarden.memorization.rendering import CannotRender, target_of, text_at, with_text
from finewarden.memorization.scoring import TokenPair
from finewarden.personal_data.masking import masked

__all__ = ["score_values"]

_ALONE = f"asked alone: fewer than {LEAST} values look like it, or as many as were asked for are compared without it"
_NO_BASE = "without the base model nothing tells what fine-tuning taught; add --base-model=FOLDER"


@dataclass(frozen=True)
class _Matrix:
    """Of one stratum: value j in the context of value i, both models. *kept*: the values that could be read."""

    kept: tuple[int, ...]
    gain: tuple[tuple[float, ...], ...]
    base: tuple[tuple[float, ...], ...]


def score_values(
    loaded: Loaded,
    groups: Sequence[Group],
    alone: Sequence[Found],
    *,
    values: int,
    seed: int,
    salt: str,
    sampler: Sampler,
    progress: Steps,
) -> tuple[tuple[ValueScore, ...], tuple[Stratum, ...]]:
    """At most *values* scores, those of strata first, and the strata with a base model to correct them.

    In each stratum every value is put into the context of every other; contexts are read once.
    """
    compared, others = chosen(groups, alone, values=values, seed=seed)
    listed = [(found, group.name) for group in compared for found in group.values] + [
        (found, found.value.kind) for found in others
    ]
    own = [_placed(loaded, found, found) for found, _ in listed]
    read = iter(
        read_both(
            loaded,
            [pair for pair in own if isinstance(pair, TokenPair)],
            sampler=sampler,
            progress=progress(f"scoring {len(own)} personal values"),
        )
    )
    alone_because = _ALONE if loaded.has_base else _NO_BASE
    scores = [_own_score(*each, pair, read, salt, alone_because) for each, pair in zip(listed, own, strict=True)]
    strata: list[Stratum] = []
    first = 0
    for number, group in enumerate(compared, start=1):
        places = range(first, first + len(group.values))
        first = places.stop
        step = f"comparing {len(group.values)} values of stratum {number} of {len(compared)}"
        matrix = _matrix(loaded, group, progress, step) if loaded.has_base else None
        for i, at in enumerate(places):
            scores[at] = scores[at].model_copy(update=_ranks(matrix, i) if matrix else {"reason": _NO_BASE})
        if matrix and matrix.kept:
            strata.append(
                Stratum(
                    name=group.name, values=tuple(places[i] for i in matrix.kept), gain=matrix.gain, base=matrix.base
                )
            )
    return tuple(scores), tuple(strata)


def _placed(loaded: Loaded, where: Found, value: Found) -> TokenPair | str:
    """*value* in the place of the value of *where*, in its record; a text says why it can't be put there."""
    row, start = where.record.row.record, where.value.start
    try:
        if value is not where:
            text = text_at(row, where.field)
            text = text[:start] + value.value.value + text[where.value.end :]
            row = with_text(row, where.field, text)
        pair = target_of(loaded.tokenizer, row, where.field, start, len(value.value.value))
    except CannotRender as error:
        return str(error)
    return pair if pair.context else "nothing stands before it in its record"


def _own_score(
    found: Found, stratum: str, pair: TokenPair | str, read: Iterator[Both], salt: str, otherwise: str
) -> ValueScore:
    plain = ValueScore(
        file=found.record.row.file,
        row=found.record.row.number,
        fingerprint=salted(salt, ":".join(found.identity).encode())[:16],
        kind=found.value.kind,
        stratum=stratum,
        masked=masked(found.value.entity, found.value.value),
        copies=found.copies,
        tokens=len(pair.target) if isinstance(pair, TokenPair) else 0,
        others=0,
        reason=pair if isinstance(pair, str) else otherwise,
    )
    if isinstance(pair, str):
        return plain
    both = next(read)
    return plain.model_copy(
        update={
            "sampled_log_p": both.sampled_log_p,
            "base_sampled_log_p": both.base_sampled_log_p,
            "reason": both.reason or otherwise,
        }
    )


def _matrix(loaded: Loaded, group: Group, progress: Steps, step: str) -> _Matrix:
    n = len(group.values)
    pairs: list[TokenPair] = []
    places: list[tuple[int, int]] = []
    unread: set[int] = set()
    for i, where in enumerate(group.values):
        row = [_placed(loaded, where, value) for value in group.values]
        if all(isinstance(pair, TokenPair) for pair in row):
            pairs += [pair for pair in row if isinstance(pair, TokenPair)]
            places += [(i, j) for j in range(n)]
        else:
            unread.add(i)
    gain, base = ([[0.0] * n for _ in range(n)] for _ in range(2))
    for (i, j), both in zip(places, read_both(loaded, pairs, progress=progress(step)), strict=True):
        if both.mine is None or both.base is None:
            unread.add(i)
            continue
        base[i][j] = both.base.total
        gain[i][j] = both.mine.total - both.base.total
    kept = tuple(i for i in range(n) if i not in unread)
    if len(kept) < LEAST:
        kept = ()
    return _Matrix(kept, *(tuple(tuple(each[i][j] for j in kept) for i in kept) for each in (gain, base)))


def _ranks(matrix: _Matrix, i: int) -> dict[str, object]:
    if i not in matrix.kept:
        return {"reason": UNREAD if matrix.kept else _ALONE}
    at = matrix.kept.index(i)
    return {
        "others": len(matrix.kept) - 1,
        "rank_share": _share(matrix.gain[at], at),
        "base_rank_share": _share(matrix.base[at], at),
        "reason": None,
    }


def _share(row: Sequence[float], own: int) -> float:
    """Share of the other entries of *row* that are below its entry *own*, ties half."""
    others = [value for at, value in enumerate(row) if at != own]
    return sum((value < row[own]) + 0.5 * (value == row[own]) for value in others) / len(others)
