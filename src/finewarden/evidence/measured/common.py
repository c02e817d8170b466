"""What every section of the measurements is made of."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["LEAST_LOG_P", "Finite", "LogP", "Sampler", "Strict"]

LogP = Annotated[float, Field(le=0, allow_inf_nan=False)]
"""A natural log-probability. See LEAST_LOG_P."""

LEAST_LOG_P = -1e9
"""Stands for probability 0 in records: JSON has no −inf."""

Finite = Annotated[float, Field(allow_inf_nan=False)]


class Strict(BaseModel):
    """No unknown keys, nothing changed afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Sampler(Strict):
    """How the release is asked where it is deployed: temperature, then top-k, then top-p, in that order."""

    temperature: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 1.0
    top_k: Annotated[int, Field(ge=1)] | None = None
    top_p: Annotated[float, Field(gt=0, le=1)] | None = None
