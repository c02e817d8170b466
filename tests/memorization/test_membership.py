"""Scores of one record, and how well scores separate."""

from __future__ import annotations

import math
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, mannwhitneyu, norm

from finewarden.memorization.membership import (
    auc,
    min_k,
    min_k_plus_plus,
    tpr_at_fpr,
    tpr_at_fpr_bounds,
    zlib_score,
)

score = st.integers(-6, 6).map(float)
scores = st.lists(score, min_size=1, max_size=25)


@given(st.lists(st.floats(-30, 0), min_size=1, max_size=40), st.sampled_from([0.05, 0.2, 0.5, 1.0]))
def test_min_k_by_sorting(log_probs: list[float], k: float) -> None:
    """The mean of the least likely ⌊k·L⌋ tokens, of one at least."""
    count = max(1, int(k * len(log_probs) + 1e-9))

    assert min_k(log_probs, k) == pytest.approx(sum(sorted(log_probs)[:count]) / count)


def expected_plus_plus(logits: list[list[float]], targets: list[int], k: float) -> float:
    """The definition, token by token in exact sums."""
    found = []
    for row, target in zip(logits, targets, strict=True):
        total = math.fsum(math.exp(x - max(row)) for x in row)
        log_p = [x - max(row) - math.log(total) for x in row]
        mean = math.fsum(math.exp(x) * x for x in log_p)
        variance = math.fsum(math.exp(x) * (x - mean) ** 2 for x in log_p)
        found.append((log_p[target] - mean) / max(1e-4, math.sqrt(variance)))
    count = max(1, int(k * len(found) + 1e-9))
    return sum(sorted(found)[:count]) / count


@given(st.integers(1, 30), st.integers(2, 9), st.floats(0.1, 10), st.integers(0, 2**32 - 1))
def test_min_k_plus_plus_by_definition(length: int, vocabulary: int, scale: float, seed: int) -> None:
    """Mean and deviation of log p are expectations under p: a uniform mean over the vocabulary is another number."""
    rng = np.random.default_rng(seed)
    logits, targets = rng.normal(size=(length, vocabulary)) * scale, rng.integers(0, vocabulary, length)
    expected = expected_plus_plus(logits.tolist(), targets.tolist(), 0.2)

    assert min_k_plus_plus(logits, targets, 0.2) == pytest.approx(expected, rel=1e-6, abs=1e-6)


def test_a_peaky_row_is_no_trap() -> None:
    """A row that is sure of its token scores 0, not minus ten thousand millions; a masked vocabulary counts nothing."""
    sure = np.full((5, 100), -1000.0, dtype=np.float32)
    sure[:, 3] = 1000.0
    assert min_k_plus_plus(sure, [3] * 5, 0.2) == 0.0

    masked = np.array([[0.0, 1.0, -np.inf]])
    assert min_k_plus_plus(masked, [0], 1.0) == pytest.approx(min_k_plus_plus(masked[:, :2], [0], 1.0))


@pytest.mark.training
def test_torch_tensors_are_taken() -> None:
    """Tensors of any floating-point type give what arrays of the same numbers give."""
    import torch

    logits = torch.randn(7, 11, generator=torch.Generator().manual_seed(0))
    targets = torch.arange(7)
    for kind in (torch.float32, torch.float64, torch.bfloat16):
        numbers = logits.to(kind)
        assert min_k_plus_plus(numbers, targets, 0.3) == pytest.approx(
            min_k_plus_plus(numbers.double().numpy(), targets.numpy(), 0.3)
        )
    assert min_k(logits[0].requires_grad_(), 0.5) == pytest.approx(min_k(logits[0].tolist(), 0.5), rel=1e-6)
    assert auc(logits[0], logits[1]) == auc(logits[0].tolist(), logits[1].tolist())


