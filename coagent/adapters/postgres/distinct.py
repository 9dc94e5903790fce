"""How many different texts CPC sketches saw together."""

from collections.abc import Iterable

import datasketches


def union(sketches: Iterable[bytes | None]) -> bytes | None:
    """One sketch of all; None where there is none."""
    known = [datasketches.cpc_sketch.deserialize(sketch) for sketch in sketches if sketch]
    if not known:
        return None
    together = datasketches.cpc_union(known[0].lg_k)
    for sketch in known:
        together.update(sketch)
    return bytes(together.get_result().serialize())


def distinct(sketches: Iterable[bytes | None]) -> float | None:
    """An estimate; None where there is no sketch."""
    together = union(sketches)
    return None if together is None else float(datasketches.cpc_sketch.deserialize(together).get_estimate())
