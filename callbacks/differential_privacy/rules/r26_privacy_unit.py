"""One person has several rows, and the guarantee is for one row.

Duplicates, and a column that names who a row belongs to.

Cost: a person with k rows has k times epsilon at best, and a larger delta.
"""

from __future__ import annotations

from collections.abc import Iterator

from finewarden.callbacks.differential_privacy.data_fingerprint import fingerprint
from finewarden.callbacks.differential_privacy.rules.rule import Rule
from finewarden.callbacks.differential_privacy.rules.run import Run
from finewarden.callbacks.refusal import Problem

__all__ = ["RULE"]

# Names of columns that say whose row it is, with or without "_id" behind.
OWNERS = ("account", "author", "client", "customer", "email", "patient", "person", "speaker", "subject", "user")


def check(run: Run) -> Iterator[Problem]:
    """Rows that say the same, and a column of owners; our callback counts duplicates by itself."""
    if run.streams or (run.settings is not None and run.settings.unit != "example"):
        return
    for name in run.columns:
        if name.lower().removesuffix("_id").removesuffix("name") in OWNERS:
            values = run.train_dataset[name]
            owners = len({str(each) for each in values})
            if owners < len(values):
                yield Problem(
                    what=f"column {name!r} names {owners} owners of {len(values)} rows, and the guarantee is for a row",
                    remedy=f"bound all rows of one owner together: DifferentialPrivacyCallback(unit={name!r}, "
                    "max_rows_per_unit=...), or state that the guarantee is for one example",
                )
    if run.settings is None:
        duplicates = fingerprint(run.train_dataset).duplicates
        if duplicates:
            yield Problem(
                what=f"{duplicates} rows say the same as an earlier one: each copy has an epsilon of its own",
                remedy="remove duplicates before training",
            )


RULE = Rule(
    number=26,
    name="privacy-unit",
    action="warn",
    text=__doc__,
    example="Dataset.from_list([{'text': ..., 'customer_id': 7}, {'text': ..., 'customer_id': 7}])",
    source="arXiv 2407.07737 and arXiv 2406.14322 (user-level DP fine-tuning)",
    before=check,
    reads_data=True,
)
