"""What is said of a private run: once when it begins, once when it has ended."""

from __future__ import annotations

from finewarden.callbacks.differential_privacy.private_loader import Shape
from finewarden.callbacks.differential_privacy.settings import Settings
from finewarden.callbacks.differential_privacy.spending import Spending
from finewarden.evidence.privacy_ledger import PrivacyLedger

__all__ = ["announcement", "summary"]


def announcement(settings: Settings, shape: Shape, spending: Spending, engine: str, why: str) -> str:
    """What is enforced, and what it costs."""
    from scipy.stats import binom

    unit = "example" if settings.unit == "example" else f"{settings.unit!r}"
    overflow = float(binom.sf(shape.slots, shape.dataset_size, shape.sampling_rate))
    target = settings.target_epsilon
    if target is not None:
        goal = f"epsilon <= {target:g} at delta {settings.delta:g}, {spending.left} steps affordable"
    else:
        goal = f"epsilon {spending.planned:.4g} at delta {settings.delta:g} by the end, no limit set"
    return (
        f"each {unit}'s gradient is clipped to L2 norm {settings.max_grad_norm:g}, noise multiplier "
        f"{spending.current.noise_multiplier:.4g}, {goal}. A step draws each of "
        f"{shape.dataset_size} with probability {shape.sampling_rate:.4g}: {settings.expected_batch_size} expected in "
        f"{shape.slots} slots (a draw overflows with probability {overflow:.1g}; on average "
        f"{shape.slots - settings.expected_batch_size} slots are empty and skipped). Engine {engine} ({why}). Training "
        f"losses in logs and trackers are not covered by the guarantee (metrics={settings.metrics!r})."
    )


def summary(ledger: PrivacyLedger) -> str:
    """What was spent, exactly as it may be said in public."""
    steps = sum(each.steps for each in ledger.segments)
    others = ", ".join(f"{name} {value:.2f}" for name, value in ledger.epsilon.items() if name != "pld" and value)
    return (
        f"{steps} steps cost epsilon {ledger.claimed:.4f} at delta {ledger.delta:g} (unit {ledger.unit}, "
        f"relation {ledger.relation}, data set size: {ledger.dataset_size_is}; other accountants: {others})"
    )
