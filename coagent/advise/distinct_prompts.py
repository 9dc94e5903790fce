"""How many different prompts the sketches of rollups saw together."""

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
    """Union of serialized sketches. Source: Flajolet et al. 2007, "HyperLogLog: the analysis of a
    near-optimal cardinality estimation algorithm".
    """
    union = datasketches.hll_union(LOG2_BINS)
    for sketch in filter(None, sketches):
        union.update(datasketches.hll_sketch.deserialize(sketch))
    seen = union.get_result(datasketches.tgt_hll_type.HLL_8)
    return DistinctCount(seen.get_lower_bound(SIGMAS), seen.get_estimate(), seen.get_upper_bound(SIGMAS))
