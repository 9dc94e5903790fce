"""Rows of a stream through its sensors, cut anew where that is due, up to the first alarm."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from coagent.detect.group.share import add_rows
from coagent.detect.sensor.constants import (
    CUTS,
    GROUP_SHARE,
    LATE_SHARE,
    LOUDER,
    MOST_EVIDENCE,
    OWN,
    PART_SHARE,
    PARTS_EVERY,
    SHAPE,
    SLACK,
    SLOW_SHARE,
)
from coagent.detect.sensor.cuts import admit, cut, next_cut
from coagent.detect.sensor.densities import tables
from coagent.detect.sensor.kept_rows import KeptRows
from coagent.detect.sensor.kernel import copies, restore, sense, take_back
from coagent.detect.sensor.part_bets import part_tables
from coagent.detect.sensor.part_kernel import sense_parts
from coagent.detect.sensor.parts import PartAlarm
from coagent.detect.sensor.sensed import BY_GROUP, COUNT, IS_TRAFFIC, KINDS
from coagent.detect.sensor.slow import SLOW, block_end, close, gather, over
from coagent.detect.sensor.state import SensorState
from coagent.detect.sensor.stream_rows import StreamRows

Longs = NDArray[np.int64]
Floats = NDArray[np.float64]

TABLES, PART_TABLES = tables(), part_tables()
SENSORS = int((~IS_TRAFFIC).sum())
SUREST = np.isin(KINDS, (OWN, SHAPE))


def budget_shares(state: SensorState) -> Floats:
    """Of each signal, adding up to 1 with that of the slow statistics; 0 for what raises no alarm. Fixed at the first
    cut.
    """
    return shares_of(state.early)


def shares_of(early: NDArray[np.bool_]) -> Floats:
    """The same, of signals that had values by then."""
    late = ~early & ~IS_TRAFFIC
    shares = np.where(IS_TRAFFIC, 0.0, np.where(late, LATE_SHARE, 1.0) / SENSORS)
    gainers = SUREST & early
    if gainers.any():
        shares[gainers] += (1 - shares.sum()) / gainers.sum()
    return shares * (1 - SLOW_SHARE)


def limits(state: SensorState, promise_rows: float) -> Floats:
    """Evidence at which each signal raises an alarm, so that the chance of a false one within T exchangeable rows is at
    most T / `promise_rows` in all, parts included; infinite for what raises none.
    """
    return np.where(_is_silent(state), np.inf, raised_limits(state, promise_rows))


def raised_limits(state: SensorState, promise_rows: float) -> Floats:
    """The same of signals that are alarmed already, too."""
    found: Floats = _whole_limits(state, promise_rows) / own_share(state) * LOUDER ** state.louder.astype(float)
    return found


def own_share(state: SensorState) -> float:
    """Of the budget: what parts, and the group where there is one, leave to the stream's own signals."""
    return 1 - PART_SHARE - (GROUP_SHARE if state.share.grouped else 0.0)


def _is_silent(state: SensorState) -> NDArray[np.bool_]:
    return state.alarmed | (state.rows < CUTS[0])


def part_limits(state: SensorState, promise_rows: float) -> Floats:
    """The same of each part's signals, shape (parts, signals)."""
    return state.parts.limits(_whole_limits(state, promise_rows))


def _whole_limits(state: SensorState, promise_rows: float) -> Floats:
    """As if there were no parts."""
    with np.errstate(divide="ignore"):
        found: Floats = SLACK * promise_rows / budget_shares(state)
    return found


def feed(state: SensorState, rows: StreamRows, groups: Longs, part: slice, promise_rows: float) -> "Fed":
    """Rows of a part of the batch, up to the first alarm."""
    at, end, signal, alarm = part.start, part.stop, -1, None
    while at < end and signal < 0 and alarm is None:
        last = min(end, at + _next_look(state.rows) - state.rows)
        block = block_end(state.slow, rows.sensed.times[at:last])
        last = last if block is None else at + block
        admit(state, groups[at:last])
        done, signal, alarm = _sense(state, rows, groups, slice(at, last), promise_rows)
        if block is not None and done == last:
            close(state.slow, rows.sensed.hashes[last - 1], learning=state.learning)
            signal = signal if signal >= 0 else _slow_alarm(state, rows, last - 1, promise_rows)
        _keep(state, rows, groups, slice(at, done))
        state.parts.count(groups[at:done], len(state.groups))
        state.rows += done - at
        if state.share.grouped and state.learning and state.rows > CUTS[0]:
            add_rows(state.share, rows.sensed.moves, rows.sensed.times, slice(at, done))
        at = done
        if state.rows in CUTS and state.learning:
            cut(state)
            state.share.begin_anew()
        if state.rows in CUTS or state.rows % PARTS_EVERY == 0:
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
    by_parts = (rows // PARTS_EVERY + 1) * PARTS_EVERY
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
    scores = np.full((COUNT, rows.size), np.nan)

    def whole(last: int) -> tuple[int, int]:
        return sense(
            first, last, rows.sensed, categories, state.plan_of, state.learning, limits(state, promise_rows), TABLES,
            state.reference, state.wander, state.evidence, scores,
        )  # fmt: skip

    before = copies(state.wander, state.evidence)
    done, signal = whole(last)
    stop, alarm = _sense_parts(state, rows, groups, slice(first, done), promise_rows)
    if stop < done:  # a part was first: the rows after it were not sensed
        restore(before, state.wander, state.evidence)
        if state.learning:
            take_back(first, done, rows.sensed, categories, state.plan_of, state.reference)
        done, signal = whole(stop)
    sensed = slice(first, done)
    gather(state.slow, scores[:, sensed], rows.sensed.hashes[sensed], rows.sensed.times[sensed])
    return done, signal, alarm


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


def _slow_alarm(state: SensorState, rows: StreamRows, row: int, promise_rows: float) -> int:
    """The signal whose slow evidence is over its limit, or -1; it becomes the signal's evidence."""
    ratios, needed = over(state.slow, promise_rows, SLACK), limits(state, promise_rows)[SLOW]
    ratios = np.where(np.isfinite(needed), ratios, 0.0) / LOUDER ** state.louder[SLOW].astype(float)
    most = int(ratios.argmax())
    rows.sensed.trace[row] = max(rows.sensed.trace[row], ratios[most])
    if ratios[most] <= 1:
        return -1
    signal, bets = int(SLOW[most]), state.slow.bets[most].astype(np.float64)
    mean = min(ratios[most] * needed[most], MOST_EVIDENCE)
    state.evidence.bets[signal] = np.minimum(bets * (mean / bets.mean()), MOST_EVIDENCE)
    state.evidence.mean[signal] = state.evidence.peak[signal] = mean
    return signal


def _keep(state: SensorState, rows: StreamRows, groups: Longs, part: slice) -> None:
    """Rows of groups that will be cut anew."""
    young = ~np.array(state.settled, np.bool_)[groups[part]]
    if state.learning and state.rows < CUTS[-1] and young.any():
        kept = KeptRows(rows.sensed.bins[:, part], groups[part], rows.lengths[:, part])
        state.kept = state.kept.and_these(kept.take(young))
