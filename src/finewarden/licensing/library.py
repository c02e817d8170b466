"""All license records: those shipped in `records/`, and a user's own from the policy, which win."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from pydantic import ValidationError

from finewarden.license_record import LicenseRecord, ModelPattern
from finewarden.licensing.creative_commons import creative_commons
from finewarden.licensing.hub_licenses import hub_id

__all__ = ["Library", "RecordError", "near_keys", "record"]


class RecordError(ValueError):
    """A record that is not there or does not hold; one sentence with the mend."""


@dataclass(frozen=True)
class Library:
    """Records by key, in the order of their keys."""

    records: Mapping[str, LicenseRecord]

    @classmethod
    def shipped(cls) -> Library:
        """The records that come with finewarden; read once."""
        return _shipped()

    def with_own(self, own: Iterable[LicenseRecord]) -> Library:
        """This library with a user's records added, each in the place of a shipped one of its key."""
        return Library(dict(sorted({**self.records, **{one.key: one for one in own}}.items())))

    def __iter__(self) -> Iterator[LicenseRecord]:
        return iter(self.records.values())

    def get(self, name: str) -> LicenseRecord | None:
        """The record that *name* means: a key, SPDX id, LicenseRef, Hub tag, `license_name` or alias; None when there
        is none, or several (`openrail` is what many are tagged). A license's own name goes before what models are
        tagged: Cohere's license with its addendum is tagged cc-by-nc-4.0."""
        if name.lower() in self.records:
            return self.records[name.lower()]
        bare = _bare(name)
        for names in (_own_names, _tags):
            found = [one for one in self if bare in {_bare(known) for known in names(one)}]
            if found:
                return found[0] if len(found) == 1 else None
        return self.records.get(creative_commons(name) or hub_id(name) or "")

    def record(self, name: str) -> LicenseRecord:
        """As `get`. Raises RecordError, with the nearest keys, when there is none."""
        found = self.get(name)
        if found is None:
            near = near_keys(name, self)
            hint = f"did you mean {' or '.join(map(repr, near))}? " if near else ""
            raise RecordError(f"no license record {name!r}: {hint}`finewarden licenses` lists them all")
        return found

    def of_model(self, hub_id: str) -> list[tuple[LicenseRecord, ModelPattern]]:
        """The records that claim the model *hub_id* ("org/name"), best known first."""
        found = [(one, pattern) for one in self if (pattern := one.model_pattern(hub_id)) is not None]
        order = ("text", "scancode", "excerpt", "secondary")
        return sorted(found, key=lambda item: order.index(item[1].confidence))


def record(key: str) -> LicenseRecord:
    """The shipped record of *key* (also an SPDX id, Hub tag or `license_name`). Raises RecordError."""
    return Library.shipped().record(key)


def near_keys(name: str, library: Library) -> list[str]:
    """The keys of *library* that a person who wrote *name* may have meant, the nearest first."""
    return difflib.get_close_matches(name[:100].lower(), library.records, n=3, cutoff=0.4)


def parse(text: str, *, where: str) -> LicenseRecord:
    """The record that the TOML *text* holds. Raises RecordError, which names *where*."""
    try:
        return LicenseRecord.model_validate(_tuples(tomllib.loads(text)))
    except tomllib.TOMLDecodeError as error:
        raise RecordError(f"{where}: is not TOML: {error}") from None
    except ValidationError as error:
        # What is there and wrong says more than what is not there yet.
        first = min(error.errors(), key=lambda one: one["type"] == "missing")
        key = ".".join(str(part) for part in first["loc"])
        more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
        raise RecordError(f"{where}: key {key!r}: {first['msg']}{more}; see CONTRIBUTING.md, Licenses") from None


@cache
def _shipped() -> Library:
    folder = resources.files("finewarden.licensing") / "records"
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name)
    found = [parse(file.read_text(encoding="utf-8"), where=file.name) for file in files]
    return Library({one.key: one for one in sorted(found, key=lambda one: one.key)})


def _own_names(one: LicenseRecord) -> Iterator[str]:
    yield from (one.key, one.name, *one.aliases)
    yield from (name for name in (one.spdx, one.licenseref) if name)


def _tags(one: LicenseRecord) -> Iterator[str]:
    yield from (*one.hub, *one.hub_names)


def _bare(name: str) -> str:
    return re.sub(r"[^a-z0-9+.\u4e00-\u9fff]", "", name.lower())


def _tuples(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _tuples(item) for key, item in value.items()}
    if isinstance(value, list):
        return tuple(_tuples(item) for item in value)
    return value
