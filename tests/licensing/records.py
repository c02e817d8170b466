"""Records that say no more than a test needs."""

from __future__ import annotations

from datetime import date
from typing import Any

from finewarden.license_record import LicenseRecord, ModelPattern, Obligation

__all__ = ["obligation", "record"]


def obligation(**changes: Any) -> Obligation:
    """A display mark that is due for every form."""
    fields: dict[str, Any] = {
        "id": "mark",
        "kind": "display_mark",
        "clause": "2.b",
        "forms": ("weights", "adapter", "quantised", "api"),
        "text": "Built with Acme",
        "says": "Show the mark.",
        "says_zh": "展示标识。",
    }
    return Obligation(**{**fields, **changes})


def record(*obligations: Obligation, **changes: Any) -> LicenseRecord:
    """A license that was read in full and claims `acme/`."""
    fields: dict[str, Any] = {
        "key": "acme-1.0",
        "name": "Acme License 1.0",
        "family": "acme",
        "commercial": "conditional",
        "released": date(2025, 1, 1),
        "models": (ModelPattern(pattern="acme/"),),
        "obligations": obligations,
        "verified": date(2026, 1, 1),
        "confidence": "text",
    }
    return LicenseRecord(**{**fields, **changes})
