"""What the release audits read from a folder, as facts: README, record, who names which base and which license."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from finewarden import front_matter
from finewarden.artifacts.folder import Folder, UnreadableFile
from finewarden.artifacts.hashing import hash_files
from finewarden.artifacts.names import escaped
from finewarden.artifacts.progress import progress_bar
from finewarden.evidence.model_card import MODEL_CARD, ModelCard, ModelCardError, parse
from finewarden.front_matter import FrontMatterError
from finewarden.licensing.base.names import Claim, base_claims, is_hub_id
from finewarden.licensing.hub_licenses import HUB_LICENSES, as_front_matter, hub_id, same_license
from finewarden.licensing.license_files import find_license
from finewarden.policy import Policy
from finewarden.release import hashes

__all__ = [
    "LIMIT",
    "README",
    "Readme",
    "compared",
    "declared",
    "disagreements",
    "license_problems",
    "line_of",
    "named_bases",
    "named_license",
    "read_card",
    "read_readme",
    "shown",
    "type_problems",
]

README = "README.md"
LIMIT = 2**20
_TEXT_KEYS = ("license", "license_name", "license_link", "library_name", "pipeline_tag", "model_name")
_LIST_KEYS = ("base_model", "datasets", "tags", "language", "metrics")


@dataclass(frozen=True)
class Readme:
    """README.md as it was found; *front* is empty when there is none, *error* says why it can't be read."""

    text: str
    front: dict[str, Any]
    has_front: bool
    error: FrontMatterError | None


def compared(release: Folder, card: ModelCard, *, hashing: bool) -> tuple[list[str], list[str], list[str]]:
    """Files that differ from the record, that are gone, that it does not know."""
    recorded = card.files or {}
    here = {file.rel: file.size for file in release.files if hashes.is_hashed(file.rel)}
    changed = {rel for rel, size in here.items() if rel in recorded and size != recorded[rel].bytes}
    if hashing:
        same_size = [file for file in release.files if file.rel in here and file.rel in recorded.keys() - changed]
        with progress_bar("hashing the release", sum(file.size for file in same_size)) as progress:
            made = hash_files(release, same_size, progress=progress)
        changed |= {rel for rel, digest in made.items() if digest != recorded[rel].sha256}
    return sorted(changed), sorted(set(recorded) - set(here)), sorted(set(here) - set(recorded))


def disagreements(
    card: ModelCard | None, readme: Readme | None, policy: Policy, release: Folder
) -> list[tuple[str, str, str]]:
    """(rule, where, what) for each thing that two of record, README and policy say differently."""
    found = []
    license_ = _text(readme.front.get("license")) if readme is not None else None
    said = {MODEL_CARD: card.license if card else None, "the policy": policy.license}
    if readme is not None and license_ is not None:
        said[README] = named_license(readme, license_)
    known = [(where, value) for where, value in said.items() if value]
    for where, value in known[1:]:
        if same_license(known[0][1], value) is False:
            found.append(("license", where, f"{where} says {shown(value)}, {known[0][0]} says {shown(known[0][1])}"))
    for key in ("release_name", "form"):
        mine, theirs = getattr(card, key, None), getattr(policy, key)
        if mine and theirs and mine != theirs:
            found.append((key, MODEL_CARD, f"{MODEL_CARD} says {key} {shown(mine)}, the policy says {theirs}"))
    adapter = release.get("adapter_config.json") is not None
    if (policy.form == "adapter" and not adapter) or (policy.form == "weights" and adapter):
        what = f"the policy says {policy.form}, but there is {'an' if adapter else 'no'} adapter_config.json"
        found.append(("form", "adapter_config.json", what))
    if card is not None and policy.sources:
        absent = {source.name for source in policy.sources} ^ {source.name for source in card.sources}
        if absent:
            found.append(
                ("sources", MODEL_CARD, f"record and policy name other sources: {shown(', '.join(sorted(absent)))}")
            )
    return found


