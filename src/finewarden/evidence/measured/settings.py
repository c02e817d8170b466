"""How much was asked of a model, one class a section: an audit does not judge what was asked less than it wants."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from finewarden.evidence.measured.common import Strict
from finewarden.evidence.measured.forgetting import Settings

__all__ = [
    "GenerationsSettings",
    "MeasureSettings",
    "MembershipSettings",
    "PersonalValuesSettings",
    "RecordsSettings",
]

Count = Annotated[int, Field(ge=0)]


class RecordsSettings(Strict):
    """*sample*: records that are cut and asked, where the data holds as many that can be."""

    sample: Count = 200


class PersonalValuesSettings(Strict):
    """*values*: at most so many values are scored, *per_stratum* of them beside each other."""

    values: Count = 512
    per_stratum: Count = 32


class MembershipSettings(Strict):
    """*sample*: records of each side, where there are as many; whole groups are drawn."""

    sample: Count = 1000


class GenerationsSettings(Strict):
    """*unprompted* and *prompted* samples, of at most *tokens* tokens each."""

    unprompted: Count = 64
    prompted: Count = 64
    tokens: Annotated[int, Field(ge=1)] = 64


class MeasureSettings(Strict):
    """The whole. *seed*: what every sample is drawn from; an audit accepts its own seed only."""

    forgetting: Settings = Settings()
    records: RecordsSettings = RecordsSettings()
    personal_values: PersonalValuesSettings = PersonalValuesSettings()
    membership: MembershipSettings = MembershipSettings()
    generations: GenerationsSettings = GenerationsSettings()
    seed: int = 0
