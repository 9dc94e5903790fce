"""Which busy tasks and tenants carry a change: where their rows since the onset rank among earlier like rows."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from coagent.detect.config import DetectConfig
from coagent.detect.constants import DOUBT, FEW_ROWS, MOST_LISTED
from coagent.detect.rows import Rows, joined
from coagent.detect.sensor.feed import part_limits
from coagent.detect.sensor.normal_scores import SENSOR_OF, known, scores
from coagent.detect.sensor.parts import DIMENSIONS, Part, busiest, named
from coagent.detect.sensor.sensed import SIGNS
from coagent.detect.state.stream import Watch
from coagent.domain.candidate import PartEvidence

UNCHANGED_VARIANCE = 1 / 12
"""Of ranks that are uniform on (0, 1)."""
REACH = float(ndtri(1 - DOUBT / 2))
"""Standard errors on each side of an interval."""

Ranks = NDArray[np.float64]


def part_evidence(watch: Watch, signal: int | None, fresh: Rows, config: DetectConfig) -> list[PartEvidence]:
    """On the leading `signal`, place among all watched ones (None: one without ranks); the busiest parts first."""
    keys, rows = watch.sensor.groups.keys, joined([watch.suspicious, fresh])
    over = watch.sensor.parts.passed(part_limits(watch.sensor, config.threshold))
    before = busiest(keys, watch.sensor.parts.group_rows, most=len(keys) * len(DIMENSIONS))
    listed = [*list(before)[:MOST_LISTED], *(part for part in list(before)[MOST_LISTED:] if part in over)]
    return [
        evidence_of(watch, part, signal, rows.take(of_part(watch, part, rows)), before[part], alarmed=part in over)
        for part in listed
    ]


def of_part(watch: Watch, part: Part, rows: Rows) -> NDArray[np.bool_]:
    """Whether each row is the part's."""
    dimension, name = part
    mine = np.array([named(key, dimension) == name for key in watch.sensor.groups.keys], np.bool_)
    found: NDArray[np.bool_] = mine[rows.groups]
    return found


def evidence_of(watch: Watch, part: Part, signal: int | None, rows: Rows, seen: int, *, alarmed: bool) -> PartEvidence:
    """`rows`: the part's since the onset, as far as they are held; `seen`: all of it until now."""
    ranks = np.empty(0)
    if signal is not None and signal in SENSOR_OF:
        ranks = ranks_of(watch, signal, known(signal, rows))
    mean, error = mean_of(ranks)
    reach = REACH * error
    dimension, name = part
    return PartEvidence(
        dimension=DIMENSIONS[dimension],
        name=name,
        rows_before=max(seen - rows.size, 0),
        rows=rows.size,
        mean_rank=mean,
        low=max(mean - reach, 0.0) if len(ranks) else mean,
        high=min(mean + reach, 1.0) if len(ranks) else mean,
        alarmed=alarmed,
    )


def ranks_of(watch: Watch, signal: int, rows: Rows) -> Ranks:
    """Of known values among earlier like rows, 0 to 1."""
    found: Ranks = ndtr(int(SIGNS[SENSOR_OF[signal]]) * scores(watch, signal, rows))
    return found


def mean_of(ranks: Ranks) -> tuple[float, float]:
    """And its standard error; NaN of no ranks."""
    if not len(ranks):
        return float("nan"), float("nan")
    mean = float(ranks.mean())
    spread = float(((ranks - mean) ** 2).sum()) + FEW_ROWS * UNCHANGED_VARIANCE
    return mean, float(np.sqrt(spread / (len(ranks) + FEW_ROWS) / len(ranks)))
