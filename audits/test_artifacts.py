"""What lies in the folder: can it be read, does anything of it run code, does it give away secrets, people or data?

Nothing is loaded, followed or written. Weights are known by their headers; every other file is searched by content, in
archives and pickles too. Tolerance: none. What training itself leaves behind is one warning with its mend, and a
failure only for a public release; a live token or unsafe code fails wherever it lies and can't be waived.
"""

from __future__ import annotations

from collections import defaultdict

import pytest

from finewarden.artifacts.contents import Contents, Sighting, look_into
from finewarden.artifacts.folder import Folder, UnreadableFile
from finewarden.artifacts.identity import this_identity
from finewarden.artifacts.leftovers import find_leftovers
from finewarden.artifacts.model_parts import configs_that_fail, missing_shards, what_is_missing
from finewarden.artifacts.named_paths import named_paths
from finewarden.artifacts.names import printable
from finewarden.artifacts.weights import model_sizes, stray_tensors
from finewarden.gate.judge import Judge
from finewarden.leftovers import leftover_kind
from finewarden.redaction import mask

_LINKS = "replace links by what they point to: cp -rL <folder> <copy>, and audit the copy"
HAZARDS = {
    "link-out": ("a link out of the folder, not followed and so not audited", _LINKS),
    "link-file": ("a link, not followed and so not audited", _LINKS),
    "link-broken": ("a link to nothing", "delete it, or copy the file that it stood for"),
    "link-folder": ("a link to a folder, which is audited under its own name", _LINKS),
    "special": ("no file", "delete it: a release holds files and folders only"),
    "odd-name": ("a name that hides, reorders or breaks text where it is shown", "rename it in plain characters"),
    "unreadable": ("not readable", "mend its owner or permissions (chmod -R u+rX) and audit again"),
    "sparse": ("mostly holes: a sparse file, or a download that broke off", "write or download it anew"),
    "too-many": ("more entries than any model has", "name the model's own folder, not one above it"),
    "too-deep": ("nested deeper than any model", "name the model's own folder, or flatten it"),
}
# Where documentation puts things (`vllm serve /data/models/x`); in settings such a path is the trainer's own.
_ANYBODYS = ("/mnt/", "/media/", "/workspace/", "/data/", "/scratch/", "/content/", "/kaggle/", "/tmp/")
# Numbers about the run: no reason to hold back a release.
_HARMLESS = frozenset({"metrics"})
_SHOWN = 3


@pytest.fixture(scope="session")
def contents(release: Folder) -> Contents:
    """Everything that one pass over the folder finds."""
    return look_into(release, this_identity())


@pytest.mark.audit("artifacts.readable")
def test_readable(release: Folder, contents: Contents, judge: Judge) -> None:
    """The folder holds a model, and every file of it can be read and is what it says it is."""
    for missing in what_is_missing(release):
        judge.finding(missing.rule, where=missing.where, what=missing.what, mend=missing.mend)
    by_kind: dict[str, list[str]] = defaultdict(list)
    for hazard in release.hazards:
        by_kind[hazard.kind].append(hazard.rel)
    for kind, names in by_kind.items():
        what, mend = HAZARDS[kind]
        shown = ", ".join(names[:_SHOWN]) + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")
        warn = kind == "link-folder"
        judge.finding(kind, where=names[0], what=f"{shown}: {what}", mend=mend, subject="\n".join(names), warn=warn)
    troubles = [(trouble.where, trouble.why) for trouble in contents.troubles]
    troubles += [(error.rel, error.reason) for error in (*configs_that_fail(release), *missing_shards(release))]
    for where, why in dict(troubles).items():
        what, _, mend = why.partition(": ")
        judge.finding("unreadable", where=where, what=f"it {what}", mend=mend or "save it anew, or delete it")
    if contents.unscanned:
        first = contents.unscanned[0]
        more = f", and {len(contents.unscanned) - 1} more" if len(contents.unscanned) > 1 else ""
        judge.finding(
            "not-searched",
            where=first.where,
            what=f"it {first.why}{more}",
            mend="take it out of the release, or look through it yourself",
            subject="\n".join(part.where for part in contents.unscanned),
            warn=True,
        )
    judge.measured(len(release.hazards) + len(dict(troubles)), limit=0, n=len(release.files))


