"""What the dimensions of a release say of its base where it is named as a model that no record knows."""

from __future__ import annotations

from finewarden.licensing.base.architectures import rows, rows_of
from finewarden.licensing.base.claims import BaseClaim, BaseIdentity
from finewarden.licensing.library import Library

__all__ = ["bound_by_dimensions"]


def bound_by_dimensions(identity: BaseIdentity, library: Library) -> BaseClaim | None:
    """The dimensions that only models under licenses which travel are known to have, of a base whose name nobody knows.

    They point and do not prove: somebody may have trained a model of the same size from scratch. None where a record
    knows the name, where others copied the dimensions, and where any model that has them is permissive or unknown.
    """
    if not identity.established or any(library.of_model(model) for model in identity.established):
        return None
    measured = [c for c in identity.claims if c.kind in ("shapes", "architecture") and c.models]
    pointing = [claim for claim in measured if _only_bound(claim, library)]
    return min(pointing, key=lambda claim: len(claim.models)) if pointing else None


def _only_bound(claim: BaseClaim, library: Library) -> bool:
    table = rows()
    own = all(table[at].checked and not table[at].copied for at in rows_of(claim.models))
    if claim.strength == "weak" or not own:
        return False
    known = [[record for record, _ in library.of_model(model)] for model in claim.models]
    return all(records and all(record.travels for record in records) for records in known)
