"""Where `finewarden.personal_data.fixed_values` was."""

from __future__ import annotations

from finewarden.personal_data.fixed_values import FixedValue, fixed_values

__all__ = ["FixedValue", "fixed_values"]
