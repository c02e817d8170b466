"""A license record as TOML, to copy into a policy and change there."""

from __future__ import annotations

from typing import Any

import tomli_w

from finewarden.license_record import LicenseRecord

__all__ = ["as_toml"]


def as_toml(record: LicenseRecord) -> str:
    """*record* under `[[licenses]]`, without what is at its default; as a policy it loads as the same record."""
    return tomli_w.dumps({"licenses": [_plain(record.model_dump(exclude_defaults=True))]}, indent=2)


def _plain(value: Any) -> Any:
    """Tuples as lists, and what is None left out: TOML has neither."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
