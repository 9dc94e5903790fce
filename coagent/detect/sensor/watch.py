"""A stream watched by itself: alarms and facts of its rows in their order, evidence anew after each alarm."""

from typing import NamedTuple

import numpy as np

from coagent.detect.sensor.constants import LENGTH, TRAFFIC_POWER
from coagent.detect.sensor.densities import MOVED, RATES_UP
from coagent.detect.sensor.facts import facts
from coagent.detect.sensor.feed import feed
from coagent.detect.sensor.sensed import BETTER, BINARY, IS_TRAFFIC, KINDS, NAMES, SIGNS
from coagent.detect.sensor.state import SensorState
from coagent.detect.sensor.stream_rows import StreamRows


class Alarm(NamedTuple):
    """`row` counts from the stream's first. `direction`: +1 up, -1 down, 0 for facts. `traffic`: it is the request
    mix's, not the provider's. `better`: an improvement, which pages nobody. `part`: the task or tenant whose own
    statistic raised it.
    """

    row: int
    signal: str
    direction: int = 0
    traffic: bool = False
    better: bool = False
    part: str | None = None


def watch(state: SensorState, rows: StreamRows, promise_rows: float) -> list[Alarm]:
    """Feeds rows that follow those before; changes the state."""
    found = [Alarm(state.rows + fact.row, fact.name) for fact in facts(state, rows)]
    groups, at = state.groups.of(rows.described), 0
    while at < rows.size:
        at, signal, part = feed(state, rows, groups, slice(at, rows.size), promise_rows)
        if part is not None:
            found.append(Alarm(state.rows - 1, NAMES[part.sensor], part.direction, part=part.part[1]))
            state.parts.forget_evidence(~IS_TRAFFIC)
        if signal >= 0:
            found.append(alarm_of(state, signal, promise_rows))
            state.louder[signal] += 1
            state.forget_evidence(~IS_TRAFFIC)
    return sorted(found, key=lambda one: one.row)


def alarm_of(state: SensorState, signal: int, promise_rows: float) -> Alarm:
    """Of the last row fed."""
    moved = KINDS[signal] == LENGTH and traffic_moved(state, promise_rows)
    way = direction(state, signal)
    better = bool(BETTER[signal]) and way == BETTER[signal]
    return Alarm(state.rows - 1, NAMES[signal], way, bool(moved), better)


def traffic_moved(state: SensorState, promise_rows: float) -> bool:
    """Whether input lengths within the groups are others than before."""
    return bool((state.evidence.mean[IS_TRAFFIC] > promise_rows**TRAFFIC_POWER).any())


def direction(state: SensorState, signal: int) -> int:
    """Where most of the signal's evidence lies: +1 up, -1 down."""
    bets = state.evidence.bets[signal].astype(np.float64)
    split = RATES_UP if BINARY[signal] else MOVED
    return int(SIGNS[signal]) * (1 if bets[:split].sum() > bets[split:].sum() else -1)
