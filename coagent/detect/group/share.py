"""What a stream's rows say that its group was not told yet: sums of logarithms of the bets' densities.

Densities have mean 1 whatever was seen before, so those of several streams' rows may be multiplied; sums of logarithms
do that, whatever the order of the streams.
"""

from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from coagent.detect.constants import SECONDS_AT_ONCE
from coagent.detect.sensor.densities import BETS, Tables, look_up, tables, wait
from coagent.detect.sensor.jit import compiled
from coagent.detect.sensor.kernel import ROWS_AT_ONCE, Lanes, Moves
from coagent.detect.sensor.sensed import BINARY, COUNT

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]


class Sums(NamedTuple):
    """Of each signal: `rows`, and `logs` of their densities, shape (signals, bets); `waiting` and `waited` as in
    `kernel.Evidence`.
    """

    rows: Longs
    logs: Floats
    waiting: Lanes
    waited: Floats


def no_sums() -> Sums:
    shape = (COUNT, BETS)
    return Sums(np.zeros(COUNT, np.int64), np.zeros(shape), np.zeros(shape, np.float32), np.zeros((COUNT, 2)))


@dataclass(slots=True)
class Share:
    """`grouped`: whether other streams of the provider and model are known. `since`: the first row not told yet;
    `told_s`: row time of the last telling, None before the first. `heard`: number of the group's last alarm.
    """

    grouped: bool = False
    since: int = 0
    told_s: float | None = None
    heard: int = 0
    anew: bool = False
    sums: Sums = field(default_factory=no_sums)

    def begin_anew(self) -> None:
        """Ranks from here on are not to be counted together with those before."""
        self.anew = self.grouped
        self.forget()

    def forget(self) -> None:
        for array in self.sums:
            array[:] = 0


@cache
def _logs() -> Tables:
    with np.errstate(divide="ignore"):
        return Tables(*[np.log(table) for table in tables()])


def add_rows(share: Share, moves: Moves, times: Floats, part: slice) -> None:
    """Rows that were sensed, ranked among earlier rows."""
    _add_rows(part.start, part.stop, moves, times, tables(), _logs(), share.sums)


@compiled
def _add_rows(  # noqa: PLR0917  compiled functions take their arrays by position
    first: int, last: int, moves: Moves, times: Floats, plain: Tables, logs: Tables, sums: Sums
) -> None:
    found = np.empty(BETS, np.float32)
    for s in range(COUNT):
        rate, total, waiting, waited = int(BINARY[s]), sums.logs[s], sums.waiting[s], sums.waited[s]
        for i in range(first, last):
            up, down = int(moves[s, i, 0]), int(moves[s, i, 1])
            if up < 0:
                continue
            if ROWS_AT_ONCE[s] == 1:
                look_up(rate, up, down, logs, found)
                total += found
                sums.rows[s] += 1
                continue
            look_up(rate, up, down, plain, found)
            wait(found, times[i], waiting, waited)
            if waited[0] >= ROWS_AT_ONCE[s] and times[i] - waited[1] >= SECONDS_AT_ONCE:
                total += np.log(waiting / waited[0])
                sums.rows[s] += np.int64(waited[0])
                waiting[:], waited[0] = 0, 0