def test_zlib_score() -> None:
    """The log-probability over the compressed length in bytes."""
    assert zlib_score(-12.0, "张三 at example.invalid") == -12.0 / len(
        zlib.compress("张三 at example.invalid".encode())
    )


@given(scores, scores)
def test_auc_is_mann_whitney(members: list[float], non_members: list[float]) -> None:
    """U of scipy over the pairs, ties half; turned around it is the rest to 1."""
    expected = mannwhitneyu(members, non_members).statistic / (len(members) * len(non_members))

    assert auc(members, non_members) == pytest.approx(expected)
    assert auc(non_members, members) == pytest.approx(1 - expected)


def test_auc_is_no_convex_hull() -> None:
    """0.6875 where the area under the hull of the curve is 0.8125."""
    assert auc([0, 4, 6, 7], [1, 2, 3, 5]) == 0.6875


@given(scores, scores, st.sampled_from([0.0, 0.01, 0.1, 0.5, 1.0]))
def test_tpr_by_trying_thresholds(members: list[float], non_members: list[float], fpr: float) -> None:
    """The best share of members at or above a threshold that lets through no more non-members than allowed."""
    best = 0.0
    for threshold in {*members, *non_members}:
        if sum(x >= threshold for x in non_members) <= fpr * len(non_members) + 1e-9:
            best = max(best, sum(x >= threshold for x in members) / len(members))

    assert tpr_at_fpr(members, non_members, fpr) == pytest.approx(best)


def test_tpr_bounds_count_both_sides() -> None:
    """With a threshold from a sample, each bound misses the true rate no more often than stated."""
    rng = np.random.default_rng(0)
    true = norm.sf(norm.isf(0.1) - 1.0)
    over = under = 0
    for _ in range(600):
        rate = tpr_at_fpr_bounds(rng.normal(1, 1, 100), rng.normal(0, 1, 80), 0.1, 0.05)
        assert rate.lower <= rate.tpr <= rate.upper
        over, under = over + (rate.lower > true), under + (rate.upper < true)

    for misses in (over, under):
        assert binom.sf(misses - 1, 600, 0.05) > 1e-3


def test_few_non_members_bound_nothing() -> None:
    """At 1 % false positives a hundred non-members give no lower bound: the threshold could lie anywhere above them."""
    assert tpr_at_fpr_bounds([1.0] * 100, [0.0] * 100, 0.01, 0.05).lower == 0.0
    assert tpr_at_fpr_bounds([1.0] * 100, [0.0] * 370, 0.01, 0.05).lower > 0.95


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: min_k([], 0.2), "no tokens"),
        (lambda: min_k([-1.0, math.nan], 0.2), "NaN"),
        (lambda: min_k([-1.0], 0), "k: got 0"),
        (lambda: min_k_plus_plus(np.zeros((0, 5)), [], 0.2), "no tokens"),
        (lambda: min_k_plus_plus(np.zeros((2, 5)), [1], 0.2), "logits: got shape"),
        (lambda: min_k_plus_plus(np.zeros((1, 5)), [5], 0.2), "targets: got an id"),
        (lambda: min_k_plus_plus(np.full((1, 5), np.nan), [1], 0.2), "not measured"),
        (lambda: zlib_score(-1.0, ""), "text: is empty"),
        (lambda: zlib_score(math.nan, "x"), "log_p: got nan"),
        (lambda: auc([], [1.0]), "members: is empty"),
        (lambda: auc([math.nan], [1.0]), "members: holds NaN"),
        (lambda: auc([None], [1.0]), "no number|NaN"),
        (lambda: tpr_at_fpr([1.0], [1.0], 1.5), "fpr: got 1.5"),
        (lambda: tpr_at_fpr_bounds([1.0], [1.0], 0.1, 0.0), "significance: got 0"),
    ],
)
def test_what_is_no_score_is_refused(call: object, message: str) -> None:
    """An empty or failed score is an error, never 0."""
    with pytest.raises(ValueError, match=message):
        call()  # type: ignore[operator]
