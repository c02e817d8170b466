"""`finalize(model_dir, policy)`: a training output becomes a folder that can be published.

All of it is drafted first, shown as a diff, then written. Everything it does can be undone by hand: leftovers of
training are moved beside the folder, never deleted; a person's text is kept; files are replaced in one step each,
`model_card.json` last, so that an interrupted call leaves a record that no longer matches its files, which the audit
refuses, and a second call completes the first.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from finewarden import policy as policies
from finewarden.artifacts.folder import UnreadableFile
from finewarden.evidence.directory import RUN_LOG, evidence_dir
from finewarden.evidence.lock import Locked, held
from finewarden.evidence.run_log import RunLogError
from finewarden.licensing.library import RecordError
from finewarden.policy import Policy
from finewarden.release import caches, facts, hashes, leftovers, license_file, license_missing, own_folder
from finewarden.release.caches import CacheFile
from finewarden.release.difference import difference
from finewarden.release.draft import Draft
from finewarden.release.facts import RunFacts
from finewarden.release.leftovers import Moved, is_leftover
from finewarden.release.license_duties import Owed
from finewarden.release.missing import Missing
from finewarden.release.notice import NOTICE, draft_notice
from finewarden.release.own_folder import FolderError
from finewarden.release.publish import draft_cards, draft_paths, draft_record, owed_by

__all__ = ["FinalizeError", "FinalizeReport", "finalize", "resolve_policy"]

LEFTOVERS = "leftovers"
_LOCK = "finalize.lock"


class FinalizeError(ValueError):
    """A folder that can't be made ready; one sentence that ends in what to do."""


@dataclass(frozen=True)
class FinalizeReport:
    """What `finalize` did, or would do in a *dry_run*. *diff*: what changed in the files that speak, as a unified diff.
    *caches*: plain-text copies of the training data outside the folder, with why each stays (None: it was removed)."""

    model_dir: Path
    written: tuple[str, ...]
    moved: tuple[Moved, ...]
    missing: tuple[Missing, ...]
    caches: tuple[tuple[CacheFile, str | None], ...]
    diff: str = ""
    dry_run: bool = False

    @property
    def complete(self) -> bool:
        """Whether nothing is missing that this room knows of; the audits have the last word."""
        return not self.missing

    def text(self) -> str:
        """The report for a terminal: what was written, moved, found outside the folder, and what is still missing."""
        wrote, moved, is_ = ("would write", "would move ", "would be") if self.dry_run else ("wrote   ", "moved   ", "")
        ready = f"{is_} ready for the audit" if self.complete else "not ready yet"
        lines = [f"{self.model_dir.name}/: {ready.strip()}{' (nothing was written)' if self.dry_run else ''}"]
        lines += [f"  {wrote} {name}" for name in self.written]
        lines += [f"  {moved} {each.name} -> {each.to}" for each in self.moved]
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
    dry_run: bool = False,
    show: Callable[[str], object] | None = None,
) -> FinalizeReport:
    """Make *model_dir* ready for publishing: model_card.json, model_card.md, README.md, LICENSE and NOTICE, nothing
    private, and what the licenses of its base models ask to be said.

    *policy*: a Policy, its file, or None for the nearest one from the current folder upwards. *base_model_dir*: where
    the base model's LICENSE and NOTICE are copied from (default: the folder it was trained from, if it is still
    there); files that are there already stay. *license_file* becomes `LICENSE`, in the place of one that is there.
    *purge_caches*: remove the copies of the training data that the run recorded. *dry_run*: write and move nothing,
    only report. *show* is called with the diff, if there is any, before anything is written.

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
        with nullcontext() if dry_run else held(evidence / _LOCK):
            return _finalize(
                folder,
                settled,
                evidence,
                base_model_dir=Path(base_model_dir) if base_model_dir is not None else None,
                given=Path(license_file) if license_file is not None else None,
                purge_caches=purge_caches,
                dry_run=dry_run,
                show=show,
            )
    except (FolderError, Locked, RecordError, RunLogError, UnreadableFile) as error:
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
    dry_run: bool,
    show: Callable[[str], object] | None,
) -> FinalizeReport:
    log = evidence / RUN_LOG
    draft = Draft(folder)
    missing = _drafted(draft, policy, facts.read(log), evidence, base_model_dir, given)
    changes = draft.changes()
    diff = difference(changes)
    if diff and show is not None:
        show(diff)
    if dry_run:
        moved = leftovers.find(folder, evidence / LEFTOVERS)
    else:
        moved = leftovers.move(folder, evidence / LEFTOVERS)
        for change in changes:
            draft.write(change)
    copies = caches.recorded(log)
    purges = purge_caches and not dry_run
    kept = tuple(caches.purge(copies)) if purges else tuple((file, "purge_caches removes it") for file in copies)
    written = tuple(change.name for change in changes)
    return FinalizeReport(folder, written, tuple(moved), tuple(dict.fromkeys(missing)), kept, diff, dry_run)


def _drafted(
    draft: Draft, policy: Policy, run: RunFacts | None, evidence: Path, base_model_dir: Path | None, given: Path | None
) -> list[Missing]:
    """Put everything into *draft*, the record last; returns what is missing."""
    license_sha256 = _licenses(draft, run, base_model_dir, given)
    paths = draft_paths(draft, policy, run)
    what_is_owed, unsaid = _owed(draft, policy, run)
    missing = [*license_missing.missing_texts(draft, what_is_owed), *paths]
    here = sorted(path.name for path in draft.folder.iterdir() if path.is_symlink())
    links = [name for name in here if not is_leftover(name)]
    if links:
        missing.append(Missing(f"{', '.join(links)}: a link, which is not recorded", "put the files themselves there"))
    missing += unsaid
    bound = {path.name: hashes.commitment(path) for path in sorted(evidence.glob("*.jsonl"))}
    hashed = hashes.hash_folder(draft.folder, draft.contents())
    try:
        card = draft_record(draft, policy, run, license_sha256=license_sha256, files=hashed, commitments=bound)
    except FolderError as error:
        return [*missing, Missing(str(error), "mend it and run `finewarden finalize` again")]
    return missing + draft_cards(draft, policy, run, card, what_is_owed).missing


def _owed(draft: Draft, policy: Policy, run: RunFacts | None) -> tuple[Owed | None, list[Missing]]:
    """What the licenses ask for, with their notices put into *draft*; and what is missing to do so."""
    try:
        card = draft_record(draft, policy, run)
    except FolderError:  # told where the record itself is made
        return None, []
    found = owed_by(draft, policy, run, card)
    if found is not None:
        try:
            draft_notice(draft, found, name=card.release_name or draft.folder.name)
        except FolderError as error:
            return found, [Missing(f"{NOTICE}: {error}", "mend it and run `finewarden finalize` again")]
    return found, []


def _licenses(draft: Draft, run: RunFacts | None, base_model_dir: Path | None, given: Path | None) -> str | None:
    """Put the license files into *draft*; the hash of the base model's own."""
    if given is not None:
        license_file.copy_given(given, draft)
    base = base_model_dir
    if base is None and run is not None and run.base is not None and run.base.local:
        trained_from = Path(run.base.written)
        base = trained_from if trained_from.is_dir() and trained_from.resolve() != draft.folder else None
    if base is None:
        return None
    license_file.copy_from_base(base, draft)
    return license_file.license_sha256(base)
