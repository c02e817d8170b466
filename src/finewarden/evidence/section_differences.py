"""What one section of the measurements was bound to and is not so now: one short text for each thing."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from finewarden.evidence.canary_book import CANARY_BOOK
from finewarden.evidence.holdout_book import HOLDOUT_BOOK
from finewarden.evidence.measured.canaries import Canaries
from finewarden.evidence.measured.common import Sampler, Strict
from finewarden.evidence.measured.forgetting import Forgetting, Settings
from finewarden.evidence.measured.generations import Generations
from finewarden.evidence.measured.membership import Membership
from finewarden.evidence.measured.personal_values import PersonalValues
from finewarden.evidence.measured.records import Records
from finewarden.evidence.measured.settings import MeasureSettings
from finewarden.evidence.salted import data_digest, salted

__all__ = ["SECTIONS", "Now", "compared"]

SECTIONS = ("forgetting", "canaries", "records", "personal_values", "membership", "generations")


@dataclass(frozen=True, kw_only=True)
class Now:
    """What a section is compared with. None, or no training data, compares nothing.

    *settings* are the least that is asked: a weaker measurement differs, a harder one does not. The sampler and the
    seed must be equal.
    """

    secrets_file: Path | None = None
    train_data: Sequence[Path] = ()
    evidence_dir: Path | None = None
    sampler: Sampler | None = None
    settings: MeasureSettings | None = None


def compared(section: Strict, now: Now) -> list[str]:
    """What differs; empty when *section* may be judged. Raises OSError for a file that can't be read."""
    asked = now.settings or MeasureSettings()
    match section:
        case Forgetting():
            return [*_secrets(section, now), *_forgetting_settings(section.settings, asked.forgetting)]
        case Canaries():
            return [*_book(CANARY_BOOK, section.book, now), *_sampler(section.sampler, now)]
        case Records() | PersonalValues():
            weaker = asked.records if isinstance(section, Records) else asked.personal_values
            return [
                *_data(section.salt, section.data, now),
                *_book(CANARY_BOOK, section.canary_book, now),
                *_book(HOLDOUT_BOOK, section.holdout_book, now),
                *_sampler(section.sampler, now),
                *_settings(section.settings, weaker, section.seed, asked.seed),
            ]
        case Membership():
            return [
                *_data(section.salt, section.data, now),
                *_book(HOLDOUT_BOOK, section.book, now),
                *_settings(section.settings, asked.membership, section.seed, asked.seed),
            ]
        case Generations():
            return [
                *_data(section.salt, section.data, now),
                *_book(CANARY_BOOK, section.book, now),
                *(_book(HOLDOUT_BOOK, section.holdout_book, now) if section.data else []),
                *_sampler(section.sampler, now),
                *_settings(section.settings, asked.generations, section.seed, asked.seed),
            ]
    raise TypeError(f"section: got {type(section).__name__}, allowed: one of the sections of measurements.json")


def _secrets(section: Forgetting, now: Now) -> list[str]:
    file = now.secrets_file
    if file is None or salted(section.salt, file.read_bytes()) == section.secrets:
        return []
    return [f"secrets file ({file.name} is not the one that was measured)"]


def _data(salt: str, then: str | None, now: Now) -> list[str]:
    if not now.train_data or (then is not None and data_digest(now.train_data, salt) == then):
        return []
    names = ", ".join(path.name for path in now.train_data)
    return [f"training data ({names}: not what was measured)" if then else "training data (none was measured)"]


def _book(name: str, then: str | None, now: Now) -> list[str]:
    if now.evidence_dir is None:
        return []
    file = now.evidence_dir / name
    current = hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else None
    if current == then:
        return []
    return [f"{name} ({'gone' if current is None else 'new' if then is None else 'changed'})"]


def _sampler(then: Sampler, now: Now) -> list[str]:
    if now.sampler is None or now.sampler == then:
        return []
    wrong = [
        f"{name} {mine}, asked {theirs}"
        for (name, mine), theirs in zip(then.model_dump().items(), now.sampler.model_dump().values(), strict=True)
        if mine != theirs
    ]
    return [f"sampler ({'; '.join(wrong)})"]


def _settings(got: Strict, asked: Strict, seed: int, asked_seed: int) -> list[str]:
    weaker = _weaker(got, asked, tuple(type(got).model_fields))
    if seed != asked_seed:
        weaker.append(f"seed {seed}, asked {asked_seed}")
    return [f"settings ({'; '.join(weaker)})"] if weaker else []


def _forgetting_settings(got: Settings, asked: Settings) -> list[str]:
    weaker = _weaker(got, asked, ("answer_tokens", "samples", "search_examples"))
    if got.probability > asked.probability:
        weaker.append(f"probability {got.probability:g}, asked {asked.probability:g}")
    return [f"settings ({'; '.join(weaker)})"] if weaker else []


def _weaker(got: Strict, asked: Strict, names: Sequence[str]) -> list[str]:
    pairs = ((name, getattr(got, name), getattr(asked, name)) for name in names)
    return [f"{name} {mine:g}, asked {theirs:g}" for name, mine, theirs in pairs if mine < theirs]
