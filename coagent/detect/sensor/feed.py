"""Rows of a stream through its sensors, cut anew where that is due, up to the first alarm."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from coagent.detect.constants import ASIDE, CUTS, LOOK_EVERY_ROWS, LOUDER, OWN, SHAPE, SLACK
from coagent.detect.group.share import add_rows
from coagent.detect.sensor.cuts import admit, cut, next_cut
from coagent.detect.sensor.densities import part_tables, tables
from coagent.detect.sensor.kept_rows import KeptRows
from coagent.detect.sensor.kernel import sense, take_back
from coagent.detect.sensor.part_kernel import sense_parts
from coagent.detect.sensor.parts import PartAlarm
from coagent.detect.sensor.sensed import BY_GROUP, IS_LEVEL, IS_TRAFFIC, KINDS
from coagent.detect.sensor.state import SensorState
from coagent.detect.sensor.stream_rows import StreamRows

Longs = NDArray[np.int64]
Floats = NDArray[np.float64]

TABLES, PART_TABLES = tables(), part_tables()
SENSORS = int((~IS_TRAFFIC).sum())
SUREST = np.isin(KINDS, (OWN, SHAPE))


def shares_of(early: NDArray[np.bool_]) -> Floats:
    """Of each signal, adding up to 1; 0 for what raises no alarm. `early` had values by the first cut; before it shares
    are equal.
    """
    late = ~early & ~IS_TRAFFIC & early.any()
    shares = np.where(IS_TRAFFIC, 0.0, np.where(late, ASIDE, 1.0) / SENSORS)
    gainers = SUREST & early
    if gainers.any():
        shares[gainers] += (1 - shares.sum()) / gainers.sum()
    return shares


def budget_shares(state: SensorState) -> Floats:
    """What is left of the same for the stream's rows by parts, slow statistics, and the group where there is one."""
    own = 1 - ASIDE * (1 + state.share.grouped)
    found: Floats = own * shares_of(state.early) * np.where(IS_LEVEL, 1 - ASIDE, 1.0)
    return found


def limits(state: SensorState, promise_rows: float) -> Floats:
    """Evidence at which each signal raises an alarm, so that the chance of a false one within T exchangeable rows is at
    most T / `promise_rows` in all, parts included; infinite for what raises none.
    """
    return np.where(state.alarmed, np.inf, raised_limits(state, promise_rows))


def raised_limits(state: SensorState, promise_rows: float) -> Floats:
    """The same of signals that are alarmed already, too."""
    found: Floats = _limits(budget_shares(state), promise_rows) * LOUDER ** state.louder.astype(float)
    return found


def part_limits(state: SensorState, promise_rows: float) -> Floats:
    """The same of each part's signals, shape (parts, signals)."""
    return state.parts.limits(_limits(shares_of(state.early), promise_rows))


def _limits(shares: Floats, promise_rows: float) -> Floats:
    with np.errstate(divide="ignore"):
        found: Floats = SLACK * promise_rows / shares
    return found


def feed(state: SensorState, rows: StreamRows, groups: Longs, part: slice, promise_rows: float) -> "Fed":
    """Rows of a part of the batch, up to the first alarm."""
    at, end, signal, alarm = part.start, part.stop, -1, None
    while at < end and signal < 0 and alarm is None:
        last = min(end, at + _next_look(state.rows) - state.rows)
        admit(state, groups[at:last])
        done, signal, alarm = _sense(state, rows, groups, slice(at, last), promise_rows)
        _keep(state, rows, groups, slice(at, done))
        state.parts.count(groups[at:done], len(state.groups))
        state.rows += done - at
        if state.share.grouped and state.learning and state.rows > CUTS[0]:
            add_rows(state.share, rows.sensed.moves, rows.sensed.times, slice(at, done))
        at = done
        if state.rows in CUTS and state.learning:
            cut(state)
            state.share.begin_anew()
        if state.rows in CUTS or state.rows % LOOK_EVERY_ROWS == 0:
            state.parts.assign(state.groups.keys, state.wander)
    if signal >= 0 or alarm is not None:
        state.share.begin_anew()
    return Fed(at, signal, alarm)


class Fed(NamedTuple):
    """`at`: the next row. Of the row before it: the `signal` of the stream that raised an alarm or -1, and the alarm
    of a part.
    """

    at: int
    signal: int
    part: PartAlarm | None


def _next_look(rows: int) -> int:
    """Row of the stream at which strata are cut anew or parts are chosen, after so many."""
    by_parts = (rows // LOOK_EVERY_ROWS + 1) * LOOK_EVERY_ROWS
    due = next_cut(rows)
    return by_parts if due is None else min(due, by_parts)


def _sense(
    state: SensorState, rows: StreamRows, groups: Longs, part: slice, promise_rows: float
) -> tuple[int, int, PartAlarm | None]:
    first, last = part.start, part.stop
    categories = np.zeros((len(state.plans), rows.size), np.int64)
    for place in set(state.plan_of.tolist()):
        plan = state.plans[place]
        lengths = rows.lengths[plan.kind if plan.kind != BY_GROUP else 0, first:last]
        categories[place, first:last] = plan.categories(groups[first:last], lengths)
    bounds, sensed = limits(state, promise_rows), state.sensed
    before = [array.copy() for part in sensed for array in part]

    def whole(last: int) -> int:
        return sense(
            first, last, rows.sensed, categories, state.plan_of, state.learning, bounds, TABLES, state.reference, sensed
        )

    stop, alarm = _sense_parts(state, rows, groups, slice(first, whole(last)), promise_rows)
    if stop < last:  # the rows after an alarm were not sensed
        for array, was in zip((array for part in sensed for array in part), before, strict=True):
            array[:] = was
        if state.learning:
            take_back(first, last, rows.sensed, categories, state.plan_of, state.reference)
        whole(stop)
    over = state.evidence.mean / bounds
    return stop, int(over.argmax()) if over.max() > 1 else -1, alarm


def _sense_parts(
    state: SensorState, rows: StreamRows, groups: Longs, part: slice, promise_rows: float
) -> tuple[int, PartAlarm | None]:
    """The next row, and the alarm with the row before it; none while an earlier one is open."""
    parts, place = state.parts, state.parts.places(state.groups.keys)
    if not (place >= 0).any():
        return part.stop, None
    bounds, of_rows = part_limits(state, promise_rows), np.full((2, rows.size), -1)
    if parts.aside or not state.learning or state.rows < CUTS[0]:
        bounds = np.full_like(bounds, np.inf)
    of_rows[:, part] = place[:, groups[part]]
    stop, found, signal = sense_parts(
        part.start, part.stop, state.rows, rows.sensed.cells, rows.sensed.times, of_rows, state.learning, bounds,
        parts.prior, PART_TABLES, parts.statistics,
    )  # fmt: skip
    if found < 0:
        return stop, None
    return stop, parts.alarm(found, signal, float(bounds[found, signal]))


def _keep(state: SensorState, rows: StreamRows, groups: Longs, part: slice) -> None:
    """Rows of groups that will be cut anew."""
    young = ~np.array(state.settled, np.bool_)[groups[part]]
    if state.learning and state.rows < CUTS[-1] and young.any():
        kept = KeptRows(rows.sensed.bins[:, part], groups[part], rows.lengths[:, part])
        state.kept = state.kept.and_these(kept.take(young))
