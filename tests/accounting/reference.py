"""Hockey-stick divergences computed without any accounting library: by integration, and by listing every draw."""

from __future__ import annotations

import itertools
import math
from collections import Counter

import numpy
from numpy.typing import NDArray
from scipy.stats import binom, norm

Array = NDArray[numpy.float64]
Mixture = dict[float, float]  # means of Gaussians of one width, with their weights


def divergence(p: Mixture, q: Mixture, sigma: float, epsilon: float) -> float:
    """sup over events of P(event) - exp(epsilon) Q(event), for Gaussian mixtures on a line."""
    x = numpy.linspace(min(*p, *q) - 12 * sigma, max(*p, *q) + 12 * sigma, 30_001)
    excess = _density(p, sigma, x) - math.exp(epsilon) * _density(q, sigma, x)
    return float(numpy.trapezoid(numpy.maximum(excess, 0), x))


def composed_twice(p: Mixture, q: Mixture, sigma: float, epsilon: float) -> float:
    """The same of two independent outputs."""
    x = numpy.linspace(min(*p, *q) - 9 * sigma, max(*p, *q) + 9 * sigma, 2_001)
    one = _density(p, sigma, x)
    loss = numpy.log(one) - numpy.log(_density(q, sigma, x))
    weight = one * (x[1] - x[0])
    gain = numpy.maximum(-numpy.expm1(epsilon - loss[:, None] - loss[None, :]), 0)
    return float(weight @ gain @ weight)


def sampled(rate: float, at: float = 1.0) -> Mixture:
    """One unit of clipped norm 1, drawn at *rate*, among units that add nothing."""
    return {0.0: 1 - rate, at: rate}


def truncated_bound(size: int, rate: float, slots: int, sigma: float, epsilon: float) -> float:
    """Theorem of arXiv 2508.15089 for one update under zero-out, by integration.

    The others overflow their slots with a probability of their own; then one unit takes another's place (+2 C against
    -2 C), else it is Poisson sampling.
    """
    full = float(binom.sf(slots - 1, size - 1, rate))
    kept = float(binom.sf(slots, size, rate)) * slots / size / full if full else 0.0
    calm = max(
        divergence(sampled(rate), {0.0: 1.0}, sigma, epsilon), divergence({0.0: 1.0}, sampled(rate), sigma, epsilon)
    )
    swapped = divergence(sampled(kept, 2.0), sampled(kept, -2.0), sigma, epsilon) if full else 0.0
    return (1 - full) * calm + full * swapped


def truncated_exactly(gradients: list[float], rate: float, slots: int) -> Mixture:
    """The sum over one truncated draw of *gradients*, every draw and every kept subset listed."""
    found: Counter[float] = Counter()
    size = len(gradients)
    for drawn in itertools.product((False, True), repeat=size):
        chosen = [gradient for gradient, is_in in zip(gradients, drawn, strict=True) if is_in]
        chance = rate ** len(chosen) * (1 - rate) ** (size - len(chosen))
        subsets = list(itertools.combinations(chosen, min(slots, len(chosen))))
        for subset in subsets:
            found[round(sum(subset), 9)] += chance / len(subsets)
    return dict(found)


def _density(mixture: Mixture, sigma: float, x: Array) -> Array:
    return numpy.asarray(sum(weight * norm.pdf(x, mean, sigma) for mean, weight in mixture.items() if weight > 0))
