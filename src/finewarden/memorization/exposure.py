"""Exposure: how far down among secrets that were never trained on a planted secret ranks, in bits. No torch.

With N references drawn like the canary, and rank 1 + the references that the model holds at least as likely, the
exposure is log2 N − log2 rank (Carlini et al. 2019, "The Secret Sharer", https://arxiv.org/abs/1802.08232). Under no
memorisation the rank is uniform on 1 … N + 1, so that rank / (N + 1) is a p-value; ties make it larger, never smaller.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy import ndarray

__all__ = [
    "below_share_p_value",
    "combined_p_value",
    "exposure_bounds",
    "extrapolated_exposure",
    "rank_exposure",
    "rank_p_value",
    "references_at_or_below",
]


def rank_exposure(canary_nll: Iterable[float], reference_nll: Iterable[float]) -> list[float]:
    """Exposure in bits of each canary among shared references, in the order of *canary_nll*.

    Negative log-probabilities, in any one unit. A reference that ties with a canary ranks before it. Values lie between
    log2(N / (N + 1)), slightly below 0, and log2 N. Raises ValueError for a value that is not finite, or no references.
    """
    references = _finite(reference_nll, "reference_nll")
    canaries = _finite(canary_nll, "canary_nll", least=0)
    return [math.log2(len(references)) - math.log2(1 + x) for x in _at_or_below(canaries, references)]


def references_at_or_below(nll: float, references: Iterable[float]) -> int:
    """How many *references* are at least as likely as the canary: their −log-probability is at most *nll*."""
    return int(_at_or_below(_finite([nll], "nll"), _finite(references, "references"))[0])


def rank_p_value(nll: float, references: Iterable[float]) -> float:
    """rank / (N + 1): the chance of so good a rank for a canary that was not memorised. Exact, conservative with ties.

    For k canaries that share references, k times the least of them is valid whatever their dependence. Raises
    ValueError for a value that is not finite, or no references.
    """
    values = _finite(references, "references")
    return (1 + references_at_or_below(nll, values)) / (len(values) + 1)


def below_share_p_value(at_or_below: int, references: int, bits: float) -> float:
    """Evidence that a canary's exposure is above *bits*: P[Binomial(N, 2^−bits) ≤ *at_or_below*].

    The canary is taken as given, the N *references* as a sample of all secrets: its true exposure is −log2 of the share
    of them that are at least as likely. Raises ValueError for *bits* below 0 or counts that do not fit.
    """
    from scipy.stats import binom

    _check_counts(at_or_below, references)
    if not bits >= 0 or math.isinf(bits):
        raise ValueError(f"bits: got {bits}, allowed: 0 or more, finite; give the exposure that may be")
    return float(binom.cdf(at_or_below, references, 2.0**-bits))


def combined_p_value(p_values: Iterable[float]) -> float:
    """Evidence that any of several canaries is exposed, from all of them: Fisher's product of independent *p_values*.

    Each canary has references of its own, so their ranks are independent when nothing was memorised. −2 Σ ln p is then
    a χ² of 2 k degrees of freedom at most (Fisher 1925, "Statistical methods for research workers"): p-values of ranks
    are discrete, at least as large as uniform ones. Raises ValueError for none, or one outside [0, 1].
    """
    from scipy.special import chdtrc

    values = list(p_values)
    if not values or not all(0 <= p <= 1 for p in values):
        raise ValueError(f"p_values: got {values}, allowed: one or more, each 0 to 1; give each canary's")
    if not all(values):
        return 0.0
    return float(chdtrc(2 * len(values), -2 * math.fsum(map(math.log, values))))


def exposure_bounds(at_or_below: int, references: int, significance: float) -> tuple[float, float]:
    """One-sided bounds, in bits, on a canary's exposure among all secrets, each wrong with chance *significance*.

    Clopper–Pearson bounds on the share of secrets at least as likely as the canary, of which *at_or_below* of
    *references* sampled ones were; the upper one is inf when none was. Raises ValueError for counts that do not fit or
    a *significance* outside (0, 1).
    """
    from scipy.stats import beta

    _check_counts(at_or_below, references)
    if not 0 < significance < 1:
        raise ValueError(f"significance: got {significance}, allowed: between 0 and 1, ends excluded; 0.01 is usual")
    least = beta.ppf(significance, at_or_below, references - at_or_below + 1) if at_or_below else 0.0
    most = beta.isf(significance, at_or_below + 1, references - at_or_below) if at_or_below < references else 1.0
    return -math.log2(most), -math.log2(least) if least > 0 else math.inf


def extrapolated_exposure(canary_nll: Iterable[float], reference_nll: Iterable[float]) -> list[float]:
    """Exposure in bits by extrapolation: −log2 of a skew-normal's distribution function fitted to the references.

    It goes beyond log2 N, at the price of an assumption about a tail that nobody saw: show it as an extrapolation and
    let no verdict rest on it. In log space, so that it stays finite far below the references (Carlini et al. 2019,
    section 4.3). Raises ValueError for a value that is not finite, fewer than 3 references, or references all equal.
    """
    from scipy.stats import skewnorm

    references = _finite(reference_nll, "reference_nll", least=3)
    canaries = _finite(canary_nll, "canary_nll", least=0)
    if references[0] == references[-1]:
        raise ValueError("reference_nll: all are equal, so no curve can be fitted; give references that differ")
    shape, centre, scale = skewnorm.fit(references)
    return [_skew_normal_bits((x - centre) / scale, shape) for x in canaries.tolist()]


def _skew_normal_bits(z: float, shape: float) -> float:
    """−log2 F(z) of the standard skew-normal density 2 φ(t) Φ(shape·t), by quadrature relative to its largest value.

    The substitution t = z − s makes the integral one over s ≥ 0 of a log-concave function, which falls off on the scale
    of the inverse slope where it is largest.
    """
    import numpy as np
    from scipy.special import log_ndtr, logsumexp

    def log_density(t: ndarray[Any, Any]) -> ndarray[Any, Any]:
        values: ndarray[Any, Any] = math.log(2) - 0.5 * t * t - 0.5 * math.log(2 * math.pi) + log_ndtr(shape * t)
        return values

    # 40 scales on either side hold all but e^-40 of the mass; the nodes are Gauss–Legendre on 64 pieces.
    nodes, weights = np.polynomial.legendre.leggauss(16)
    reach = 40.0 / max(1.0, abs(z)) if z < 0 else 40.0 + z
    if z < 0 and shape < 0:  # Φ(shape·t) is near 1 there: the tail is that of the normal
        reach = 40.0 / max(1.0, -z)
    edges = np.linspace(0.0, reach, 65)
    half = np.diff(edges)[:, None] / 2
    s = edges[:-1, None] + half * (nodes + 1)
    total = logsumexp(log_density(z - s) + np.log(half * weights))
    return max(0.0, float(-total / math.log(2)))


def _at_or_below(canaries: ndarray[Any, Any], references: ndarray[Any, Any]) -> list[int]:
    import numpy as np

    found: list[int] = np.searchsorted(references, canaries, side="right").tolist()
    return found


def _finite(values: Iterable[float], name: str, least: int = 1) -> ndarray[Any, Any]:
    """*values* as float64; references are sorted, canaries (least 0 or a single one) keep their order."""
    import numpy as np

    found = np.asarray(list(values), dtype=np.float64)
    if found.size < least:
        raise ValueError(f"{name}: got {found.size} values, allowed: {least} or more; score more of them")
    if not np.isfinite(found).all():
        raise ValueError(f"{name}: holds a value that is not finite; what could not be scored is not measured, not 0")
    return np.sort(found) if name.startswith("reference") else found


def _check_counts(at_or_below: int, references: int) -> None:
    if not 0 <= at_or_below <= references or references < 1:
        raise ValueError(
            f"at_or_below: got {at_or_below} of {references} references, allowed: 0 to their number; count them again"
        )
