"""Differential privacy accounting: what a run of DP-SGD costs, and what noise a cost allows.

Training calibrates with it, the audit recomputes with it. The neighbouring relation is *zero-out*: two data sets are
neighbours when one privacy unit of the one is replaced in the other by an empty slot. Where draws run over a public
bound on the number of units, that is the same as adding or removing one unit.
"""

from finewarden.accounting.budget import affordable_steps
from finewarden.accounting.calibration import calibrate
from finewarden.accounting.epsilon import INTERVAL, epsilon
from finewarden.accounting.ledger_segments import segments_of
from finewarden.accounting.mechanism import AccountingError, Mechanism, Segment

__all__ = [
    "INTERVAL",
    "AccountingError",
    "Mechanism",
    "Segment",
    "affordable_steps",
    "calibrate",
    "epsilon",
    "segments_of",
]
