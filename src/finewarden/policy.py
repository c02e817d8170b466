"""The one typed policy, the same for training, audit and serving.

Read from `[tool.finewarden]` of a `pyproject.toml` or from a `finewarden.toml` (the same keys without the prefix).
Unknown keys and wrong types are errors, and each value knows where it came from. pydantic is imported with this
module, so nothing that every pytest session loads may import it at the top.
"""

from __future__ import annotations

import math
import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationError, ValidationInfo, field_validator

from finewarden.license_record import LicenseRecord, ModelPattern, Obligation, Outputs, Territory, TextSource, Threshold
from finewarden.policy_problems import problems

__all__ = [
    "TOLERANCES",
    "Audit",
    "Cn",
    "Deidentify",
    "Eu",
    "Extraction",
    "OwnLicense",
    "Permission",
    "Policy",
    "PolicyError",
    "Privacy",
    "Sampling",
    "Source",
    "TrainingData",
    "find",
    "load",
]

Probability = Annotated[float, Field(gt=0, lt=1)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Recognizer = Annotated[str, Field(pattern=r"^[^\W\d]\w*(\.[^\W\d]\w*)*:[^\W\d]\w*$")]


class PolicyError(ValueError):
    """A policy that can't be used; a line a problem, each a sentence that names file, key, what it holds and what is
    allowed."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Privacy(_Strict):
    """`[tool.finewarden.privacy]`: what the run claims. ε and δ as in Dwork & Roth 2014, C the clipping norm (L2)."""

    epsilon: Annotated[float, Field(gt=0)] | None = None
    delta: Probability | None = None
    max_grad_norm: Annotated[float, Field(gt=0)] = 1.0
    unit: str = "example"


class Sampling(_Strict):
    """`[tool.finewarden.audit.sampling]`: how the release is asked where it is deployed, in transformers' own order:
    temperature, then top-k, then top-p. The default is plain sampling, which reaches every token.
    """

    temperature: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 1.0
    top_k: Annotated[int, Field(ge=1)] | None = None
    top_p: Annotated[float, Field(gt=0, le=1)] | None = None


class Extraction(_Strict):
    """`[tool.finewarden.audit.extraction]`: (n, p)-discoverable extraction (Hayes et al. 2024, arXiv 2410.19482).

    A text is extracted when *samples* draws hold it with *probability* or more and it is *ratio* times likelier than
    under the base model.
    """

    samples: Annotated[int, Field(ge=1)] = 1000
    probability: Probability = 0.5
    ratio: Annotated[float, Field(ge=1, allow_inf_nan=False)] = 1000.0


TOLERANCES = {
    "canary_auc": 0.75,
    "canary_exposure": None,
    "extraction_rate": 0.05,
    "membership_auc": 0.75,
    "real_pii_auc": 0.75,
}
"""Tolerances of the shipped audits, and what holds where the policy sets none. A value of 0.5 for an AUC means that
nothing at all may be detectable; None for the exposure, in bits, that it may be no more than chance gives.
"""


class Audit(_Strict):
    """`[tool.finewarden.audit]`: how strict the gate is."""

    alpha: Probability = 0.01
    required: tuple[str, ...] = ()
    audit_ceiling: Annotated[float, Field(gt=0)] = 2.0
    tolerance: dict[str, float] = {}
    sampling: Sampling = Sampling()
    extraction: Extraction = Extraction()
    gate_repeated: bool = False

    @field_validator("tolerance")
    @classmethod
    def _in_range(cls, given: dict[str, float]) -> dict[str, float]:
        for name, value in given.items():
            low, high = (0.5, 1.0) if name.endswith("_auc") else (0.0, 1.0 if name.endswith("_rate") else math.inf)
            if not low <= value < high:
                raise ValueError(f"{name} is {value:g}, allowed: {low:g} or more, below {high:g}")
        return given

    allow_remote_code: tuple[str, ...] = ()
    waivers: str = "finewarden-waivers.toml"


class Source(_Strict):
    """`[[tool.finewarden.sources]]`: one source of training data and what allows its use.

    *evidence_sha256*: of the file *evidence* names. *purposes*: what the data may be used for, empty for anything.
    *collected*: when it was taken. *robots*, *tdmrep* and *terms*: the site's robots.txt, /.well-known/tdmrep.json and
    terms as they stood then, files beside the policy, each with its SHA-256. *rows*: which rows are of this source, as
    column and values, `"@file"` standing for the name of the file; without it, those whose
    `training_data.source_column` holds *name*, or all rows where there is one source and no row has that column. A file
    of sources beside the policy (`sources_file`) has the same keys. *deidentification* is what whoever gave the data
    did to them, which may be what `finewarden deidentify` never does: it writes no plain hashes.
    """

    name: str
    uri: str | None = None
    license: str | None = None
    authorisation: Literal["license", "contract", "consent", "public-domain", "own", "terms"]
    evidence: str | None = None
    expires: date | None = None
    personal_data: bool | None = None
    generated_by: str | None = None  # Hub id or service whose outputs these are
    deidentification: Literal["mask", "hash", "pseudonym", "generalise", "drop", "surrogate"] | None = None
    kind: Literal["public", "licensed", "crawled", "user", "synthetic"] | None = None
    evidence_sha256: Sha256 | None = None
    approver: str | None = None
    purposes: tuple[str, ...] = ()
    collected: date | None = None
    robots: str | None = None
    robots_sha256: Sha256 | None = None
    tdmrep: str | None = None
    tdmrep_sha256: Sha256 | None = None
    terms: str | None = None
    terms_sha256: Sha256 | None = None
    terms_reviewed: Literal["allowed", "prohibited"] | None = None
    rows: dict[str, tuple[str, ...]] = {}


class TrainingData(_Strict):
    """`[tool.finewarden.training_data]`: what may be trained on.

    *limits*: the most findings of an entity that pass, by its name (`EMAIL_ADDRESS = 0`); what is not named is held to
    the default of its kind (personal_data/entities.py). *k*: how many subjects must share a combination of
    quasi-identifiers. *subject*: the column that names whose row it is; each row its own without it. *source_column*:
    the column that names a row's source. *purpose*: what the model is trained for. *recognizers*: Presidio recognizers
    of your own, as `module:attribute`, importable from the policy's folder; their module is run.
    """

    languages: tuple[Literal["zh", "en"], ...] = ("zh", "en")
    limits: dict[str, Annotated[int, Field(ge=0)]] = {}
    k: Annotated[int, Field(ge=1)] = 5
    subject: str | None = None
    source_column: str = "source"
    purpose: str | None = None
    recognizers: tuple[Recognizer, ...] = ()


class Deidentify(_Strict):
    """`[tool.finewarden.deidentify]`: how personal data is taken out of training data.

    *plan*: the operator of an entity, by its name (`PERSON = "pseudonym"`); what is not named goes by its kind
    (personal_data/deidentify/plan.py). *numbers_kept*: columns whose numbers are known to be no personal data, though
    they look like it.
    """

    plan: dict[str, str] = {}
    numbers_kept: tuple[str, ...] = ()


class Permission(_Strict):
    """`[[tool.finewarden.permissions]]`: what a licensor granted beyond the license, or a registration it asks for.

    *license* is a record's key, *clause* the clause that it answers, *evidence* a file beside the policy.
    """

    license: str
    clause: str
    evidence: str
    expires: date | None = None


class OwnLicense(LicenseRecord):
    """`[[tool.finewarden.licenses]]`: a record of your own, or one in the place of a shipped one of its key.

    *text_file*, relative to the policy, is the license text that the release must carry.
    """

    text_file: str | None = None


Flop = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class Eu(_Strict):
    """`[tool.finewarden.eu]`, for `region = ["EU"]`: compute in floating-point operations, and what it obliges to.

    *training_summary* is a file of the release, *copyright_policy* an address or a file of the release.
    """

    base_training_flop: Flop | None = None
    fine_tuning_flop: Flop | None = None
    systemic_risk: bool = False
    training_summary: str = "training_summary.md"
    copyright_policy: str | None = None


class Cn(_Strict):
    """`[tool.finewarden.cn]`, for `region = ["CN"]`: *sample_outputs* (JSON, JSONL or Markdown, beside the policy) are
    answers as users get them, *clean* of *sampled* training records were found free of what is unlawful.
    """

    sample_outputs: str | None = None
    explicit_label: str | None = None
    sampled: Annotated[int, Field(ge=1)] | None = None
    clean: Annotated[int, Field(ge=0)] | None = None

    @field_validator("clean")
    @classmethod
    def _of_sampled(cls, given: int | None, info: ValidationInfo) -> int | None:
        sampled = info.data.get("sampled")
        if given is not None and (sampled is None or given > sampled):
            raise ValueError(f"clean is {given}, allowed: up to sampled, which is {sampled}")
        return given


class Policy(_Strict):
    """The whole policy. Every field is optional: an audit that needs one it lacks says so.

    *sources_file*, beside the policy, holds further `sources`; without it, a `sources.yaml` there is read whose entries
    are plainly ours (policy_sources.py).
    """

    base_model: str | None = None
    release_name: str | None = None
    license: str | None = None
    form: Literal["adapter", "weights", "quantised", "api"] | None = None
    audience: Literal["internal", "customers", "public"] | None = None
    commercial: bool | None = None
    monthly_active_users: Annotated[int, Field(ge=0)] | None = None
    daily_active_users: Annotated[int, Field(ge=0)] | None = None
    monthly_revenue_usd: Annotated[int, Field(ge=0)] | None = None
    annual_revenue_usd: Annotated[int, Field(ge=0)] | None = None
    territory: tuple[str, ...] = ()
    region: tuple[Literal["EU", "CN"], ...] = ()
    eu: Eu = Eu()
    cn: Cn = Cn()
    privacy: Privacy = Privacy()
    audit: Audit = Audit()
    training_data: TrainingData = TrainingData()
    deidentify: Deidentify = Deidentify()
    sources: tuple[Source, ...] = ()
    sources_file: str | None = None
    permissions: tuple[Permission, ...] = ()
    licenses: tuple[OwnLicense, ...] = ()

    _file: str | None = PrivateAttr(default=None)
    _folder: Path | None = PrivateAttr(default=None)

    @property
    def file(self) -> str | None:
        """The file the policy was read from; None when there is none and every value is a default."""
        return self._file

    @property
    def folder(self) -> Path | None:
        """Where the policy's file lies, and with it the evidence that it names; None without a file."""
        return self._folder

    def origin(self, key: str) -> str:
        """Where the value of *key* (dotted, `audit.alpha`) came from: "pyproject.toml" or "default".

        Raises KeyError when the policy has no such key.
        """
        at: Any = self
        for part in key.split("."):
            if isinstance(at, dict):
                if part not in at:
                    return "default"
                at = at[part]
                continue
            if not isinstance(at, BaseModel) or part not in type(at).model_fields:
                raise KeyError(key)
            if part not in at.model_fields_set:
                return "default"
            at = getattr(at, part)
        return self._file or "code"


def find(start: Path) -> Path | None:
    """The nearest policy from *start* upwards: `finewarden.toml`, or a `pyproject.toml` with `[tool.finewarden]`."""
    for folder in (start, *start.parents):
        own, project = folder / "finewarden.toml", folder / "pyproject.toml"
        if own.is_file():
            return own
        if project.is_file() and "finewarden" in _read(project).get("tool", {}):
            return project
    return None


def load(path: Path | None) -> Policy:
    """The policy of *path*; all defaults for None. Raises PolicyError, whose text is one sentence a problem."""
    if path is None:
        return Policy()
    data = _read(path)
    prefix = ""
    if path.name == "pyproject.toml":
        data = data.get("tool", {}).get("finewarden", {})
        prefix = "tool.finewarden."
    try:
        # TOML has no tuples: lax in containers only, strict in every scalar.
        policy = Policy.model_validate(_tuples(data))
    except ValidationError as error:
        raise PolicyError("\n".join(f"{path}: {said}" for said in problems(error, prefix, keys_at=_keys_at))) from None
    folder = path.resolve().parent
    if policy.sources_file is not None:
        policy = _with_sources(policy, folder / policy.sources_file)
    elif (folder / _SOURCES).is_file():
        from finewarden.policy_sources import is_ours  # yaml: only where there is such a file

        if is_ours(folder / _SOURCES):
            policy = _with_sources(policy, folder / _SOURCES)
    policy._file = path.name
    policy._folder = folder
    return policy


_SOURCES = "sources.yaml"


class _Sources(_Strict):
    sources: tuple[Source, ...]


def _with_sources(policy: Policy, path: Path) -> Policy:
    """*policy* with the sources of the file *path* behind its own."""
    from finewarden.policy_sources import read_sources  # yaml: only where there is such a file

    try:
        more = _Sources.model_validate({"sources": _tuples(read_sources(path))}).sources
    except ValidationError as error:
        raise PolicyError("\n".join(f"{path}: {said}" for said in problems(error, "", keys_at=_keys_at))) from None
    except ValueError as error:
        raise PolicyError(f"{path}: {error}") from None
    known: set[str] = {source.name for source in policy.sources}
    for source in more:
        if source.name in known:
            raise PolicyError(
                f"{path}: source {source.name!r} is there already, here or in the policy; keep one of the two"
            )
        known.add(source.name)
    return policy.model_copy(update={"sources": (*policy.sources, *more), "sources_file": path.name})


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise PolicyError(f"{path}: can't be read ({error.strerror}); name a readable file") from None
    except UnicodeDecodeError:
        raise PolicyError(f"{path}: is not UTF-8; save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(f"{path}: is not TOML: {error}") from None


def _tuples(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _tuples(item) for key, item in value.items()}
    if isinstance(value, list):
        return tuple(_tuples(item) for item in value)
    return value


def _keys_at(loc: tuple[int | str, ...]) -> list[str]:
    tables: dict[int | str, type[BaseModel]] = {
        "privacy": Privacy,
        "audit": Audit,
        "eu": Eu,
        "cn": Cn,
        "sources": Source,
        "training_data": TrainingData,
        "deidentify": Deidentify,
        "permissions": Permission,
        "licenses": OwnLicense,
        "models": ModelPattern,
        "obligations": Obligation,
        "thresholds": Threshold,
        "territory": Territory,
        "outputs": Outputs,
        "source": TextSource,
        "sampling": Sampling,
        "extraction": Extraction,
    }
    model: type[BaseModel] = Policy
    for part in loc:
        model = tables.get(part, model)
    return sorted(model.model_fields)
