"""What a batch of a segment tells its pool."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from coagent.detect.evidence import row_ref
from coagent.detect.fields import FIELDS, UNKNOWN
from coagent.detect.gathered import Gathered
from coagent.detect.pool.cells import Counts, coarse
from coagent.detect.rows import Rows
from coagent.detect.signals import COVARIATE, NAMES, PLACE_OF
from coagent.detect.watch import Watch
from coagent.domain.candidate import Candidate
from coagent.domain.evidence import Evidence, SignalCounts
from coagent.domain.segment import OTHER

RARE = 0.2
"""A field's value is unusual where so few of the reference's rows have it."""


def contribution(
    watch: Watch, first: int, gathered: Gathered, told: Sequence[Candidate], rows_per_month: float | None
) -> Evidence | None:
    """Of the rows from ordinal `first` on, just observed, which were `told` of; None where they say nothing, or the
    segment has no model.
    """
    cells = coarse(gathered.cells)
    counted = np.flatnonzero(cells.any(axis=1))
    if not len(counted) or watch.segment.request_model == OTHER:
        return None
    return Evidence(
        segment=watch.segment,
        began_s=watch.places.times[0],
        first=first,
        last=row_ref(watch.recent, -1),
        reference_rows=watch.reference_rows,
        signals=[_counts(int(signal), cells[signal], gathered) for signal in counted],
        alarmed=_alarmed(watch, told),
        unusual=_unusual(watch, watch.recent.since(first)),
        rows_per_month=rows_per_month,
    )


def _alarmed(watch: Watch, told: Sequence[Candidate]) -> list[str]:
    """Open alarms, and those that were told of in these rows."""
    open_now = np.flatnonzero(watch.sensors.alarmed == 1).tolist()
    within = [PLACE_OF[one.signal] for candidate in told for one in candidate.evidence if one.alarmed]
    return [NAMES[signal] for signal in sorted({*open_now, *within}) if not COVARIATE[signal]]


def _counts(signal: int, cells: Counts, gathered: Gathered) -> SignalCounts:
    return SignalCounts(
        NAMES[signal],
        {cell: count for cell, count in enumerate(cells.tolist()) if count},
        int(gathered.hits[signal]),
        round(float(gathered.expected[signal]), 6),
    )


def _unusual(watch: Watch, rows: Rows) -> dict[str, dict[str, int]]:
    """Of the fields in which some of the rows have a value that was rare; rows that are no longer held are not told."""
    found: dict[str, dict[str, int]] = {}
    for place, field in enumerate(FIELDS):
        counts = Counter(rows.fields[place].tolist())
        counts.pop(UNKNOWN, None)
        before = watch.fields_before[place]
        rare = {code: count for code, count in counts.items() if before[code] - count < RARE * before.sum()}
        if rare:
            found[field] = {watch.field_values.names[place][code]: count for code, count in rare.items()}
    return found
