"""What can still be told after each operator, in a sentence with its number."""

from __future__ import annotations

import math

from finewarden.personal_data.deidentify.plan import OperatorName
from finewarden.personal_data.deidentify.tally import Done

__all__ = ["bits_of", "said_of"]


def bits_of(candidates: int | None) -> float | None:
    """How many bits tell one of *candidates*, to a tenth."""
    return None if candidates is None else round(math.log2(candidates), 1)


def said_of(operator: OperatorName, done: Done, *, surrogates: float | None, k: int) -> str:
    """The residual risk of what *done* counts."""
    parts = []
    if operator == "pseudonym":
        parts.append("linkable: equal values stay equal, and whoever has the key can try values")
    elif operator == "surrogate" and surrogates is not None:
        parts.append(f"linkable; {_power(surrogates)} surrogates to share, so two values have one by chance")
    elif operator == "generalise" and done.groups:
        small = sum(len(values) < k for values in done.groups.values())
        fewest = min(len(values) for values in done.groups.values())
        parts.append(
            f"{len(done.groups)} general values, the rarest of {fewest} different ones, {small} of fewer than {k}"
        )
    elif operator == "remove":
        parts.append("nothing of the value; that something stood there may show")
    if done.fewest is not None:
        parts.append(f"a mask leaves {_power(done.fewest)} candidates or more ({bits_of(done.fewest)} bits)")
    if done.without_alphabet:
        parts.append("a mask of free text leaves its length")
    return "; ".join(parts) or "nothing"


def _power(number: float) -> str:
    exponent = math.log10(number)
    if number >= 1000 and abs(exponent - round(exponent)) < 0.01:
        return f"10^{exponent:.0f}"
    return f"{number:,.0f}" if number < 1e6 else f"10^{exponent:.1f}"
