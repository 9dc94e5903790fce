"""Rows as others may name them."""

from datetime import UTC, datetime

import numpy as np

from coagent.detect.rows import Rows
from coagent.detect.state.stream import Watch
from coagent.domain.row import RowRef


def row_ref(rows: Rows, place: int) -> RowRef:
    time = datetime.fromtimestamp(float(rows.times[place]), UTC)
    return RowRef(ordinal=int(rows.ordinals[place]), time=time, request_id=rows.request_ids[place])


def ref_of(watch: Watch, ordinal: int) -> RowRef:
    """The row itself where it is still held, else its ordinal and about its time."""
    if watch.recent.size and ordinal >= watch.recent.ordinals[0]:
        return row_ref(watch.recent, int(np.searchsorted(watch.recent.ordinals, ordinal)))
    return RowRef(ordinal=ordinal, time=datetime.fromtimestamp(watch.places.time_of(ordinal), UTC))
