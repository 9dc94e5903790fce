"""The columns that signals, covariates and categories are made of."""

import numpy as np
from numpy.typing import NDArray

from coagent.detect.columns import Columns, Floats

NUMBERS = (
    "input_tokens",
    "output_tokens",
    "cached_input_tokens",
    "cache_write_tokens",
    "reasoning_tokens",
    "input_chars",
    "output_chars",
    "time_to_first_token_s",
    "duration_s",
    "is_fallback",
    "tool_calls",
    "schema_valid",
    "refusal",
    "mean_logprob",
    "quality_score",
    "cost_usd",
    "max_tokens",
    "temperature",
    "stream",
)
NAMES = (*NUMBERS, "error", "truncated")
PLACE = {name: place for place, name in enumerate(NAMES)}

Raw = NDArray[np.float64]
"""Shape (len(NAMES), rows), NaN unknown."""


def _is(columns: Columns, name: str, value: str) -> Floats:
    """1 where the text is `value`, 0 where it is another, NaN where unknown."""
    values, codes = columns.text(name)
    truth = np.array([float(one == value) for one in values] + [np.nan])
    return truth[codes]


def raw(columns: Columns) -> Raw:
    table = np.full((len(NAMES), columns.rows), np.nan)
    for place, name in enumerate(NUMBERS):
        if name in columns.batch.numbers:
            table[place] = columns.number(name)
    table[PLACE["error"]] = _is(columns, "status", "error")
    table[PLACE["truncated"]] = _is(columns, "finish_reason", "length")
    return table


def known_or_zero(column: Floats) -> Floats:
    """0 for what is unknown: where not to say it means that there was none."""
    return np.where(np.isnan(column), 0.0, column)
