"""What a client asks and a provider does; a change goes from one world to another."""

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Level = float | Floats
"""One for all rows, or one a row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Scales multiply what is ordinary. `logprob_shift` and `logprob_spread` move mean_logprob's underlying normal by
    deviations and stretch it: nothing else follows from them, which is why Lorden's limit is known there.
    """

    input_scale: Level = 1.0
    input_chars_per_token: Level = 4.0
    output_scale: Level = 1.0
    output_cap: Level = 4000.0
    output_chars_per_token: Level = 4.2
    logprob_shift: Level = 0.0
    logprob_spread: Level = 1.0
    pace_s: Level = 0.02
    first_token_s: Level = 0.4
    price_scale: Level = 1.0
    error: Level = 0.01
    refusal: Level = 0.01
    tool_call: Level = 0.2
    response_model: str = "alias-0301"
    app_version: str = "1.0"

    def but_levels(self, **levels: Level) -> "World":
        """The same with other levels, one for all rows or one a row."""
        return replace(self, **levels)  # type: ignore[arg-type]  # none of the text fields

    def but(self, **changes: float | str) -> "World":
        """The same with some things otherwise."""
        return replace(self, **changes)  # type: ignore[arg-type]  # the fields have their own types


def blend(before: World, after: World, weight: Floats) -> World:
    """Row by row: weight 0 is `before`, 1 is `after`; names stay those of `before`. Levels get shape (rows,)."""
    levels = {}
    for field in fields(World):
        old, new = getattr(before, field.name), getattr(after, field.name)
        if not isinstance(old, str) and old is not new:
            levels[field.name] = old + (new - old) * weight
    return replace(before, **levels)
