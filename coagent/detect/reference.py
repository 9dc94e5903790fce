"""The reference of a segment: made from its first rows, grown, cleaned after an alarm, replaced when accepted."""

import numpy as np
from numpy.typing import NDArray

from coagent.detect.bins import edges_of
from coagent.detect.categories import Categories
from coagent.detect.config import DetectConfig
from coagent.detect.fields import counted
from coagent.detect.prices import fit
from coagent.detect.rows import Rows, no_rows
from coagent.detect.samples import sampled
from coagent.detect.sensors import forget_reference, with_room_for
from coagent.detect.signals import BINARY, COUNT, COVARIATE, values
from coagent.detect.watch import Watch

FEWEST_KNOWN = 20
WOLF = 1000.0
"""A sensor that cried wolf must shout louder: its limit grows by this factor each time."""
LATE_SHARE = 1.0
"""Share of the evidence kept for signals that come later, in units of one signal's share."""

Chosen = NDArray[np.bool_]


def begin(watch: Watch) -> None:
    """Makes categories, prices and bins from the waiting rows; their ranks are taken afterwards, in order."""
    watch.categories = Categories.from_first_rows(watch.waiting_raw)
    watch.prices = fit(watch.waiting_raw)
    first = values(watch.waiting_raw, watch.prices, by_chars=watch.categories.by_chars)
    known = np.isfinite(first).sum(axis=1)
    chosen = known >= min(FEWEST_KNOWN, first.shape[1])
    for signal in np.flatnonzero(chosen):
        _open(watch, int(signal), first[signal])
    watch.sensors.quiet[:] = np.where(chosen, known, 0)


def _open(watch: Watch, signal: int, column: NDArray[np.float32]) -> None:
    known = column[np.isfinite(column)]
    watch.sensors.edges[signal] = edges_of(known, binary=bool(BINARY[signal]))
    watch.sensors.active[signal] = 1


def weigh(watch: Watch, config: DetectConfig) -> None:
    """Shares of the segment's evidence (equal, one kept for signals to come) and limits, wolves counted in."""
    sensors, factor = watch.sensors, WOLF ** watch.wolves.astype(float)
    owned = (sensors.active == 1) & ~COVARIATE
    early, late = owned & (watch.since == 0), ~COVARIATE & ~(owned & (watch.since == 0))
    share = 1.0 / (early.sum() + LATE_SHARE)
    sensors.weight[:] = np.where(early, share, np.where(late, share * LATE_SHARE / max(late.sum(), 1), 0.0)) / factor
    sensors.limit[:] = config.threshold * factor


def learn(watch: Watch, rows: Rows) -> None:
    """Rows join the sample and the field counts; the sensors' own counts grew as the rows were sensed."""
    watch.reservoir = sampled(watch.reservoir, rows)
    watch.fields_before += counted(rows.fields)
    watch.reference_rows += rows.size


def unlearn(watch: Watch, onset: int) -> None:
    """Takes the rows since `onset` out of the reference, as far as they are still held."""
    onset = max(onset, watch.gapless_from)
    suspects = watch.recent.since(onset)
    for signal in np.flatnonzero((watch.sensors.active == 1) & ~COVARIATE):
        _remove(watch, int(signal), suspects.since(int(watch.since[signal])))
    watch.fields_before -= counted(suspects.fields)
    watch.reference_rows -= suspects.size
    watch.reservoir = watch.reservoir.take(watch.reservoir.ordinals < onset)


def _remove(watch: Watch, signal: int, rows: Rows) -> None:
    _count(watch, signal, rows, -1)


def _count(watch: Watch, signal: int, rows: Rows, by: int) -> None:
    column = rows.values[signal]
    known = np.isfinite(column)
    places = np.searchsorted(watch.sensors.edges[signal], column[known])
    categories = np.zeros(len(places), int) if COVARIATE[signal] else rows.categories[known]
    np.add.at(watch.sensors.counts[signal], (categories, places), by)
    np.add.at(watch.sensors.totals[signal], categories, by)


def replace(watch: Watch, chosen: Chosen, rows: Rows) -> None:
    """These signals start anew from `rows`: bins, counts, evidence. Signals unknown in them wait to come back."""
    forget_reference(watch.sensors, chosen)
    watch.late_known[chosen] = 0
    for signal in np.flatnonzero(chosen):
        known = np.isfinite(rows.values[signal]).sum()
        watch.sensors.active[signal] = 0
        if known >= FEWEST_KNOWN:
            _open(watch, int(signal), rows.values[signal])
            _count(watch, int(signal), rows, +1)
            watch.since[signal] = rows.ordinals[0]


def restart(watch: Watch, rows: Rows) -> None:
    """`rows` become the reference of all signals that both sides own: evidence begins anew."""
    chosen = ~COVARIATE & ((watch.sensors.active == 1) | np.isfinite(rows.values).any(axis=1))
    replace(watch, chosen, rows)
    watch.since[chosen & (watch.sensors.active == 1)] = 0
    rows.evidence[:] = np.nan
    watch.reservoir = sampled(no_rows(COUNT, rows.fields.shape[0]), rows)
    watch.fields_before = counted(rows.fields)
    watch.reference_rows = rows.size
    watch.gapless_from = int(rows.ordinals[0])


def room(watch: Watch) -> None:
    """Counts for all categories known by now."""
    if watch.categories is not None:
        watch.sensors = with_room_for(watch.sensors, watch.categories.used)
