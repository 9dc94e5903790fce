"""CPC sketches of texts as bytes (Apache DataSketches): how many different ones there were, mergeable.

Source: Lang 2017, "Back to the future: an even more nearly optimal cardinality estimation algorithm".
"""

from collections.abc import Sequence

import datasketches

PROMPTS_LOG2_BINS = 11


def distinct_with(sketch: bytes | None, texts: Sequence[str]) -> bytes | None:
    """The CPC sketch after more texts; None while there was none."""
    if not texts:
        return sketch
    distinct = datasketches.cpc_sketch.deserialize(sketch) if sketch else datasketches.cpc_sketch(PROMPTS_LOG2_BINS)
    for text in texts:
        distinct.update(text)
    return bytes(distinct.serialize())
