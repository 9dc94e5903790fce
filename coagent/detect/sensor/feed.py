"""Rows of a stream through its sensors, cut anew where that is due, up to the first alarm."""

import numpy as np
from numpy.typing import NDArray

from coagent.detect.sensor.constants import CUTS, LATE_SHARE, LOUDER, OWN, SHAPE, SLACK
from coagent.detect.sensor.cuts import admit, cut, next_cut
from coagent.detect.sensor.densities import tables
from coagent.detect.sensor.kept_rows import KeptRows
from coagent.detect.sensor.kernel import sense
from coagent.detect.sensor.sensed import BY_GROUP, IS_TRAFFIC, KINDS
from coagent.detect.sensor.state import SensorState
from coagent.detect.sensor.stream_rows import StreamRows

Longs = NDArray[np.int64]
Floats = NDArray[np.float64]

TABLES = tables()
SENSORS = int((~IS_TRAFFIC).sum())
SUREST = np.isin(KINDS, (OWN, SHAPE))


def budget_shares(state: SensorState) -> Floats:
    """Of each signal, adding up to 1; 0 for what raises no alarm. Fixed at the first cut."""
    late = ~state.early & ~IS_TRAFFIC
    shares = np.where(IS_TRAFFIC, 0.0, np.where(late, LATE_SHARE, 1.0) / SENSORS)
    gainers = SUREST & state.early
    if gainers.any():
        shares[gainers] += (1 - shares.sum()) / gainers.sum()
    return shares


def limits(state: SensorState, promise_rows: float) -> Floats:
    """Evidence at which each signal raises an alarm, so that the chance of a false one within T exchangeable rows is at
    most T / `promise_rows` in all; infinite for what raises none.
    """
    with np.errstate(divide="ignore"):
        found = SLACK * promise_rows / budget_shares(state) * LOUDER ** state.louder.astype(float)
    return np.where(state.alarmed | (state.rows < CUTS[0]), np.inf, found)


def feed(state: SensorState, rows: StreamRows, groups: Longs, part: slice, promise_rows: float) -> tuple[int, int]:
    """Rows of a part; the next row, and the signal that raised an alarm with the row before it, or -1."""
    at, end, signal = part.start, part.stop, -1
    while at < end and signal < 0:
        due = next_cut(state.rows)
        last = end if due is None else min(end, at + due - state.rows)
        admit(state, groups[at:last])
        done, signal = _sense(state, rows, groups, slice(at, last), promise_rows)
        _keep(state, rows, groups, slice(at, done))
        state.rows += done - at
        at = done
        if state.rows in CUTS and state.learning:
            cut(state)
    return at, signal


def _sense(state: SensorState, rows: StreamRows, groups: Longs, part: slice, promise_rows: float) -> tuple[int, int]:
    first, last = part.start, part.stop
    categories = np.zeros((len(state.plans), rows.size), np.int64)
    for place in set(state.plan_of.tolist()):
        plan = state.plans[place]
        lengths = rows.lengths[plan.kind if plan.kind != BY_GROUP else 0, first:last]
        categories[place, first:last] = plan.categories(groups[first:last], lengths)
    return sense(
        first, last, rows.sensed, categories, state.plan_of, state.learning, limits(state, promise_rows), TABLES,
        state.reference, state.wander, state.evidence,
    )  # fmt: skip


def _keep(state: SensorState, rows: StreamRows, groups: Longs, part: slice) -> None:
    """Rows of groups that will be cut anew."""
    young = ~np.array(state.settled, np.bool_)[groups[part]]
    if state.learning and state.rows < CUTS[-1] and young.any():
        kept = KeptRows(rows.sensed.bins[:, part], groups[part], rows.lengths[:, part])
        state.kept = state.kept.and_these(kept.take(young))
