"""What is known of all segments of one provider and model together."""

from dataclasses import dataclass, field

import msgspec
import numpy as np
from numpy.typing import NDArray

from coagent.detect.places import Places
from coagent.detect.pool.cells import CELLS
from coagent.detect.pool.members import Carried, Members
from coagent.detect.pool.statistics import Statistics, new_statistics
from coagent.detect.signals import COUNT
from coagent.detect.told import Told
from coagent.domain.row import RowRef
from coagent.domain.segment import Segment


class Raised(msgspec.Struct, array_like=True):
    """An alarm of one signal: when it rose, since when (`low` and `high` bound the onset's ordinal), and how high."""

    signal: int
    raised: RowRef
    onset: RowRef
    low: int
    high: int
    log10_evidence: float


class Suspicion(msgspec.Struct, array_like=True):
    """An alarm of the pool that is not settled yet. `fresh` rows came since, for which it was `told` again so often;
    `most_fresh` of them settle it. `sole` is the place of the only member that carries it, where there is just one:
    then places and rows are that one's own.
    """

    onset: RowRef
    raised: RowRef
    rows_before: int
    most_fresh: int
    sequence: int = 0
    fresh: int = 0
    told: int = 0
    sole: int | None = None


Unusual = dict[str, dict[str, int]]


def _cells() -> NDArray[np.int64]:
    return np.zeros((COUNT, CELLS), np.int64)


def _rates() -> NDArray[np.float64]:
    return np.zeros((COUNT, 2))


@dataclass(slots=True)
class Pool:
    """`rows_seen` counts the rows of all its segments, each once. `carried` is kept of signals whose evidence rises.
    Since the alarm: `fresh` ranks (signal, cell), the `latest` of them (older ones count less and less), and of binary
    signals `fresh_rates` (signal; hits, expected hits). `unusual_before` and `unusual_after` count what fields said
    that was rare before. `told`: what people know of its detectors.
    """

    segment: Segment
    began_s: float = 0.0
    now: RowRef | None = None
    rows_seen: int = 0
    members: Members = field(default_factory=Members)
    statistics: Statistics = field(default_factory=new_statistics)
    places: Places = field(default_factory=Places)
    carried: Carried = field(default_factory=dict)
    fresh: NDArray[np.int64] = field(default_factory=_cells)
    latest: NDArray[np.float64] = field(default_factory=lambda: np.zeros((COUNT, CELLS)))
    fresh_rates: NDArray[np.float64] = field(default_factory=_rates)
    unusual_before: Unusual = field(default_factory=dict)
    unusual_after: Unusual = field(default_factory=dict)
    alarms: dict[int, Raised] = field(default_factory=dict)
    suspicion: Suspicion | None = None
    told: Told = field(default_factory=Told)
