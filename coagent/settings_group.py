"""Base of the groups of settings, and the bounds of what several of them name."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Seconds = Annotated[float, Field(gt=0, le=31 * 86_400)]
"""Longer intervals are a mistake of units."""
Days = Annotated[float, Field(gt=0, le=36_500)]
"""A century: moments so far back can be written."""
Name = Annotated[str, Field(min_length=1, pattern=r"\S")]


class Group(BaseModel):
    """Frozen; a misspelt field, an infinite number and a blank text are errors."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, allow_inf_nan=False, str_min_length=1
    )
