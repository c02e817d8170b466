"""The ledger of a run: what it costs by the accountant that counts, and by others beside it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Literal

from finewarden import __version__, accounting
from finewarden.accounting import cross_check
from finewarden.accounting.ledger_segments import segments_of
from finewarden.callbacks.differential_privacy.settings import Settings
from finewarden.callbacks.differential_privacy.spending import Spending
from finewarden.evidence.privacy_ledger import PrivacyLedger, RuleResult

__all__ = ["dataset_size_is", "ledger_of"]

PACKAGES = ("torch", "transformers", "trl", "peft", "unsloth", "dp-accounting", "opacus", "numpy")


def ledger_of(
    settings: Settings,
    spending: Spending,
    *,
    engine: str,
    rules: Sequence[RuleResult],
    moved: bool | None,
) -> PrivacyLedger:
    """The public record of what *spending* has cost so far. Takes seconds: two or three accountants."""
    segments = segments_of(spending.segments)
    return PrivacyLedger(
        written_by=f"finewarden {__version__}",
        run=spending.current.run,
        unit=settings.unit,
        dataset_size_is=dataset_size_is(settings),
        delta=settings.delta,
        max_grad_norm=settings.max_grad_norm,
        target_epsilon=settings.target_epsilon,
        segments=spending.segments,
        epsilon={
            "pld": accounting.epsilon(segments, settings.delta),
            "rdp": cross_check.rdp(segments, settings.delta),
            **cross_check.opacus(segments, settings.delta),
        },
        interval=accounting.INTERVAL,
        engine=engine,
        moved=moved,
        complete=True,
        rules=tuple(rules),
        packages=_packages(),
    )


def dataset_size_is(settings: Settings) -> Literal["public bound", "len(train), declared public"]:
    """What the accounted number of units is."""
    return "public bound" if settings.dataset_size is not None else "len(train), declared public"


def _packages() -> dict[str, str]:
    """Versions of what the run had imported."""
    found = {}
    for name in PACKAGES:
        if name.replace("-", "_") in sys.modules:
            try:
                found[name] = version(name)
            except PackageNotFoundError:
                continue
    return found
