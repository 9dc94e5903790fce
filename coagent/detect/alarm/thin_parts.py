"""Tasks and tenants that carry a change and share their groups with others, since groups are bounded.

Such a part may always have ranked high or low among the others, so its rows since the onset are compared with its own
earlier rows, as far as both are held.
"""

from collections import Counter
from collections.abc import Container, Iterator

import numpy as np
from scipy.special import ndtri

from coagent.detect.alarm.parts import Ranks, mean_of, ranks_of
from coagent.detect.constants import DOUBT, FEW_ROWS, MOST_LISTED
from coagent.detect.rows import Objects, Rows, joined
from coagent.detect.sensor.normal_scores import SENSOR_OF, known
from coagent.detect.sensor.parts import DIMENSIONS, Part
from coagent.detect.state.stream import Watch
from coagent.domain.candidate import PartEvidence


def thin_parts(watch: Watch, signal: int | None, rows: Rows, listed: Container[Part]) -> list[PartEvidence]:
    """Those whose `rows` since the onset rank otherwise on the leading `signal` than before, the busiest first; without
    those `listed` already.
    """
    if signal not in SENSOR_OF or not rows.unnamed.any():
        return []
    now, before = known(signal, rows), known(signal, _earlier(watch))
    ranks = ranks_of(watch, signal, now), ranks_of(watch, signal, before)
    parts = [part for part in _held(now.unnamed, before.unnamed) if part not in listed]
    reach = float(ndtri(1 - DOUBT / 2 / max(len(parts), 1)))
    found = [_evidence(part, *_own(part, now, ranks[0]), *_own(part, before, ranks[1]), reach) for part in parts]
    carriers = [one for one in found if one.high < 1 / 2 or one.low > 1 / 2]
    return sorted(carriers, key=lambda one: (-one.rows, one.name))[:MOST_LISTED]


def _earlier(watch: Watch) -> Rows:
    """Rows before the onset that are held, each once."""
    onset = watch.suspicion.onset.ordinal if watch.suspicion else watch.rows_seen
    rows = joined([watch.reservoir, watch.recent])
    _, first = np.unique(rows.ordinals, return_index=True)
    kept = rows.take(first)
    return kept.take((kept.ordinals < onset) & (kept.ordinals >= watch.gapless_from))


def _held(now: Objects, before: Objects) -> Iterator[Part]:
    """With enough rows on both sides."""
    for dimension in range(len(DIMENSIONS)):
        since, earlier = Counter(now[dimension].tolist()), Counter(before[dimension].tolist())
        for name, rows in since.items():
            if name is not None and min(rows, earlier[name]) >= FEW_ROWS:
                yield dimension, name


def _own(part: Part, rows: Rows, ranks: Ranks) -> tuple[int, float, float]:
    """Rows of the part, their mean rank and its standard error."""
    dimension, name = part
    mine = ranks[rows.unnamed[dimension] == name]
    return len(mine), *mean_of(mine)


def _evidence(  # noqa: PLR0917  two sides of a comparison
    part: Part, rows: int, mean: float, error: float, earlier: int, was: float, was_error: float, reach: float
) -> PartEvidence:
    """The mean rank as it would be had it been 1/2 before."""
    dimension, name = part
    value, wide = 1 / 2 + mean - was, reach * float(np.hypot(error, was_error))
    return PartEvidence(
        dimension=DIMENSIONS[dimension],
        name=name,
        rows_before=earlier,
        rows=rows,
        mean_rank=min(max(value, 0.0), 1.0),
        low=min(max(value - wide, 0.0), 1.0),
        high=min(max(value + wide, 0.0), 1.0),
        alarmed=False,
    )
