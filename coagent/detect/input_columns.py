"""The columns that signals, covariates and categories are made of."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from coagent.detect.columns import Columns, Floats
from coagent.domain.finish_reason import is_filtered, is_truncated

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


def truth(columns: Columns, name: str, holds: Callable[[str], bool]) -> Floats:
    """1 where it holds of the text, 0 where not, NaN where the text is unknown; shape (rows,)."""
    values, codes = columns.text(name)
    return np.array([*(float(holds(one)) for one in values), np.nan])[codes]


def refusals(columns: Columns) -> Floats:
    """1 where the answer is a refusal or was filtered, 0 where it is known that it is neither, NaN unknown."""
    return np.fmax(columns.number("refusal"), truth(columns, "finish_reason", is_filtered))


def raw(columns: Columns) -> Raw:
    table = columns.numbers(NAMES)
    table[PLACE.error] = truth(columns, "status", lambda status: status == "error")
    table[PLACE.truncated] = truth(columns, "finish_reason", is_truncated)
    table[PLACE.refusal] = refusals(columns)
    return table
