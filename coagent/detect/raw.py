"""The columns that signals, covariates and categories are made of."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from coagent.detect.columns import Columns, Floats


class RawColumns(NamedTuple):
    """A column each, shape (rows,), NaN unknown. Their order is stored with rows that wait, and numba's cache of what
    reads them would not see it change.
    """

    input_tokens: Floats
    output_tokens: Floats
    cached_input_tokens: Floats
    cache_write_tokens: Floats
    reasoning_tokens: Floats
    input_chars: Floats
    output_chars: Floats
    time_to_first_token_s: Floats
    duration_s: Floats
    is_fallback: Floats
    tool_calls: Floats
    schema_valid: Floats
    refusal: Floats
    mean_logprob: Floats
    quality_score: Floats
    cost_usd: Floats
    max_tokens: Floats
    temperature: Floats
    stream: Floats
    error: Floats
    truncated: Floats

    def input_lengths(self, *, by_chars: bool) -> Floats:
        """In characters, else in tokens."""
        return self.input_chars if by_chars else self.input_tokens


NAMES = RawColumns._fields
NUMBERS = NAMES[: NAMES.index("error")]
PLACE = {name: place for place, name in enumerate(NAMES)}

Raw = NDArray[np.float64]
"""The same as one table, shape (len(NAMES), rows); `RawColumns(*table)` are its columns."""


def _is(columns: Columns, name: str, value: str) -> Floats:
    """1 where the text is `value`, 0 where it is another, NaN where unknown."""
    values, codes = columns.text(name)
    truth = np.array([float(one == value) for one in values] + [np.nan])
    return truth[codes]


def raw(columns: Columns) -> Raw:
    table = np.empty((len(NAMES), columns.rows))
    table[: len(NUMBERS)] = columns.numbers(NUMBERS)
    table[PLACE["error"]] = _is(columns, "status", "error")
    table[PLACE["truncated"]] = _is(columns, "finish_reason", "length")
    return table
