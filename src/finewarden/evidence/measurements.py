"""`measurements.json`: what a model said when it was measured, bound to everything the numbers rest on.

Written where the accelerator is, judged anywhere: reading and checking need no torch. The file lies with the private
evidence, holds no secret (a salted keyed hash stands for each) and no prompt in clear.
"""

from __future__ import annotations

import hashlib
import hmac
import importlib.util
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

import finewarden
from finewarden.evidence import atomic
from finewarden.evidence.measured.canaries import Canaries
from finewarden.evidence.measured.generations import Generations
from finewarden.evidence.measured.membership import Membership
from finewarden.evidence.measured.personal_values import PersonalValues
from finewarden.evidence.measured.records import Records
from finewarden.evidence.model_files import ModelFilesError, combined, digests

__all__ = [
    "MEASUREMENTS",
    "Attempt",
    "Base",
    "Code",
    "Forgetting",
    "Leak",
    "Measurements",
    "MeasurementsError",
    "PairResult",
    "Settings",
    "code",
    "differences",
    "read",
    "salted",
    "sealed",
    "write",
]

MEASUREMENTS = "measurements.json"

LogP = Annotated[float, Field(le=0, allow_inf_nan=False)]


class MeasurementsError(ValueError):
    """A measurements file that can't be judged; one sentence that says why and what to do."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Settings(_Strict):
    """How hard the model was asked.

    *answer_tokens* of greedy answer are read. A secret is reproduced by likelihood when *samples* draws hold it with
    *probability*. For each pair *search_examples* paraphrases are drawn from *seed*, all pairs together for at most
    *search_seconds*: whoever is slower than that has fewer of them searched, and the result says how many.
    """

    answer_tokens: Annotated[int, Field(ge=1)] = 128
    samples: Annotated[int, Field(ge=1)] = 1000
    probability: Annotated[float, Field(gt=0, lt=1)] = 0.5
    search_examples: Annotated[int, Field(ge=0)] = 64
    search_seconds: Annotated[float, Field(ge=0)] = 300.0
    seed: int = 0


class Attempt(_Strict):
    """One prompt put to the model and, where there is one, to its base.

    *emitted*: the greedy answer holds the secret. *log_p*: natural logarithm of a lower bound on the probability that
    one sample at temperature 1 holds it. The base's are None where no base was asked.
    """

    emitted: bool
    log_p: LogP
    base_emitted: bool | None = None
    base_log_p: LogP | None = None


class Leak(Attempt):
    """The smallest prompt found that still leaks: its text, masked, and how it was made from the pair's own."""

    prompt: str
    changes: tuple[str, ...]


class PairResult(_Strict):
    """One pair. *as_given* is None when it could not be measured: then *reason* says why.

    Of *drawn* paraphrases of its prompt, *searched* were put to the model in the time allowed.
    """

    id: str
    line: int
    fingerprint: str
    secret_tokens: int
    as_given: Attempt | None = None
    reason: str | None = None
    smallest: Leak | None = None
    drawn: int = 0
    searched: int = 0


class Forgetting(_Strict):
    """The forgetting test: every pair of one secrets file."""

    salt: str
    secrets: str
    settings: Settings
    pairs: tuple[PairResult, ...]


class Base(_Strict):
    """The base model: its name as given (a folder's own name), and one digest over the files it was loaded from."""

    name: str
    digest: str


class Code(_Strict):
    """The measuring code: version of the package and one digest over the modules that measure."""

    version: str
    digest: str


class Measurements(_Strict):
    """The whole file. *model*: file name to SHA-256. *environment* is recorded, not compared."""

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
    seal: str = ""


def code() -> Code:
    """The measuring code as it is installed here. Imports none of it."""
    spec = importlib.util.find_spec("finewarden.memorization")
    folders = spec.submodule_search_locations if spec and spec.submodule_search_locations else []
    files = sorted(path for folder in folders for path in Path(folder).glob("*.py"))
    hashes = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    return Code(version=finewarden.__version__, digest=combined(hashes))


def salted(salt: str, content: bytes) -> str:
    """HMAC-SHA-256 of *content* under *salt*, hexadecimal: equal contents can be told, none can be looked up."""
    return hmac.new(salt.encode(), content, hashlib.sha256).hexdigest()


def sealed(measurements: Measurements) -> str:
    """SHA-256 over everything but the seal. It finds a slip of the editor, not a forger: it is no signature."""
    plain = measurements.model_dump(mode="json", exclude={"seal"})
    return hashlib.sha256(json.dumps(plain, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def write(path: Path, measurements: Measurements) -> Measurements:
    """Seal *measurements* and replace *path* by them, atomically. Returns them as sealed."""
    done = measurements.model_copy(update={"seal": sealed(measurements)})
    atomic.write_text(path, done.model_dump_json(indent=1) + "\n")
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
    """What *measurements* were bound to and is not so now, one short text each; empty when they may be judged.

    Every file that loading the model reads is hashed. The secrets file is compared when it is given, the base model
    too: a local folder by its bytes, a name by the name. *settings* are the least that is asked: a weaker measurement
    differs, a harder one does not.
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
    forgetting = measurements.forgetting
    if forgetting is None:
        return found
    if secrets_file is not None and salted(forgetting.salt, secrets_file.read_bytes()) != forgetting.secrets:
        found.append(f"secrets file ({secrets_file.name} is not the one that was measured)")
    asked, got = settings or Settings(), forgetting.settings
    weaker = [
        f"{name} {mine:g}, asked {theirs:g}"
        for name, mine, theirs in (
            ("answer_tokens", got.answer_tokens, asked.answer_tokens),
            ("samples", got.samples, asked.samples),
            ("search_examples", got.search_examples, asked.search_examples),
        )
        if mine < theirs
    ]
    if got.probability > asked.probability:
        weaker.append(f"probability {got.probability:g}, asked {asked.probability:g}")
    if weaker:
        found.append(f"settings ({'; '.join(weaker)})")
    return found


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
