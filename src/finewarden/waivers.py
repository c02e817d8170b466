"""Known findings that someone answers for: a committed file with audit, fingerprint, reason and expiry.

A waiver names one finding by its fingerprint. An expired waiver waives nothing, an unused one fails the gate, so that
the file never holds more than what is still true.
"""

from __future__ import annotations

import secrets
import tomllib
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Annotated

import tomli_w
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from finewarden.evidence import atomic
from finewarden.verdicts import Finding

__all__ = ["DEFAULT_FILE", "Waiver", "Waivers", "WaiversError", "load", "save"]

DEFAULT_FILE = "finewarden-waivers.toml"
_VERSION = 1
_HEAD = """\
# Findings that someone answers for. Commit this file.
# Each entry ends on its date; remove it when its finding is mended.
"""


class WaiversError(ValueError):
    """A waivers file that can't be used; one sentence that names file, entry and what to write."""


class Waiver(BaseModel):
    """One `[[waiver]]`: the finding with this fingerprint in this audit may pass until the end of *expires*."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    audit: str
    fingerprint: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
    reason: Annotated[str, Field(min_length=10)]
    expires: date
    where: str = ""


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    version: int
    salt: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    waiver: list[Waiver] = []


class Waivers:
    """The waivers of a project, and the salt under which fingerprints are made."""

    def __init__(self, *, salt: str, waivers: Iterable[Waiver] = (), file: Path | None = None) -> None:
        self.salt = salt
        self.file = file
        self._by_key = {(w.audit, w.fingerprint): w for w in waivers}

    @classmethod
    def empty(cls) -> Waivers:
        """No waivers; fingerprints are under a fresh salt and hold for this run only."""
        return cls(salt=secrets.token_hex(16))

    def __iter__(self) -> Iterator[Waiver]:
        return iter(self._by_key.values())

    def match(self, audit: str, finding: Finding) -> Waiver | None:
        """The waiver for *finding*, expired or not; None for one that can never be waived."""
        return self._by_key.get((audit, finding.fingerprint)) if finding.waivable else None


def load(path: Path) -> Waivers:
    """The waivers of *path*. Raises WaiversError; a file with one bad entry is refused whole."""
    try:
        data = _File.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise WaiversError(f"{path}: can't be read ({error.strerror}); run `finewarden baseline` to make one") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise WaiversError(f"{path}: is not TOML: {error}") from None
    except ValidationError as error:
        first = error.errors()[0]
        at = ".".join(str(part) for part in first["loc"])
        raise WaiversError(
            f"{path}: {at}: {first['msg'][0].lower()}{first['msg'][1:]}; each [[waiver]] needs audit, fingerprint "
            "(16 hex digits), reason (at least 10 characters) and expires (a date such as 2027-01-31)"
        ) from None
    if data.version != _VERSION:
        raise WaiversError(
            f"{path}: version {data.version}: this finewarden reads version {_VERSION}; update finewarden"
        )
    return Waivers(salt=data.salt, waivers=data.waiver, file=path)


def save(path: Path, waivers: Waivers, entries: Iterable[Waiver]) -> None:
    """Write *entries* under the salt of *waivers*, oldest expiry first; whole or not at all."""
    ordered = sorted(entries, key=lambda w: (w.expires, w.audit, w.fingerprint))
    data = {"version": _VERSION, "salt": waivers.salt, "waiver": [w.model_dump() for w in ordered]}
    atomic.write_text(path, _HEAD + tomli_w.dumps(data))
