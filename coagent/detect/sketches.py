"""Mergeable sketches as bytes (Apache DataSketches): t-digests of durations and CPC sketches of prompts.

t-digests, because DataSketches' KLL draws its compaction bits from a clock-seeded generator: the same rows gave other
bytes and another 99th percentile after each replay. A t-digest of the same rows is the same on every run, and finest
at the tails. Source: Dunning & Ertl 2019, "Computing extremely accurate quantiles using t-digests"; Lang 2017, "Back
to the future: an even more nearly optimal cardinality estimation algorithm".
"""

from collections.abc import Iterable, Sequence

import datasketches
import numpy as np
from numpy.typing import NDArray

DIGEST_COMPRESSION = 200
PROMPTS_LOG2_BINS = 11


def digest_with(sketch: bytes | None, values: NDArray[np.float64]) -> bytes | None:
    """The t-digest after more values, shape (n,), NaN unknown; None while nothing is known."""
    known = values[np.isfinite(values)].astype(np.float32)
    if not known.size:
        return sketch
    digest = datasketches.tdigest_float.deserialize(sketch) if sketch else _empty_digest()
    digest.update(known)
    return bytes(digest.serialize())


def quantiles(sketches: Iterable[bytes | None], ranks: Sequence[float]) -> tuple[float, ...] | None:
    """The values at `ranks` (0 to 1) of all t-digests together; None where none knows a value."""
    merged = _empty_digest()
    for sketch in filter(None, sketches):
        merged.merge(datasketches.tdigest_float.deserialize(sketch))
    return None if merged.is_empty() else tuple(float(merged.get_quantile(rank)) for rank in ranks)


def prompts_with(sketch: bytes | None, texts: Iterable[str]) -> bytes | None:
    """The CPC sketch after more texts; None while there was none."""
    distinct = datasketches.cpc_sketch.deserialize(sketch) if sketch else datasketches.cpc_sketch(PROMPTS_LOG2_BINS)
    for text in texts:
        distinct.update(text)
    return None if distinct.is_empty() else bytes(distinct.serialize())


def _empty_digest() -> datasketches.tdigest_float:
    return datasketches.tdigest_float(DIGEST_COMPRESSION)
