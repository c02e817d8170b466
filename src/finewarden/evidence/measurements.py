"""`measurements.json`: what a model said when it was measured, bound to everything the numbers rest on.

Written where the accelerator is, judged anywhere: reading and checking need no torch. The file lies with the private
evidence, holds no secret (a salted keyed hash stands for each) and no prompt in clear.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

import finewarden
from finewarden.evidence import atomic
from finewarden.evidence.measured.canaries import Canaries
from finewarden.evidence.measured.common import Sampler
from finewarden.evidence.measured.forgetting import Attempt, Forgetting, Leak, PairResult, Settings
from finewarden.evidence.measured.generations import Generations
from finewarden.evidence.measured.membership import Membership
from finewarden.evidence.measured.personal_values import PersonalValues
from finewarden.evidence.measured.records import Records
from finewarden.evidence.measured.settings import MeasureSettings
from finewarden.evidence.model_files import ModelFilesError, combined, digests
from finewarden.evidence.salted import salted
from finewarden.evidence.section_differences import SECTIONS, Now, compared
from finewarden.policy import Sampling

__all__ = [
    "MEASUREMENTS",
    "SECTIONS",
    "Attempt",
    "Base",
    "Code",
    "Forgetting",
    "Leak",
    "MeasureSettings",
    "Measurements",
    "MeasurementsError",
    "PairResult",
    "Settings",
    "code",
    "differences",
    "read",
    "salted",
    "sealed",
    "section_differences",
    "shared_differences",
    "write",
]

MEASUREMENTS = "measurements.json"


class MeasurementsError(ValueError):
    """A measurements file that can't be judged; one sentence that says why and what to do."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Base(_Strict):
    """The base model: its name as given (a folder's own name), and one digest over the files it was loaded from."""

    name: str
    digest: str


class Code(_Strict):
    """The measuring code: version of the package and one digest over the modules that measure."""

    version: str
    digest: str


class Measurements(_Strict):
    """The whole file. *model*: file name to SHA-256. *environment* is recorded, not compared. *reasons*: why a section
    could not be measured.
    """

    version: Literal[1] = 1
    time: datetime
    code: Code
    model: dict[str, str]
    base: Base | None = None
    environment: dict[str, str] = {}
    forgetting: Forgetting | None = None
    canaries: Canaries | None = None
    records: Records | None = None
    personal_values: PersonalValues | None = None
    membership: Membership | None = None
    generations: Generations | None = None
    reasons: dict[str, str] = {}
    seal: str = ""


def code() -> Code:
    """The measuring code as it is installed here. Imports none of it."""
    spec = importlib.util.find_spec("finewarden.memorization")
    folders = spec.submodule_search_locations if spec and spec.submodule_search_locations else []
    files = sorted(path for folder in folders for path in Path(folder).glob("*.py"))
    hashes = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    return Code(version=finewarden.__version__, digest=combined(hashes))


