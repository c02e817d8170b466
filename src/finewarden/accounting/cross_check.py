"""Epsilon by other accountants, beside the one that counts: an error of a factor shows where two of them disagree.

They account for plain Poisson sampling, as if no draw ever overflowed its slots, under adding or removing one unit. So
they are no bound on the truncated run; with enough slots for every draw to fit, they bound the same thing. Opacus'
"gdp" is not among them: it is a limit theorem and reports too little (4.16 where 5.44 is spent).
"""

from __future__ import annotations

import logging
import math
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import util

from finewarden.accounting.mechanism import Segment, merged

__all__ = ["opacus", "rdp"]


def rdp(segments: Sequence[Segment], delta: float) -> float:
    """Renyi DP by dp-accounting (Mironov, Talwar & Zhang 2019, arXiv 1908.10530); usually a tenth above the PLD's."""
    import dp_accounting
    from dp_accounting.rdp import RdpAccountant

    steps = merged(segments)
    if any(mechanism.noise_multiplier == 0 for mechanism in steps):
        return math.inf
    accountant = RdpAccountant(neighboring_relation=dp_accounting.NeighboringRelation.ADD_OR_REMOVE_ONE)
    for mechanism, count in steps.items():
        update = dp_accounting.PoissonSampledDpEvent(
            mechanism.sampling_rate, dp_accounting.GaussianDpEvent(mechanism.noise_multiplier)
        )
        with _quiet():
            accountant.compose(update, count)
    return float(accountant.get_epsilon(delta)) if steps else 0.0


@contextmanager
def _quiet() -> Iterator[None]:
    """Without dp-accounting's line for each order that it leaves out (the result holds without them)."""
    log = logging.getLogger("absl")
    level = log.level
    log.setLevel(logging.ERROR)
    try:
        yield
    finally:
        log.setLevel(level)


def opacus(segments: Sequence[Segment], delta: float) -> dict[str, float]:
    """By Opacus' own accountants, "opacus-prv" (arXiv 2106.02848) and "opacus-rdp"; empty when Opacus isn't installed.

    Opacus imports torch.
    """
    steps = merged(segments)
    noiseless = any(mechanism.noise_multiplier == 0 for mechanism in steps)
    if not steps or noiseless or util.find_spec("opacus") is None:
        return {}
    from opacus.accountants import PRVAccountant, RDPAccountant

    found = {}
    for name, kind in (("opacus-prv", PRVAccountant), ("opacus-rdp", RDPAccountant)):
        accountant = kind()
        accountant.history = [
            (mechanism.noise_multiplier, mechanism.sampling_rate, count) for mechanism, count in steps.items()
        ]
        with warnings.catch_warnings():
            # That another order would be tighter: this is a cross-check. And log(1 - q) where q is 1.
            warnings.filterwarnings("ignore", "Optimal order is the", UserWarning)
            warnings.filterwarnings("ignore", "divide by zero", RuntimeWarning)
            found[name] = float(accountant.get_epsilon(delta=delta))
    return found