def license_problems(readme: Readme, release: Folder, known: str | None) -> list[tuple[str, str, str, str]]:
    """(rule, key, what, mend), where *known* is the license that there is to state; a key that TRL's template misspelt
    is told by `release.generator_defaults` alone."""
    front = readme.front
    keys = as_front_matter(known) if known is not None else {"license": "<id>"}
    lines = ", ".join(f"`{key}: {text}`" for key, text in keys.items() if text is not None)
    value = front.get("license")
    if front.get("licence") not in (None, "license"):
        return [("misspelt", "licence", "the key is spelt `licence`, which the Hub ignores", "write `license:`")]
    if value is None or value == "unknown":
        if front.get("licence") == "license":
            return []
        what = "it names no license" if readme.has_front else "it has no front matter, and so no license"
        return [("missing-license", "license", what, f"add to its front matter: {lines}")]
    if value == "other":
        lacks = [key for key in ("license_name", "license_link") if not front.get(key)]
        if "license_name" in lacks or (lacks and find_license(file.rel for file in release.files) is None):
            what = f"license: other says nothing without {' and '.join(lacks)}"
            return [("other-license", "license", what, "add `license_name: <name>` and `license_link: LICENSE`")]
    elif isinstance(value, str) and value not in HUB_LICENSES:
        near = hub_id(value)
        mend = f"write `license: {near}`" if near else "write `license: other` with license_name and license_link"
        what = f"{value[:60]!r} is none of the identifiers that the Hub lists"
        return [("unknown-license", "license", what, mend)]
    return []


def type_problems(front: dict[str, Any]) -> list[tuple[str, str]]:
    wrong = [(key, "text") for key in _TEXT_KEYS if not isinstance(front.get(key, ""), str)]
    for key in _LIST_KEYS:
        value = front.get(key, [])
        items = value if isinstance(value, list) else [value]
        if not all(isinstance(item, str) for item in items):
            wrong.append((key, "text or a list of texts"))
    if not isinstance(front.get("model-index", []), list):
        wrong.append(("model-index", "a list"))
    return wrong


def declared(front: dict[str, Any]) -> list[tuple[str, str]]:
    """Each text of the keys that tools fill with what they were given; a tag's value without its prefix."""
    found = []
    for key in ("base_model", "datasets", "tags"):
        value = front.get(key, [])
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, str):
                bare = re.sub(r"^(?:base_model|dataset)(?::[a-z]+)?:", "", item) if key == "tags" else item
                found.append((key, bare))
    return found


def named_bases(release: Folder, readme: Readme | None, policy: Policy) -> list[Claim]:
    """Who names the base model: the policy first, then the adapter, which PEFT wrote, then the rest."""
    found = base_claims(
        readme.front if readme else {}, _json(release, "adapter_config.json"), _json(release, "config.json")
    )
    found.sort(key=lambda claim: claim.where.startswith(README))
    if policy.base_model and is_hub_id(policy.base_model):
        found.insert(0, Claim("the policy", policy.base_model))
    return found


def read_readme(release: Folder) -> Readme | None:
    """README.md; None when it is absent or no text at all."""
    if release.get(README) is None:
        return None
    try:
        text = release.text(README, limit=LIMIT)
    except UnreadableFile as error:
        return Readme("", {}, False, FrontMatterError(1, error.reason))
    try:
        front, _ = front_matter.split(text)
        return Readme(text, front_matter.parse(front or ""), front is not None, None)
    except FrontMatterError as error:
        return Readme(text, {}, True, error)


def read_card(release: Folder) -> ModelCard | None:
    """The record; None when absent or invalid, which `release.record` tells."""
    try:
        if release.get(MODEL_CARD) is None:
            return None
        release.json(MODEL_CARD)  # refuses keys given twice, of which two readers take different ones
        return parse(release.text(MODEL_CARD))
    except (UnreadableFile, ModelCardError):
        return None


def _json(release: Folder, rel: str) -> Any:
    """*rel*, or None: a file that can't be read is told by the artifact audits."""
    try:
        return release.json(rel) if release.get(rel) else None
    except UnreadableFile:
        return None


def named_license(readme: Readme, license_: str) -> str:
    """For `other`, the name that goes with it."""
    return _text(readme.front.get("license_name")) or license_ if license_ == "other" else license_


def shown(text: str) -> str:
    """*text* of the folder's own files as a report may print it."""
    return escaped(text[:200])


def line_of(readme: Readme, key: str) -> str:
    """README.md with the line on which *key* stands, when it does."""
    for number, line in enumerate(readme.text.splitlines(), start=1):
        if line.startswith(f"{key}:"):
            return f"{README}:{number}"
    return README


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value.strip() else None
