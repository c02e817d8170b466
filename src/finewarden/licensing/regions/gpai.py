"""When whoever fine-tunes a general-purpose model is its provider under the EU AI Act: by compute.

Guidelines of the Commission on the obligations of providers of general-purpose AI models, C(2025) 7719 final (not
binding): a model is general-purpose above 10^23 FLOP (point 17); a modifier becomes the provider where the modification
took more than a third of the original's compute, or, where that is not known, of the threshold for a model of its kind:
10^25 with systemic risk, else 10^23 (points 57 to 63).
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["GENERAL_PURPOSE", "SYSTEMIC_RISK", "Modification"]

GENERAL_PURPOSE = 1e23
SYSTEMIC_RISK = 1e25


@dataclass(frozen=True, slots=True)
class Modification:
    """A fine-tune: floating-point operations of its base (None: not known) and its own."""

    base: float | None
    fine_tuning: float
    systemic_risk: bool = False

    @property
    def limit(self) -> float:
        """The most compute with which the modifier is no provider, in FLOP."""
        if self.base is not None:
            return self.base / 3
        return (SYSTEMIC_RISK if self.systemic_risk else GENERAL_PURPOSE) / 3

    @property
    def is_general_purpose(self) -> bool:
        """Whether the result may be a general-purpose model at all; yes where the base's compute is not known."""
        return self.base is None or self.base + self.fine_tuning > GENERAL_PURPOSE

    @property
    def makes_a_provider(self) -> bool:
        """Whether the fine-tune makes its maker the provider of a general-purpose model."""
        return self.is_general_purpose and self.fine_tuning > self.limit
