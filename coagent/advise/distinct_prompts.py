"""How many different prompts the CPC sketches of rollups saw together."""

from collections.abc import Iterable
from typing import NamedTuple

import datasketches

LOG2_BINS = 11
SIGMAS = 3


class DistinctCount(NamedTuple):
    """An estimate with its bounds at three standard deviations."""

    low: float
    expected: float
    high: float


def distinct_prompts(sketches: Iterable[bytes | None]) -> DistinctCount:
    """Union of serialized sketches. Source: Lang 2017, "Back to the future: an even more nearly optimal cardinality
    estimation algorithm".
    """
    union = datasketches.cpc_union(LOG2_BINS)
    for sketch in filter(None, sketches):
        union.update(datasketches.cpc_sketch.deserialize(sketch))
    seen = union.get_result()
    return DistinctCount(seen.get_lower_bound(SIGMAS), seen.get_estimate(), seen.get_upper_bound(SIGMAS))
