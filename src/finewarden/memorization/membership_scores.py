"""Records that were trained on beside records that were held out, by whole groups: the section `membership`."""

from __future__ import annotations

import importlib.util
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from finewarden.evidence.measured.membership import RecordLoss
from finewarden.memorization.blind_baseline import blind_scores
from finewarden.memorization.both_models import UNREAD, read_both
from finewarden.memorization.loading import Loaded
from finewarden.memorization.measure_error import MeasureError
from finewarden.memorization.membership import zlib_score
from finewarden.memorization.rendering import CannotRender, target_of, trained_text
from finewarden.memorization.scoring import Progress, TokenPair, longest
from finewarden.memorization.training_data import TrainingRow
from finewarden.memorization.training_set import TrainingSet, content_key, text_before

__all__ = ["Side", "Sides", "score_sides", "sides"]

_LONGEST = 1024
"""Tokens of a record that are read: what SFTTrainer keeps of it by default (max_length, from the start)."""

_OF_A_GROUP = 50
"""Records of one group that are scored: a group counts once, however large it is."""


@dataclass(frozen=True, slots=True)
class Side:
    """One sampled record, its group's keyed hash, and whether it was trained on."""

    row: TrainingRow
    group: str
    member: bool


@dataclass(frozen=True, slots=True)
class Sides:
    """The *sampled* records, and how many rows of the data are on each side or on none."""

    sampled: tuple[Side, ...]
    members: int
    held_out: int
    unknown: int


def sides(data: TrainingSet, *, sample: int, seed: int) -> Sides:
    """Draw whole groups by *seed* until *sample* records of each side are there. Raises MeasureError without a side."""
    groups: dict[bool, dict[str, dict[str, TrainingRow]]] = {True: defaultdict(dict), False: defaultdict(dict)}
    counts = {True: 0, False: 0}
    unknown = 0
    for row, entry in data.sides():
        if entry is None:
            unknown += 1
            continue
        counts[not entry.held_out] += 1
        groups[not entry.held_out][entry.group].setdefault(content_key(row.record), row)
    if not counts[True] or not counts[False]:
        raise MeasureError(
            f"of {len(data.rows)} records the hold-out book knows {counts[True]} as trained on and {counts[False]} as "
            "held out; give the data that was given to hold_out, unchanged"
        )
    pick = random.Random(seed)
    sampled: list[Side] = []
    for member, of_side in groups.items():
        names = list(of_side)
        pick.shuffle(names)
        before = len(sampled)
        for name in names:
            if len(sampled) - before >= sample:
                break
            rows = list(of_side[name].values())
            sampled += (Side(row, name, member) for row in pick.sample(rows, min(_OF_A_GROUP, len(rows))))
    return Sides(tuple(sampled), counts[True], counts[False], unknown)


def score_sides(
    loaded: Loaded, sampled: Sequence[Side], *, seed: int, progress: Progress | None = None
) -> tuple[tuple[RecordLoss, ...], str | None]:
    """The losses of *sampled*, in order, and why there is no blind score, None when there is."""
    pairs = [_pair(loaded, side.row) for side in sampled]
    asked = [pair for pair in pairs if isinstance(pair, TokenPair)]
    read = iter(read_both(loaded, asked, statistics=("min_k", "min_k_plus_plus"), progress=progress))
    blind, blind_reason = _blind(sampled, seed)
    losses = []
    for side, pair, seen in zip(sampled, pairs, blind, strict=True):
        plain = RecordLoss(group=side.group, member=side.member, tokens=0, blind=seen)
        if isinstance(pair, str):
            losses.append(plain.model_copy(update={"reason": pair}))
            continue
        both = next(read)
        mine, changes = both.mine, {"tokens": len(pair.target), "base_log_p": both.base.mean if both.base else None}
        if mine is None:
            losses.append(plain.model_copy(update={**changes, "reason": UNREAD}))
            continue
        text = str(loaded.tokenizer.decode(list(pair.target)))
        changes |= {
            "log_p": mine.mean,
            "zlib": zlib_score(mine.total, text) if text else None,
            "min_k": mine.min_k,
            "min_k_plus_plus": mine.min_k_plus_plus,
        }
        losses.append(plain.model_copy(update=changes))
    return tuple(losses), blind_reason


def _pair(loaded: Loaded, row: TrainingRow) -> TokenPair | str:
    """The trained tokens after what stands before them, cut as training cuts; a text says why there are none."""
    try:
        field, text = trained_text(row.record)
        if not text.strip():
            return "nothing of it is trained on"
        pair = target_of(loaded.tokenizer, row.record, field, 0, len(text))
    except CannotRender as error:
        return str(error)
    if not pair.context:  # the first token of a text has nothing that predicts it
        pair = TokenPair(pair.target[:1], pair.target[1:])
    room = int(min(_LONGEST, longest(loaded.model))) - len(pair.context)
    if room < 1 or not pair.target:
        return f"its prompt alone fills the {_LONGEST} tokens that are read" if pair.target else "it is one token long"
    return TokenPair(pair.context, pair.target[:room])


def _blind(sampled: Sequence[Side], seed: int) -> tuple[list[float | None], str | None]:
    nothing: list[float | None] = [None] * len(sampled)
    if importlib.util.find_spec("sklearn") is None:
        return nothing, "the blind baseline needs scikit-learn; write `pip install scikit-learn` and measure again"
    texts = [_whole(side.row) for side in sampled]
    try:
        scores = blind_scores(texts, [side.member for side in sampled], [side.group for side in sampled], seed=seed)
    except ValueError as error:
        return nothing, str(error)
    return [*scores], None


def _whole(row: TrainingRow) -> str:
    try:
        return text_before(row.record) + "\n" + trained_text(row.record)[1]
    except CannotRender:
        return ""
