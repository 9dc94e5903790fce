"""What the sampler reads of a stream's requests."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.int32]


class Texts(NamedTuple):
    """Distinct values, and for each row an index into them or -1."""

    values: list[str]
    codes: Codes

    def of(self, row: int) -> str | None:
        code = self.codes[row]
        return None if code < 0 else self.values[code]


class ReviewRows(NamedTuple):
    """Columns of shape (rows,), NaN where unknown. `times_s`: epoch seconds; `costs_usd`: billed, else by list."""

    times_s: Floats
    request_ids: Texts
    tasks: Texts
    tenants: Texts
    costs_usd: Floats
    scores: Floats
    logprobs: Floats
    fallbacks: Floats
    attempts: Floats