def sealed(measurements: Measurements) -> str:
    """SHA-256 over everything but the seal. It finds a slip of the editor, not a forger: it is no signature."""
    plain = measurements.model_dump(mode="json", exclude={"seal"})
    return hashlib.sha256(json.dumps(plain, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def write(path: Path, measurements: Measurements) -> Measurements:
    """Seal *measurements* and replace *path* by them, atomically. Returns them as sealed."""
    done = measurements.model_copy(update={"seal": sealed(measurements)})
    atomic.write_text(path, done.model_dump_json(indent=1) + "\n", private=True)
    return done


def read(path: Path) -> Measurements:
    """The measurements of *path*. Raises MeasurementsError when it is not a whole, sealed file of this version."""
    again = "measure again: `finewarden measure`"
    try:
        measurements = Measurements.model_validate_json(path.read_bytes())
    except OSError as error:
        raise MeasurementsError(f"{path.name} can't be read ({error.strerror}); {again}") from None
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise MeasurementsError(
            f"{path.name} is no measurements file of version 1 ({key}: {first['msg']}); {again}"
        ) from None
    if sealed(measurements) != measurements.seal:
        raise MeasurementsError(f"{path.name} was edited after it was written: its seal does not fit; {again}")
    return measurements


def differences(
    measurements: Measurements,
    *,
    model_dir: Path,
    secrets_file: Path | None = None,
    base_model: str | None = None,
    settings: Settings | None = None,
) -> list[str]:
    """What the forgetting test was bound to and is not so now; empty when it may be judged.

    `shared_differences`, and `section_differences` of its section. *settings* are the least that is asked.
    """
    found = shared_differences(measurements, model_dir=model_dir, base_model=base_model)
    if measurements.forgetting is not None:
        asked = MeasureSettings(forgetting=settings or Settings())
        found += section_differences(measurements, "forgetting", secrets_file=secrets_file, settings=asked)
    return found


def shared_differences(measurements: Measurements, *, model_dir: Path, base_model: str | None = None) -> list[str]:
    """What every section was bound to and is not so now, one short text each.

    Every file that loading the model reads is hashed, and so is the measuring code. The base model is compared when it
    is given: a local folder by its bytes, a name by the name.
    """
    found: list[str] = []
    try:
        found += _files(measurements.model, digests(model_dir))
    except ModelFilesError as error:
        found.append(f"model files ({error})")
    now = code()
    if now != measurements.code:
        found.append(f"measuring code ({measurements.code.version} then, {now.version} here)")
    if base_model is not None:
        found += _base(measurements.base, base_model)
    return found


def section_differences(
    measurements: Measurements,
    section: str,
    *,
    model_dir: Path | None = None,
    base_model: str | None = None,
    secrets_file: Path | None = None,
    train_data: Sequence[Path] = (),
    evidence_dir: Path | None = None,
    sampling: Sampling | None = None,
    settings: MeasureSettings | None = None,
) -> list[str]:
    """What one *section* was bound to and is not so now, one short text each; no other section counts.

    What is given is compared: with *model_dir* all of `shared_differences`, secrets file and training data by their
    bytes, *evidence_dir* by the canary book and the hold-out book in it. *settings* are the least that is asked
    (default: the shipped ones): a weaker measurement differs, a harder one does not; sampler and seed must be equal. A
    section that was not measured differs. Raises ValueError for a section that there is not.
    """
    if section not in SECTIONS:
        raise ValueError(f"section: got {section!r}, allowed: {', '.join(SECTIONS)}")
    stored = getattr(measurements, section)
    if stored is None:
        return [f"{section} (not measured)"]
    now = Now(
        secrets_file=secrets_file,
        train_data=train_data,
        evidence_dir=evidence_dir,
        sampler=Sampler(**sampling.model_dump()) if sampling is not None else None,
        settings=settings,
    )
    shared = [] if model_dir is None else shared_differences(measurements, model_dir=model_dir, base_model=base_model)
    try:
        return [*shared, *compared(stored, now)]
    except OSError as error:
        return [f"{Path(str(error.filename)).name} ({error.strerror})"]


def _files(then: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    changed = sorted(name for name in then.keys() & now.keys() if then[name] != now[name])
    texts = [
        (changed, "changed"),
        (sorted(then.keys() - now.keys()), "gone"),
        (sorted(now.keys() - then.keys()), "new"),
    ]
    return [
        f"model files ({', '.join(names[:3])}{' and more' * (len(names) > 3)}: {what})"
        for names, what in texts
        if names
    ]


def _base(then: Base | None, asked: str) -> list[str]:
    if then is None:
        return ["base model (none was measured)"]
    folder = Path(asked)
    try:
        same = combined(digests(folder, follow=True)) == then.digest if folder.is_dir() else asked == then.name
    except ModelFilesError as error:
        return [f"base model ({error})"]
    return [] if same else [f"base model ({then.name!r} was measured)"]
