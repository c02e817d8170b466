"""Differential privacy as a callback: DP-SGD on `Trainer`, TRL and Unsloth."""

from __future__ import annotations

from finewarden.callbacks.differential_privacy.callback import DifferentialPrivacyCallback

__all__ = ["DifferentialPrivacyCallback"]
