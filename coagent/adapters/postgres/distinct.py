"""How many different texts HyperLogLog sketches saw together."""

from collections.abc import Iterable

import datasketches

LOG2_BINS = 11
LOG2_BINS_AT = 3
"""The byte that says how many bins a serialized sketch has."""


def union(sketches: Iterable[bytes | None]) -> bytes | None:
    """One sketch of all; None where there is none. Raises ValueError where one is none of ours."""
    known = [sketch for sketch in sketches if sketch]
    if not known:
        return None
    together = datasketches.hll_union(LOG2_BINS)
    for sketch in known:
        together.update(_read(sketch))
    return bytes(together.get_result(datasketches.tgt_hll_type.HLL_8).serialize_compact())


def distinct(sketches: Iterable[bytes | None]) -> float | None:
    """An estimate; None where there is no sketch. Raises ValueError where one is none of ours."""
    return estimate(union(sketches))


def estimate(sketch: bytes | None) -> float | None:
    """Of one sketch; None where there is none. Raises ValueError where it is none of ours."""
    return None if sketch is None else float(_read(sketch).get_estimate())


def _read(sketch: bytes) -> datasketches.hll_sketch:
    if len(sketch) <= LOG2_BINS_AT or sketch[LOG2_BINS_AT] != LOG2_BINS:
        raise ValueError("no sketch with 2,048 bins")
    try:
        return datasketches.hll_sketch.deserialize(sketch)
    except (IndexError, RuntimeError, MemoryError) as wrong:
        raise ValueError("no sketch") from wrong
