"""The columns that signals, covariates and categories are made of."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from coagent.columns import Columns
from coagent.domain.finish_reason import is_truncated

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


def raw(columns: Columns) -> Raw:
    table = columns.numbers(NAMES)
    table[PLACE.error] = columns.truth("status", lambda status: status == "error")
    table[PLACE.truncated] = columns.truth("finish_reason", is_truncated)
    table[PLACE.refusal] = columns.refusals()
    return table
