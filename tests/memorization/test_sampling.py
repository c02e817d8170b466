"""The probability of a suffix under a sampler: against enumeration in exact order, and against transformers' own."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finewarden.memorization.extraction import suffix_log_probability

pytestmark = pytest.mark.training

LOGITS = st.lists(st.lists(st.integers(-40, 40), min_size=5, max_size=5), min_size=1, max_size=4)


def enumerated(
    rows: list[list[float]], targets: list[int], temperature: float, top_k: int | None, top_p: float | None
) -> float:
    """The definition, token by token, over explicit sets."""
    total = 0.0
    for row, target in zip(rows, targets, strict=True):
        weights = {token: math.exp(x / temperature) for token, x in enumerate(row)}
        if top_k is not None:
            edge = sorted(row, reverse=True)[min(top_k, len(row)) - 1]
            weights = {token: w for token, w in weights.items() if row[token] >= edge}
        if top_p is not None:
            mass, kept, whole = 0.0, {}, math.fsum(weights.values())
            ranked = sorted(weights, key=lambda token: (-row[token], token != target))  # the target leads its ties
            for token in ranked:
                if mass >= top_p * whole and top_p < 1:
                    break
                kept[token] = weights[token]
                mass += weights[token]
            weights = kept
        if target not in weights:
            return -math.inf
        total += math.log(weights[target] / math.fsum(weights.values()))
    return total


@settings(deadline=None)
@given(
    LOGITS,
    st.lists(st.integers(0, 4), min_size=4, max_size=4),
    st.sampled_from([0.5, 1.0, 2.0]),
    st.none() | st.integers(1, 6),
    st.none() | st.floats(0.03, 1.0),
)
def test_a_suffix_has_the_probability_that_enumeration_gives_it(
    rows: list[list[int]], ids: list[int], temperature: float, top_k: int | None, top_p: float | None
) -> None:
    """Ties at the k-th place and at the edge of top-p included, in double precision."""
    logits = [[x / 10 for x in row] for row in rows]
    targets = ids[: len(rows)]
    expected = enumerated(logits, targets, temperature, top_k, top_p)
    found = suffix_log_probability(logits, targets, temperature=temperature, top_k=top_k, top_p=top_p)
    assert found == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    ("temperature", "top_k", "top_p"),
    [(1.0, None, None), (0.7, None, None), (1.0, 40, None), (1.3, 40, 0.9), (1.0, None, 0.95), (0.6, None, 0.3)],
)
def test_it_is_the_sampler_of_transformers(temperature: float, top_k: int | None, top_p: float | None) -> None:
    """The warpers that `generate` applies, in its order, leave the same probabilities to 1e-5."""
    import torch
    from transformers import TemperatureLogitsWarper, TopKLogitsWarper, TopPLogitsWarper

    torch.manual_seed(0)
    # Peaked and flat places, and a vocabulary wider than what is sorted at first.
    logits = torch.randn(60, 3000) * torch.linspace(0.2, 6, 60)[:, None]
    targets = torch.stack([logits.topk(30).indices[row, row % 30] for row in range(60)])
    warped = TemperatureLogitsWarper(temperature)(None, logits)
    warped = warped if top_k is None else TopKLogitsWarper(top_k)(None, warped)
    warped = warped if top_p is None else TopPLogitsWarper(top_p)(None, warped)
    expected = warped.log_softmax(-1).gather(1, targets[:, None])[:, 0].tolist()
    found = [
        suffix_log_probability(row[None], target[None], temperature=temperature, top_k=top_k, top_p=top_p)
        for row, target in zip(logits, targets, strict=True)
    ]
    assert found == pytest.approx(expected, abs=1e-5)
    assert sum(map(math.isfinite, found)) > 5
    assert top_p is None or -math.inf in found
    kept = [row for row, x in enumerate(expected) if math.isfinite(x)]
    whole = suffix_log_probability(logits[kept], targets[kept], temperature=temperature, top_k=top_k, top_p=top_p)
    assert whole == pytest.approx(math.fsum(expected[row] for row in kept), abs=1e-3)


def test_lists_arrays_and_tensors_are_one(tiny: Any) -> None:
    """The same numbers from a list, a numpy array and tensors of every width."""
    import numpy as np
    import torch

    rows, ids = [[1.0, 2.0, 0.5], [0.25, -1.0, 3.0]], [1, 0]
    expected = suffix_log_probability(rows, ids)
    for kind in (np.array(rows), np.array(rows, dtype=np.float32), torch.tensor(rows), torch.tensor(rows).bfloat16()):
        assert suffix_log_probability(kind, np.array(ids)) == pytest.approx(expected, abs=1e-6)


def test_greedy_is_top_k_of_one() -> None:
    """With one token kept the suffix has probability 1 or 0."""
    rows = [[0.0, 1.0, 2.0], [5.0, 1.0, 2.0]]
    assert suffix_log_probability(rows, [2, 0], top_k=1) == 0.0
    assert suffix_log_probability(rows, [2, 1], top_k=1) == -math.inf


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"targets": [0]}, "shapes"),
        ({"logits": [[]], "targets": [0]}, "targets: got ids outside"),
        ({"logits": [], "targets": []}, "allowed"),
        ({"targets": [0, 3]}, "outside 0 to 2"),
        ({"targets": [0, -1]}, "outside 0 to 2"),
        ({"targets": [0.0, 1.0]}, "outside 0 to 2"),
        ({"logits": [[math.nan, 0, 0], [0, 0, 0]]}, "NaN"),
        ({"logits": [[-math.inf] * 3, [0, 0, 0]]}, "token that can follow"),
        ({"temperature": 0.0}, "temperature: got 0.0"),
        ({"temperature": math.nan}, "temperature: got nan"),
        ({"top_k": 0}, "top_k: got 0"),
        ({"top_p": 0.0}, "top_p: got 0.0"),
        ({"top_p": 1.1}, "top_p: got 1.1"),
    ],
)
def test_what_has_no_probability_is_refused(change: dict[str, Any], said: str) -> None:
    """Never a 0 or a −inf for what could not be scored: an error that names the argument."""
    call = {"logits": [[0.0, 1.0, 2.0], [0.0, 1.0, 2.0]], "targets": [0, 1], **change}
    with pytest.raises(ValueError, match=said):
        suffix_log_probability(call.pop("logits"), call.pop("targets"), **call)
