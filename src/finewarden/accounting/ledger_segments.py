"""What the accountant takes of a ledger."""

from __future__ import annotations

from collections.abc import Iterable

from finewarden.accounting.mechanism import Mechanism, Segment
from finewarden.evidence.privacy_ledger import LedgerSegment

__all__ = ["segments_of"]


def segments_of(segments: Iterable[LedgerSegment]) -> tuple[Segment, ...]:
    """*segments* of a ledger, in order, as `epsilon` and its like take them."""
    return tuple(
        Segment(
            Mechanism(
                noise_multiplier=segment.noise_multiplier,
                sampling_rate=segment.sampling_rate,
                dataset_size=segment.dataset_size,
                slots=segment.slots,
            ),
            segment.steps,
        )
        for segment in segments
    )
