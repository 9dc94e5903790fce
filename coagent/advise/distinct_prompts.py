"""How many different prompts or prefixes the sketches of rollups saw together."""

from collections.abc import Iterable

import datasketches

LOG2_BINS = 11
RELATIVE_ERROR = 1.04 / 2 ** (LOG2_BINS / 2)
"""Standard deviation of a union's estimate. Source: Flajolet et al. 2007, "HyperLogLog: the analysis of a
near-optimal cardinality estimation algorithm".
"""
SIGMAS = 3
EXACT_UP_TO = 150
"""Fewer are listed one by one in a sketch of 2,048 bins, not estimated."""


def distinct_prompts(sketches: Iterable[bytes | None]) -> float:
    """An estimate over all of them."""
    union = datasketches.hll_union(LOG2_BINS)
    for sketch in filter(None, sketches):
        union.update(datasketches.hll_sketch.deserialize(sketch))
    return float(union.get_result(datasketches.tgt_hll_type.HLL_8).get_estimate())
