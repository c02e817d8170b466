"""`finalize(model_dir, policy)`: a training output becomes a folder that can be published.

Everything it does can be undone by hand: leftovers of training are moved beside the folder, never deleted; a person's
text is kept; files are replaced in one step each, `model_card.json` last, so that an interrupted call leaves a record
that no longer matches its files, which the audit refuses, and a second call completes the first.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from finewarden import policy as policies
from finewarden.evidence.directory import RUN_LOG, evidence_dir
from finewarden.evidence.lock import Locked, held
from finewarden.evidence.run_log import RunLogError
from finewarden.licensing.license_files import find_license
from finewarden.policy import Policy
from finewarden.release import caches, facts, hashes, leftovers, license_file, own_folder
from finewarden.release.caches import CacheFile
from finewarden.release.facts import RunFacts
from finewarden.release.leftovers import Moved
from finewarden.release.missing import Missing
from finewarden.release.own_folder import FolderError
from finewarden.release.publish import clean_paths, publish

__all__ = ["FinalizeError", "FinalizeReport", "finalize", "resolve_policy"]

LEFTOVERS = "leftovers"
_LOCK = "finalize.lock"


class FinalizeError(ValueError):
    """A folder that can't be made ready; one sentence that ends in what to do."""


@dataclass(frozen=True)
class FinalizeReport:
    """What `finalize` did. *caches*: plain-text copies of the training data outside the folder, with why each stays
    (None: it was removed)."""

    model_dir: Path
    written: tuple[str, ...]
    moved: tuple[Moved, ...]
    missing: tuple[Missing, ...]
    caches: tuple[tuple[CacheFile, str | None], ...]

    @property
    def complete(self) -> bool:
        """Whether nothing is missing that this room knows of; the audits have the last word."""
        return not self.missing

    def text(self) -> str:
        """The report for a terminal: what was written, moved, found outside the folder, and what is still missing."""
        lines = [f"{self.model_dir.name}/: {'ready for the audit' if self.complete else 'not ready yet'}"]
        lines += [f"  wrote    {name}" for name in self.written]
        lines += [f"  moved    {moved.name} -> {moved.to}" for moved in self.moved]
        for file, stays in self.caches:
            lines.append(f"  removed  {file.path}" if stays is None else f"  copy     {file.path} ({stays})")
        for missing in self.missing:
            lines += [f"  missing  {missing.what}", f"           -> {missing.mend}"]
        return "\n".join(lines)


def finalize(
    model_dir: Path | str,
    policy: Policy | Path | str | None = None,
    *,
    base_model_dir: Path | str | None = None,
    license_file: Path | str | None = None,
    purge_caches: bool = False,
) -> FinalizeReport:
    """Make *model_dir* ready for publishing: model_card.json, model_card.md, README.md and LICENSE, nothing private.

    *policy*: a Policy, its file, or None for the nearest one from the current folder upwards. *base_model_dir*: where
    the base model's LICENSE and NOTICE are copied from (default: the folder it was trained from, if it is still
    there); files that are there already stay. *license_file* becomes `LICENSE`, in the place of one that is there.
    *purge_caches*: remove the copies of the training data that the run recorded.

    Idempotent, and safe to repeat after an interruption. What can't be known (a license, a base, a source) is never
    made up but named in `missing`. Raises FinalizeError for a folder that holds no model or is being finalized by
    someone else, PolicyError for a policy that can't be read.
    """
    folder = Path(model_dir)
    if not folder.is_dir():
        raise FinalizeError(
            f"model_dir: got {str(model_dir)!r}, which is no folder: give the folder that training wrote"
        )
    folder = folder.resolve()
    if not own_folder.is_model_folder(folder):
        raise FinalizeError(
            f"model_dir: {folder.name}/ holds no config.json, adapter_config.json or .gguf file: "
            "give the folder that training wrote, after trainer.save_model()"
        )
    settled = resolve_policy(policy)
    evidence = evidence_dir(folder)
    try:
        with held(evidence / _LOCK):
            return _finalize(
                folder,
                settled,
                evidence,
                base_model_dir=Path(base_model_dir) if base_model_dir is not None else None,
                given=Path(license_file) if license_file is not None else None,
                purge_caches=purge_caches,
            )
    except (FolderError, Locked, RunLogError) as error:
        raise FinalizeError(str(error)) from None
    except OSError as error:
        raise FinalizeError(f"{error.filename or folder.name}: {error.strerror}; make the folder writable") from None


def resolve_policy(policy: Policy | Path | str | None) -> Policy:
    """*policy* itself, read from the file it names, or the nearest one from the current folder upwards."""
    if isinstance(policy, Policy):
        return policy
    return policies.load(Path(policy) if policy is not None else policies.find(Path.cwd()))


def _finalize(
    folder: Path,
    policy: Policy,
    evidence: Path,
    *,
    base_model_dir: Path | None,
    given: Path | None,
    purge_caches: bool,
) -> FinalizeReport:
    log = evidence / RUN_LOG
    run = facts.read(log)
    missing: list[Missing] = []
    moved = leftovers.move(folder, evidence / LEFTOVERS)
    written, license_sha256 = _licenses(folder, run, base_model_dir, given)
    if find_license(path.name for path in folder.iterdir() if path.is_file()) is None:
        mend = "give license_file= (the text you release under) or base_model_dir= (the base model's folder)"
        missing.append(Missing("LICENSE", mend))
    cleaned = clean_paths(folder, policy, run)
    written += cleaned.written
    missing += cleaned.missing
    links = sorted(path.name for path in folder.iterdir() if path.is_symlink())
    if links:
        missing.append(Missing(f"{', '.join(links)}: a link, which is not recorded", "put the files themselves there"))
    hashed = hashes.hash_folder(folder)
    bound = {path.name: hashes.commitment(path) for path in sorted(evidence.glob("*.jsonl"))}
    outcome = publish(folder, policy, run, license_sha256=license_sha256, files=hashed, commitments=bound)
    written += outcome.written
    missing += outcome.missing
    copies = caches.recorded(log)
    kept = tuple(caches.purge(copies)) if purge_caches else tuple((file, "purge_caches removes it") for file in copies)
    return FinalizeReport(folder, tuple(dict.fromkeys(written)), tuple(moved), tuple(missing), kept)


def _licenses(
    folder: Path, run: RunFacts | None, base_model_dir: Path | None, given: Path | None
) -> tuple[list[str], str | None]:
    """Files written, and the hash of the base model's own license file."""
    written: list[str] = []
    if given is not None:
        written += license_file.copy_given(given, folder)
    base = base_model_dir
    if base is None and run is not None and run.base is not None and run.base.local:
        trained_from = Path(run.base.written)
        base = trained_from if trained_from.is_dir() and trained_from.resolve() != folder else None
    if base is None:
        return written, None
    return written + license_file.copy_from_base(base, folder), license_file.license_sha256(base)