@pytest.mark.audit("artifacts.pickles")
def test_pickles(contents: Contents, judge: Judge) -> None:
    """No file can run code when it is loaded: each pickle does only what Trainer's own pickles do."""
    bad = 0
    for pickle in contents.pickles:
        if pickle.outside:
            bad += 1
            judge.finding(
                "unsafe-pickle",
                where=pickle.where,
                what="loading it " + "; ".join(pickle.outside[:_SHOWN]) + _more(len(pickle.outside)),
                mend="delete it, or save tensors as safetensors and settings as JSON; do not load it to find out",
                subject="\n".join(pickle.outside),
                waivable=False,
            )
        elif pickle.broken:
            bad += 1
            mend = "write it anew as safetensors or JSON, or delete it"
            judge.finding("broken-pickle", where=pickle.where, what=f"the pickle {pickle.broken}", mend=mend)
    own = sorted({name.replace(" ", ".") for pickle in contents.pickles for name in pickle.own})
    if own:
        where = next(pickle.where for pickle in contents.pickles if pickle.own)
        what = f"it holds {', '.join(own[:_SHOWN])}, which only the script that trained can load"
        judge.finding("own-class", where=where, what=what, mend="leave it out of the release", warn=True)
    shipped = sorted(
        {p.where for p in contents.pickles if not p.outside and leftover_kind(p.where.split(":")[0]) is None}
    )
    if shipped:
        judge.finding(
            "pickled",
            where=shipped[0],
            what=f"a pickle is part of the release{_more(len(shipped), 1)}: it runs whatever somebody puts into it",
            mend="save weights with save_pretrained(...), which writes safetensors",
            subject="\n".join(shipped),
            warn=True,
        )
    judge.measured(bad, limit=0, n=len(contents.pickles))


@pytest.mark.audit("artifacts.secrets")
def test_secrets(contents: Contents, judge: Judge) -> None:
    """No live token, key or password stands anywhere in the folder."""
    by_value: dict[tuple[str, str], list[str]] = defaultdict(list)
    for sighting in contents.secrets:
        by_value[sighting.kind, sighting.value].append(sighting.where)
    for (kind, value), places in by_value.items():
        judge.finding(
            "live-secret",
            where=places[0],
            what=f"{kind} {mask(value)}" + (f", and in {len(places) - 1} more places" if len(places) > 1 else ""),
            mend="revoke it where it was issued, then delete or rewrite the file; scripts read tokens from HF_TOKEN",
            subject=value,
            waivable=False,
        )
    judge.measured(len(by_value), limit=0, n=contents.parts)


@pytest.mark.audit("artifacts.local_paths")
def test_local_paths(release: Folder, contents: Contents, judge: Judge) -> None:
    """What is published names no folder, host or account of the machine that trained."""
    by_file: dict[str, list[Sighting]] = defaultdict(list)
    for sighting in (*named_paths(release), *contents.paths, *contents.names):
        # Leftovers are one warning of their own; README's metadata is audited by release.front_matter.
        if leftover_kind(sighting.rel) is None and not _in_front_matter(release, sighting) and not _advice(sighting):
            by_file[sighting.rel].append(sighting)
    for rel, sightings in by_file.items():
        values = dict.fromkeys((sighting.kind, sighting.value) for sighting in sightings)
        shown = ", ".join(f"{kind} {_path_shown(value)}" for kind, value in list(values)[:_SHOWN])
        judge.finding(
            "local-path",
            where=sightings[0].where,
            what=f"it names the machine that trained: {shown}{_more(len(values))}",
            mend=_path_mend(rel, release),
            subject="\n".join(value for _, value in values),
        )
    judge.measured(len(by_file), limit=0, n=len(release.files))


