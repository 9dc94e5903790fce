"""The busy tasks and tenants of a stream, each with statistics of its own over the ranks of its rows.

A part's rows are those of groups that are named after it: they are ranked among rows of the same task and tenant, so
that the ranks of a part are as uniform as those of the whole. Within one dimension a row belongs to one part at most:
statistics of all parts together have as many rows to be wrong at as the stream has, however many parts there are.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from coagent.detect.constants import ASIDE, LOUDER, NAMED_GROUPS
from coagent.detect.sensor.dead_band import PRIOR, Wander
from coagent.detect.sensor.densities import PART_MOVES
from coagent.detect.sensor.grid import STEP
from coagent.detect.sensor.groups import Key
from coagent.detect.sensor.part_kernel import SIGNALS, PartStatistics, no_statistics
from coagent.detect.sensor.part_signals import PART_SENSORS, PART_SIGNAL_OF
from coagent.detect.sensor.sensed import BINARY, IS_FACTOR, SIGNS

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

Dimension = Literal["task", "tenant"]
DIMENSIONS: tuple[Dimension, ...] = ("task", "tenant")
Part = tuple[int, str]
"""Place among DIMENSIONS, and name."""
OF_A_DIMENSION = ASIDE / len(DIMENSIONS)


class PartAlarm(NamedTuple):
    """Of the last row fed. `sensor`: its signal among all sensed ones; `low_at`: the stream's row after which the
    change began; `direction`: of the value, +1 up, -1 down; `mixture`: each bet's share of the evidence.
    """

    part: Part
    sensor: int
    mean: float
    limit: float
    low_at: int
    direction: int
    mixture: list[float]


@dataclass(slots=True)
class Parts:
    """`names`: of each place in `statistics`, None where it is free. `group_rows`: rows of each group of the stream.
    `louder`: how often the limit of a part's signal was raised. `prior`: see `sense_parts`. `aside`: a part that raised
    an alarm, whose rows are looked at by themselves; no other part raises one until that is over.
    """

    names: list[Part | None] = field(default_factory=list)
    group_rows: Longs = field(default_factory=lambda: np.zeros(0, np.int64))
    louder: Longs = field(default_factory=lambda: np.zeros((0, SIGNALS), np.int64))
    prior: Floats = field(default_factory=lambda: np.zeros(SIGNALS))
    statistics: PartStatistics = field(default_factory=lambda: no_statistics(0))
    aside: Part | None = None

    def count(self, groups: Longs, known: int) -> None:
        """Rows of `known` groups."""
        found = np.bincount(groups, minlength=known)
        found[: len(self.group_rows)] += self.group_rows
        self.group_rows = found

    def assign(self, keys: Sequence[Key], wander: Wander) -> None:
        """The busiest parts have statistics from here on; those that were among them before keep theirs."""
        wanted = busiest(keys, self.group_rows)
        for place, name in enumerate(self.names):
            if name not in wanted:
                self._clear(place)
                self.names[place] = None
        for name in (name for name in wanted if name not in self.names):
            self.names[self._free()] = name
        self.prior = _prior(wander)

    def _free(self) -> int:
        if None not in self.names:
            self.names.append(None)
            more = no_statistics(1)
            arrays = [np.concatenate([self.statistics[place], more[place]]) for place in range(len(more))]
            self.statistics = PartStatistics._make(arrays)
            self.louder = np.concatenate([self.louder, np.zeros((1, SIGNALS), np.int64)])
        return self.names.index(None)

    def is_aside(self, keys: Sequence[Key]) -> NDArray[np.bool_]:
        """Of each group: whether it is the part's that was set aside."""
        return np.array([self.aside in {(d, named(key, d)) for d in range(2)} for key in keys], np.bool_)

    def _clear(self, place: int) -> None:
        for part in self.statistics:
            part[place] = 0
        self.louder[place] = 0

    def places(self, keys: Sequence[Key]) -> Longs:
        """Of each group's task and tenant among the statistics, -1 where it has none; shape (2, groups)."""
        place_of = {name: place for place, name in enumerate(self.names) if name is not None}
        by_dimension = [[place_of.get((d, named(key, d) or ""), -1) for key in keys] for d in range(len(DIMENSIONS))]
        return np.array(by_dimension, np.int64)

    def limits(self, of_signals: Floats) -> Floats:
        """Of each part and signal, from the stream's limits with its whole budget."""
        found: Floats = of_signals[PART_SENSORS] / OF_A_DIMENSION * LOUDER ** self.louder.astype(float)
        return found

    def passed(self, bounds: Floats) -> set[Part]:
        """Parts of which a statistic is over its limit."""
        over = np.flatnonzero((self.statistics.mean > bounds).any(axis=1))
        return {name for place in over.tolist() if (name := self.names[place]) is not None}

    def was_wrong(self, part: Part, sensor: int) -> None:
        """A false alarm raises this signal's limit of the part."""
        if part in self.names:
            self.louder[self.names.index(part), PART_SIGNAL_OF[sensor]] += 1

    def forget_evidence(self, sensors: NDArray[np.bool_]) -> None:
        """Of these sensed signals: it starts anew in all parts."""
        meant, of = sensors[PART_SENSORS], self.statistics
        for part in (of.bets, of.mean, of.waiting, of.waited):
            part[:, meant] = 0

    def alarm(self, place: int, signal: int, limit: float) -> PartAlarm:
        sensor, of, name = int(PART_SENSORS[signal]), self.statistics, self.names[place]
        assert name is not None, "only parts with a name are fed"
        bets = of.bets[place, signal].astype(np.float64)
        way = int(SIGNS[sensor]) * (1 if bets[:PART_MOVES].sum() > bets[PART_MOVES:].sum() else -1)
        mean, low_at = float(of.mean[place, signal]), int(of.low_at[place, signal])
        shares: list[float] = (bets / bets.sum()).tolist()
        return PartAlarm(name, sensor, mean, limit, low_at, way, shares)


def named(key: Key, dimension: int) -> str | None:
    """The task or tenant of a group."""
    return key[1] if dimension else key[0]


def busiest(keys: Sequence[Key], group_rows: Longs, most: int = NAMED_GROUPS) -> dict[Part, int]:
    """At most so many tasks and tenants with their rows, the busiest first. Where a dimension has one name alone, that
    is the stream itself.
    """
    rows_of = [(key, rows) for key, rows in zip(keys, group_rows.tolist(), strict=False) if rows]
    found: dict[Part, int] = {}
    for dimension in range(len(DIMENSIONS)):
        names = [(name, rows) for key, rows in rows_of if (name := named(key, dimension))]
        if len({name for name, _ in names}) > 1:
            for name, rows in names:
                found[dimension, name] = found.get((dimension, name), 0) + rows
    return dict(sorted(found.items(), key=lambda one: (-one[1], one[0]))[:most])


def _prior(wander: Wander) -> Floats:
    """How far the level of each signal wanders before it is measured, in normal scores."""
    logs = wander.logs[PART_SENSORS]
    spread = STEP * np.sqrt(logs[:, 2] / np.maximum(logs[:, 0], 1))
    is_factor = IS_FACTOR[PART_SENSORS] & ~BINARY[PART_SENSORS]
    found: Floats = np.where(is_factor, PRIOR[PART_SENSORS] / np.maximum(spread, STEP), PRIOR[PART_SENSORS])
    return found
