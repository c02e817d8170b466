"""What every section of the measurements is made of."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["Finite", "LogP", "Sampler", "Strict"]

LogP = Annotated[float, Field(le=0, allow_inf_nan=False)]
"""A natural log-probability. JSON has no −inf: LEAST_LOG_P of the measuring code (−1e9) stands for probability 0."""

Finite = Annotated[float, Field(allow_inf_nan=False)]


class Strict(BaseModel):
    """No unknown keys, nothing changed afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Sampler(Strict):
    """How the release is asked where it is deployed: temperature, then top-k, then top-p, in that order."""

    temperature: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 1.0
    top_k: Annotated[int, Field(ge=1)] | None = None
    top_p: Annotated[float, Field(gt=0, le=1)] | None = None
