"""What the optional checks of a region read: sample outputs and their labels, sources as they are recorded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from finewarden import front_matter
from finewarden.artifacts.bounded_read import read_up_to
from finewarden.artifacts.strict_json import parse_json
from finewarden.artifacts.unreadable import UnreadableFile
from finewarden.front_matter import FrontMatterError
from finewarden.licensing.regions.aigc_label import LabelProblem, label_of, label_problems
from finewarden.licensing.shown_evidence import evidence_problem
from finewarden.policy import Policy, Source

__all__ = ["FEWEST_SAMPLED", "LEAST_CLEAN", "LabelFault", "bases", "label_faults", "read_samples", "unrecorded"]

# Filing guidance to GB/T 45654-2025, as consultants describe it; the standard was not read: these only warn.
FEWEST_SAMPLED = 4000
LEAST_CLEAN = 0.96
_LIMIT = 16 * 2**20


@dataclass(frozen=True, slots=True)
class LabelFault:
    """One fault of the label and the samples that have it: how many, and where the first is."""

    problem: LabelProblem
    count: int
    where: str


def read_samples(named: str, folder: Path | None) -> list[tuple[str, Any]]:
    """The sample outputs of the file *named* beside the policy: place and metadata of each.

    Raises UnreadableFile for a file that is not there, too large, or not JSON, JSONL or Markdown.
    """
    problem = evidence_problem(named, folder)
    if problem is not None:
        raise UnreadableFile(named, problem)
    path = Path(named) if folder is None else folder / named
    try:
        with path.open("rb", buffering=0) as stream:
            data = read_up_to(stream, _LIMIT + 1)
    except OSError as error:
        raise UnreadableFile(named, f"can't be read ({error.strerror})") from None
    if len(data) > _LIMIT:
        raise UnreadableFile(named, f"is larger than {_LIMIT} bytes: give fewer samples")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise UnreadableFile(named, "is not UTF-8: save it as UTF-8") from None
    samples = list(_samples(path.name, text))
    if not samples:
        raise UnreadableFile(named, "holds no sample")
    return samples


def _samples(name: str, text: str) -> Iterator[tuple[str, Any]]:
    if name.lower().endswith(".md"):
        try:
            front, _ = front_matter.split(text)
            yield f"{name}:1", front_matter.parse(front or "")
        except FrontMatterError as error:
            raise UnreadableFile(name, f"has front matter that {error.reason}") from None
    elif name.lower().endswith(".jsonl"):
        for number, line in enumerate(text.splitlines(), start=1):
            if line.strip():
                yield f"{name}:{number}", parse_json(f"{name}:{number}", line)
    else:
        value = parse_json(name, text)
        for number, sample in enumerate(value if isinstance(value, list) else [value], start=1):
            yield f"{name}: sample {number}", sample


def label_faults(samples: list[tuple[str, Any]]) -> list[LabelFault]:
    """Each fault once, in the order in which they are met."""
    met: dict[LabelProblem, list[str]] = {}
    for where, metadata in samples:
        for problem in label_problems(label_of(metadata)):
            met.setdefault(problem, []).append(where)
    return [LabelFault(problem, len(places), places[0]) for problem, places in met.items()]


def unrecorded(source: Source) -> str | None:
    """What filing guidance asks to be kept of *source* and is not stated; None when nothing is lacking."""
    if source.kind is None:
        return "no kind (public, licensed, crawled, user or synthetic)"
    if source.kind == "public" and source.license is None:
        return "no license, and open data come with one"
    if source.kind in ("licensed", "crawled", "user") and source.evidence is None:
        kept = {"licensed": "contract", "crawled": "collection record", "user": "record of consent"}[source.kind]
        return f"no evidence, and its {kept} is to be kept"
    return None


def bases(policy: Policy, established: tuple[str, ...]) -> tuple[str, ...]:
    """The base models by evidence, else by the policy's word."""
    return established or ((policy.base_model,) if policy.base_model else ())
