"""Personal data taken out of rows, each kind in its own way, and a report of what can still be told."""

from __future__ import annotations

from finewarden.personal_data.deidentify.deidentifier import Deidentifier
from finewarden.personal_data.deidentify.key import Key, key_of_environment, key_of_file, new_key_file
from finewarden.personal_data.deidentify.plan import PlanError

__all__ = ["Deidentifier", "Key", "PlanError", "key_of_environment", "key_of_file", "new_key_file"]
