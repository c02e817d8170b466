"""ActivationGuardCallback: nothing that remembers the training data is computed, kept or written in passing.

`callback.py` is the guard; each other file is one rule as a pure function that returns problems (see
`finewarden.callbacks.refusal`), or, in `watch.py`, the check of each forward pass.
"""

from __future__ import annotations

from finewarden.callbacks.activation_guard.callback import ActivationGuardCallback

__all__ = ["ActivationGuardCallback"]
