"""Signals that first come with later rows: they begin once enough of their values are known."""

import numpy as np

from coagent.detect.compiled import compiled
from coagent.detect.config import DetectConfig
from coagent.detect.reference import replace, weigh
from coagent.detect.rows import Rows
from coagent.detect.signals import Floats32, Longs, Values
from coagent.detect.watch import Watch


def next_late(watch: Watch, rows: Rows, at: int, config: DetectConfig) -> int:
    """Row count up to which no signal that came late has enough values to begin, looked for from row `at` on."""
    if watch.suspicion:
        return rows.size
    return _soonest(rows.values, at, watch.sensors.active, watch.late_known, config.warm_rows)


@compiled
def _soonest(values: Values, at: int, active: Longs, known_before: Longs, enough: int) -> int:
    rows: int = values.shape[1]
    soonest, any_known = rows, False
    for s in range(len(active)):
        if active[s]:
            continue
        column, known = values[s, at:], known_before[s]
        coming = _known(column)
        any_known |= coming > 0
        if known + coming < enough:
            continue
        for j in range(len(column)):
            known += np.isfinite(column[j])
            if known >= enough:
                soonest = min(soonest, at + j + 1)
                break
    return soonest if any_known else rows


@compiled
def _known(column: Floats32) -> int:
    """How many values are."""
    known = 0
    for j in range(len(column)):
        known += np.isfinite(column[j])
    return known


@compiled
def count_late(values: Values, active: Longs, known: Longs) -> None:
    """Adds to `known` (signals,) the known values of those that are not sensed; values (signals, rows)."""
    for s in range(len(active)):
        if active[s] == 0:
            known[s] += _known(values[s])


def begin_late(watch: Watch, config: DetectConfig) -> None:
    """Signals that came late begin with what the recent rows hold of them."""
    enough = (watch.sensors.active == 0) & (watch.late_known >= config.warm_rows)
    if enough.any():
        replace(watch, enough, watch.recent)
        weigh(watch, config)
