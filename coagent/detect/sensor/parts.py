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

from coagent.detect.sensor.constants import LOUDER, MOST_PARTS, PART_SHARE
from coagent.detect.sensor.dead_band import PRIOR, Wander
from coagent.detect.sensor.grid import STEP
from coagent.detect.sensor.groups import Key
from coagent.detect.sensor.part_bets import LANES
from coagent.detect.sensor.part_kernel import SIGNALS, PartStatistics, no_statistics
from coagent.detect.sensor.part_signals import PART_SENSORS
from coagent.detect.sensor.sensed import BINARY, IS_FACTOR, SIGNS

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

Dimension = Literal["task", "tenant"]
DIMENSIONS: tuple[Dimension, ...] = ("task", "tenant")
Part = tuple[int, str]
"""Place among DIMENSIONS, and name."""
OF_A_DIMENSION = PART_SHARE / len(DIMENSIONS)


class PartAlarm(NamedTuple):
    """Of the last row fed. `sensor`: its signal among all sensed ones; `low_at`: the stream's row after which the
    change began; `direction`: of the value, +1 up, -1 down.
    """

    part: Part
    sensor: int
    mean: float
    limit: float
    low_at: int
    direction: int


@dataclass(slots=True)
class Parts:
    """`names`: of each place in `statistics`, None where it is free. `group_rows`: rows of each group of the stream.
    `louder`: how often the limit of a part's signal was raised. `prior`: see `sense_parts`.
    """

    names: list[Part | None] = field(default_factory=list)
    group_rows: Longs = field(default_factory=lambda: np.zeros(0, np.int64))
    louder: Longs = field(default_factory=lambda: np.zeros((0, SIGNALS), np.int64))
    prior: Floats = field(default_factory=lambda: np.zeros(SIGNALS))
    statistics: PartStatistics = field(default_factory=lambda: no_statistics(0))

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
            self.statistics = PartStatistics._make(map(np.concatenate, zip(self.statistics, more, strict=True)))
            self.louder = np.concatenate([self.louder, np.zeros((1, SIGNALS), np.int64)])
        return self.names.index(None)

    def _clear(self, place: int) -> None:
        for part in self.statistics:
            part[place] = 0
        self.louder[place] = 0

    def places(self, keys: Sequence[Key]) -> Longs:
        """Of each group's task and tenant among the statistics, -1 where it has none; shape (2, groups)."""
        place_of = {name: place for place, name in enumerate(self.names) if name is not None}
        return np.array(
            [[place_of.get((d, key[d] or ""), -1) for key in keys] for d in range(len(DIMENSIONS))], np.int64
        )

    def limits(self, of_signals: Floats) -> Floats:
        """Of each part and signal, from the stream's limits with its whole budget."""
        return of_signals[PART_SENSORS] / OF_A_DIMENSION * LOUDER ** self.louder.astype(float)

    def forget_evidence(self, sensors: NDArray[np.bool_]) -> None:
        """Of these sensed signals: it starts anew in all parts."""
        meant, of = sensors[PART_SENSORS], self.statistics
        for part in (of.bets, of.mean, of.waiting, of.waited):
            part[:, meant] = 0

    def alarm(self, place: int, signal: int, limit: float) -> PartAlarm:
        sensor, of, name = int(PART_SENSORS[signal]), self.statistics, self.names[place]
        assert name is not None, "only parts with a name are fed"
        bets = of.bets[place, signal].astype(np.float64)
        way = int(SIGNS[sensor]) * (1 if bets[:LANES].sum() > bets[LANES:].sum() else -1)
        mean, low_at = float(of.mean[place, signal]), int(of.low_at[place, signal])
        return PartAlarm(name, sensor, mean, limit, low_at, way)


def busiest(keys: Sequence[Key], group_rows: Longs) -> list[Part]:
    """At most MOST_PARTS tasks and tenants, the busiest first. Where a dimension has one name alone, that is the
    stream itself.
    """
    rows_of = [(key, rows) for key, rows in zip(keys, group_rows.tolist(), strict=False) if rows]
    found: dict[Part, int] = {}
    for dimension in range(len(DIMENSIONS)):
        named = [(key[dimension], rows) for key, rows in rows_of]
        if len({name for name, _ in named} - {None}) > 1:
            for name, rows in named:
                found[dimension, name or ""] = found.get((dimension, name or ""), 0) + rows
            found.pop((dimension, ""), None)
    return sorted(found, key=lambda part: (-found[part], part))[:MOST_PARTS]


def _prior(wander: Wander) -> Floats:
    """How far the level of each signal wanders before it is measured, in normal scores."""
    logs = wander.logs[PART_SENSORS]
    spread = STEP * np.sqrt(logs[:, 2] / np.maximum(logs[:, 0], 1))
    is_factor = IS_FACTOR[PART_SENSORS] & ~BINARY[PART_SENSORS]
    return np.where(is_factor, PRIOR[PART_SENSORS] / np.maximum(spread, STEP), PRIOR[PART_SENSORS])
