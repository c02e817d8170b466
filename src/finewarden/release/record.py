"""The record of a release, put together from what is known and nothing else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from finewarden import __version__
from finewarden.evidence.model_card import Base, Commitment, DataSource, FileHash, ModelCard, PrivacyClaim, Training
from finewarden.licensing.base.names import is_hub_id, is_local
from finewarden.policy import Policy, Source
from finewarden.redaction import redact
from finewarden.release import privacy
from finewarden.release.draft import Draft
from finewarden.release.facts import RunFacts
from finewarden.release.hashes import NOT_HASHED
from finewarden.release.private_values import last_part

__all__ = ["build"]


def build(
    draft: Draft,
    policy: Policy,
    facts: RunFacts | None,
    *,
    previous: ModelCard | None = None,
    license_sha256: str | None = None,
    files: Mapping[str, FileHash] | None = None,
    commitments: Mapping[str, Commitment] | None = None,
) -> ModelCard:
    """The record of the folder of *draft*.

    What people declare comes from *policy*; with no policy at all, from the *previous* record. What happened comes from
    *facts*, or without a run log from *previous*. Raises FolderError when the folder's configuration can't be read.
    """
    declared = _declared(policy, previous)
    adapter = draft.read_json("adapter_config.json")
    run = facts or RunFacts()
    loaded = run.base.id if run.base else _adapter_base(adapter, run)
    revision = run.base.revision if run.base else None
    if facts is None and previous is not None:
        loaded = loaded or previous.base.loaded_from or previous.base_model
        revision = previous.base.revision
    base_model = declared["base_model"] or loaded
    claim = privacy.claim_of(draft.folder)
    return ModelCard(
        written_by=f"finewarden {__version__}",
        release_name=declared["release_name"],
        form=declared["form"] or _form(draft, adapter),
        base_model=base_model,
        base=Base(
            revision=revision,
            loaded_from=loaded if loaded != base_model else None,
            license_sha256=license_sha256 or (previous.base.license_sha256 if previous else None),
        ),
        license=declared["license"],
        training_data_source=", ".join(source.name for source in declared["sources"]) or None,
        **_training(facts, previous, claim),
        privacy=claim,
        sources=declared["sources"],
        files=dict(files) if files is not None else None,
        not_hashed=NOT_HASHED if files is not None else (),
        commitments=dict(commitments or {}),
    )


def _declared(policy: Policy, previous: ModelCard | None) -> dict[str, Any]:
    keys = ("release_name", "form", "base_model", "license")
    if previous is not None and policy == Policy():
        return {key: getattr(previous, key) for key in keys} | {"sources": previous.sources}
    found = {key: getattr(policy, key) for key in keys}
    if found["base_model"] is not None and is_local(found["base_model"]):
        found["base_model"] = None
    found |= {key: _public(found[key]) for key in ("release_name", "license")}
    return found | {"sources": tuple(_source(source) for source in policy.sources)}


def _training(facts: RunFacts | None, previous: ModelCard | None, claim: PrivacyClaim | None) -> dict[str, Any]:
    if facts is None:
        keys = ("training", "training_date", "unsloth_version", "packages", "guards")
        return {key: getattr(previous, key) for key in keys} if previous is not None else {}
    # Under a public bound the number of rows is what the guarantee hides.
    hidden = claim is not None and claim.dataset_size_is == "public bound"
    return {
        "training": Training(
            started=facts.started,
            ended=facts.ended,
            steps=facts.steps,
            examples=None if hidden else facts.examples,
            resumed=facts.resumed,
        ),
        "training_date": facts.ended.date() if facts.ended else None,
        "unsloth_version": facts.unsloth_version,
        "packages": facts.packages,
        "guards": facts.guards,
    }


def _source(source: Source) -> DataSource:
    return DataSource(
        name=_public(source.name) or "",
        uri=_public(source.uri),
        license=_public(source.license),
        authorisation=source.authorisation,
        evidence=_public(source.evidence),
        expires=source.expires,
        personal_data=source.personal_data,
        kind=source.kind,
        collected=source.collected,
        purposes=tuple(redact(purpose) for purpose in source.purposes),
        evidence_sha256=source.evidence_sha256,
        robots_sha256=source.robots_sha256,
        tdmrep_sha256=source.tdmrep_sha256,
        terms_sha256=source.terms_sha256,
    )


def _public(text: str | None) -> str | None:
    """*text* as a public record may hold it: the last part of a path on this machine, secrets masked."""
    if text is None:
        return None
    if re.match(r"/|~|\\\\|file:|[A-Za-z]:[\\/]", text):
        return last_part(text)
    return redact(text)


def _adapter_base(adapter: Any, run: RunFacts) -> str | None:
    value = adapter.get("base_model_name_or_path") if isinstance(adapter, dict) else None
    return value if isinstance(value, str) and not run.local(value) and is_hub_id(value) else None


def _form(draft: Draft, adapter: Any) -> Any:
    """What the files are; None when they do not tell."""
    if isinstance(adapter, dict):
        return "adapter"
    config = draft.read_json("config.json")
    if any(draft.folder.glob("*.gguf")) or (isinstance(config, dict) and "quantization_config" in config):
        return "quantised"
    return "weights" if any(draft.folder.glob("*.safetensors")) else None
