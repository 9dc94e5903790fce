"""Second opinions: River's detectors on the normal scores of ranks. They show the shape of a change, never page.

A thousand rows of a Python detector cost a millisecond, so they only look when a candidate is sent: at the sample of
the reference, then at the rows since the onset, each ranked within its category against the frozen reference.
"""

from typing import TYPE_CHECKING

import numpy as np

from coagent.detect.rows import Rows, joined
from coagent.detect.sensor.normal_scores import SENSOR_OF, scores
from coagent.detect.state.stream import Watch

if TYPE_CHECKING:
    from river.base import DriftDetector


def opinions(watch: Watch, signal: int, fresh: Rows) -> dict[str, int | None]:
    """Ordinal of the first row since the onset at which each detector saw a drift, or None."""
    from river.drift import ADWIN, PageHinkley  # noqa: PLC0415  takes half a second to load

    rows = joined([watch.reservoir, watch.suspicious, fresh])
    rows = rows.take(np.isfinite(rows.values[signal]))
    if signal not in SENSOR_OF or not rows.size:
        return {}
    column, start = scores(watch, signal, rows).tolist(), int((rows.ordinals <= _last(watch.reservoir)).sum())
    detectors: dict[str, DriftDetector] = {"ADWIN": ADWIN(), "PageHinkley": PageHinkley()}
    found = {name: _first_drift(detector, column, start) for name, detector in detectors.items()}
    return {name: None if at is None else int(rows.ordinals[at]) for name, at in found.items()}


def _last(rows: Rows) -> int:
    return int(rows.ordinals[-1]) if rows.size else -1


def _first_drift(detector: "DriftDetector", column: list[float], start: int) -> int | None:
    for place, score in enumerate(column):
        detector.update(score)
        if detector.drift_detected and place >= start:
            return place
    return None
