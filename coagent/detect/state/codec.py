"""A stream's detection as bytes, part of a state that outlives it: what follows from the rest is left out."""

from dataclasses import replace

import msgspec
import numpy as np

from coagent.detect.packing import packed, unpacked
from coagent.detect.row_times import Places
from coagent.detect.sensor.part_kernel import means_of
from coagent.detect.sensor.reference import Reference, summed
from coagent.detect.sensor.sensed import NAMES
from coagent.detect.sensor.state import SensorState
from coagent.detect.state.stream import Control, Watch

VERSION = 12
NONE = np.empty(0)


class Stored(msgspec.Struct, array_like=True):
    """`names`: the signals that its arrays are about."""

    names: tuple[str, ...]
    watch: Watch


def stored(watch: Watch) -> msgspec.Raw:
    """To be part of a larger state, which holds its segment, ordinals and times of rows, and what people decided."""
    nameless = watch.reservoir._replace(request_ids=np.full(watch.reservoir.size, None, object))
    learned = replace(
        watch, reservoir=nameless, sensor=bare(watch.sensor), places=Places(), control=Control(), review=b""
    )
    return msgspec.Raw(packed(Stored(NAMES, learned)))


def restored(version: int, plain: msgspec.Raw, begun: Watch) -> Watch:
    """Inverse of `stored`: `begun` with what was learned. Raises ValueError, IndexError or TypeError where another
    version wrote it.
    """
    if version != VERSION:
        raise ValueError(f"version {version}")
    found = unpacked(plain, Stored)
    if found.names != NAMES:
        raise ValueError("other signals")
    return replace(
        found.watch,
        segment=begun.segment,
        rows_seen=begun.rows_seen,
        places=begun.places,
        control=begun.control,
        review=begun.review,
        sensor=whole(found.watch.sensor),
    )


def bare(state: SensorState) -> SensorState:
    """Without sums."""
    parts = replace(state.parts, statistics=state.parts.statistics._replace(mean=NONE))
    return replace(state, parts=parts, reference=Reference(state.reference.counts, NONE, NONE))  # type: ignore[arg-type]


def whole(state: SensorState) -> SensorState:
    """Inverse of `bare`."""
    statistics = state.parts.statistics
    parts = replace(state.parts, statistics=statistics._replace(mean=means_of(statistics.bets)))
    return replace(state, parts=parts, reference=summed(state.reference.counts))


def begun_anew(watch: Watch) -> Watch:
    """As if the segment had just appeared, but for what it counted and what people decided."""
    before = watch.control
    control = Control(before.obeyed, before.muted_until, None, before.reported, before.muted_parts)
    return Watch(
        segment=watch.segment,
        rows_seen=watch.rows_seen,
        places=watch.places,
        gapless_from=watch.rows_seen,
        control=control,
        review=watch.review,
    )
