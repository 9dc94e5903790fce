"""The columns that signals, covariates and categories are made of."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from coagent.detect.columns import Columns, Floats

Raw = NDArray[np.float64]
"""A column each, NaN unknown, shape (columns, rows)."""


class RawColumns(NamedTuple):
    """Where each column stands, see `PLACE`. The order is stored with rows that wait, and numba's cache of what reads
    them would not see it change.
    """

    input_tokens: int
    output_tokens: int
    cached_input_tokens: int
    cache_write_tokens: int
    reasoning_tokens: int
    input_chars: int
    output_chars: int
    time_to_first_token_s: int
    duration_s: int
    is_fallback: int
    tool_calls: int
    schema_valid: int
    refusal: int
    mean_logprob: int
    quality_score: int
    cost_usd: int
    max_tokens: int
    temperature: int
    stream: int
    error: int
    truncated: int


NAMES = RawColumns._fields
PLACE = RawColumns(*range(len(NAMES)))


def _is(columns: Columns, name: str, value: str) -> Floats:
    """1 where the text is `value`, 0 where it is another, NaN where unknown."""
    values, codes = columns.text(name)
    truth = np.array([float(one == value) for one in values] + [np.nan])
    return truth[codes]


def raw(columns: Columns) -> Raw:
    table = columns.numbers(NAMES)
    table[PLACE.error] = _is(columns, "status", "error")
    table[PLACE.truncated] = _is(columns, "finish_reason", "length")
    return table