@pytest.mark.audit("artifacts.leftovers")
def test_leftovers(release: Folder, judge: Judge) -> None:
    """Nothing lies in the folder that training left and nobody needs to run the model."""
    found = list(find_leftovers(release))
    private = [leftover for leftover in found if leftover.kind == "private settings"]
    for leftover in private:
        what = f"{', '.join(leftover.examples)}{_more(leftover.count)}: private settings, not a model's"
        judge.finding("private-settings", where=leftover.examples[0], what=what, mend="delete it from the folder")
    grouped = [leftover for leftover in found if leftover not in private]
    if grouped:
        count, size = sum(one.count for one in grouped), sum(one.size for one in grouped)
        kinds = ", ".join(f"{one.kind} ({one.count})" for one in grouped)
        public = judge.policy.audience == "public" and any(one.kind not in _HARMLESS for one in grouped)
        judge.finding(
            "leftovers",
            where=grouped[0].examples[0],
            what=f"{count} files ({_size(size)}) that training left and a push would publish: {kinds}",
            mend=f"`finewarden finalize {release.root.name}/` moves it to {release.root.name}.evidence/leftovers/",
            subject="\n".join(one.kind for one in grouped),
            warn=not public,
        )
    judge.measured(sum(one.count for one in found), limit=0, n=len(release.files))


@pytest.mark.audit("artifacts.stray_tensors")
def test_stray_tensors(release: Folder, contents: Contents, judge: Judge) -> None:
    """No hidden states or logits of training data lie beside the weights."""
    sizes = model_sizes(release)
    if not sizes.hidden and not sizes.vocabulary:
        judge.not_measured("no config.json names hidden_size or vocab_size; put the model's own config.json there")
    strays = list(stray_tensors(release, contents.pickles))
    by_file: dict[str, list[str]] = defaultdict(list)
    for stray in strays:
        shape = "×".join(map(str, stray.shape))
        by_file[stray.where].append(f"{stray.name or 'a tensor'} ({shape}, the last is the {stray.like} size)")
    for where, names in by_file.items():
        judge.finding(
            "stray-tensor",
            where=where,
            what="no weight of the model: " + ", ".join(names[:_SHOWN]) + _more(len(names)),
            mend="delete it: hidden states and logits give training data back",
            subject="\n".join(names),
        )
    judge.measured(len(strays), limit=0, n=len(release.files))


def _more(count: int, shown: int = _SHOWN) -> str:
    return f" and {count - shown} more" if count > shown else ""


def _size(count: int) -> str:
    return f"{count / 2**20:.1f} MiB" if count >= 2**20 else f"{count / 1024:.0f} KiB"


def _advice(sighting: Sighting) -> bool:
    """A path in prose that is under nobody's own folder: a reader's, as likely as the trainer's."""
    return sighting.rel.lower().endswith(".md") and sighting.value.startswith(_ANYBODYS)


def _path_shown(value: str) -> str:
    """The last part says which path it is; what stands before it says whose."""
    *before, last = value.replace("\\", "/").rstrip("/").split("/")
    return f"…/{printable(last, 40)}" if any(before) else mask(value)


def _path_mend(rel: str, release: Folder) -> str:
    if rel.rpartition("/")[2] in ("adapter_config.json", "config.json"):
        return f'state base_model = "<org>/<name>" in the policy, then `finewarden finalize {release.root.name}/`'
    return "write what others can follow instead (a Hub id, a name relative to the folder), or delete it"


def _in_front_matter(release: Folder, sighting: Sighting) -> bool:
    if sighting.rel != "README.md":
        return False
    try:
        lines = release.head("README.md", 2**20).decode("utf-8", "replace").split("\n")
    except UnreadableFile:
        return False
    line = sighting.where.rpartition(":")[2]
    end = next((number for number, text in enumerate(lines[1:], start=2) if text.rstrip() == "---"), 0)
    return lines[0].rstrip() == "---" and line.isdecimal() and int(line) < end
