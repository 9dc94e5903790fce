"""Where rows stand against the reference as it is now, for looks from outside of the compiled sensors."""

from collections.abc import Sequence
from math import log

import numpy as np
from numpy.typing import NDArray

from coagent.detect.constants import CELLS, DEVIATIONS, SURE
from coagent.detect.rows import Rows
from coagent.detect.sensor.densities import BETS, cell, densities_of, normal_score
from coagent.detect.sensor.grid import Bins, on_grid
from coagent.detect.sensor.jit import compiled
from coagent.detect.sensor.kept_rows import KeptRows
from coagent.detect.sensor.kernel import SALTS
from coagent.detect.sensor.reference import Reference, ranks, reference_of
from coagent.detect.sensor.row_noise import Hashes, mix_one, uniform_of
from coagent.detect.sensor.sensed import BINARY, BY_GROUP
from coagent.detect.sensor.stream_rows import PLACES
from coagent.detect.signals import PLACE_OF
from coagent.detect.state.stream import Watch

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

SENSOR_OF = {int(place): sensor for sensor, place in enumerate(PLACES)}
"""Of a watched signal's place, where it has a sensor."""
INPUT_LENGTH, OUTPUT_TOKENS = PLACE_OF["input_length"], PLACE_OF["output_tokens"]


def bins_of(rows: Rows) -> Bins:
    return on_grid(rows.values[PLACES].astype(np.float64))


def lengths_of(rows: Rows) -> Floats:
    """Of input and output, NaN unknown, shape (2, rows)."""
    outputs = rows.values[OUTPUT_TOKENS].astype(np.float64)
    return np.stack([rows.values[INPUT_LENGTH].astype(np.float64), np.where(outputs > 0, outputs, np.nan)])


def kept_rows(rows: Rows) -> KeptRows:
    """The same rows as the sensors keep them."""
    return KeptRows(bins_of(rows), rows.groups.astype(np.int64), lengths_of(rows))


def categories_of(watch: Watch, sensor: int, rows: Rows) -> Longs:
    """Those that a sensor compares within."""
    plan = watch.sensor.plans[watch.sensor.plan_of[sensor]]
    lengths = lengths_of(rows)[plan.kind if plan.kind != BY_GROUP else 0]
    found: Longs = plan.categories(rows.groups.astype(np.int64), lengths)
    return found


def scores(watch: Watch, signal: int, rows: Rows) -> Floats:
    """Normal scores of known values against the reference as it is now, shape (rows,)."""
    sensor = SENSOR_OF[signal]
    found = reference_of(watch.sensor.reference, sensor)
    return _scores(found, categories_of(watch, sensor, rows), bins_of(rows)[sensor], rows.hashes, SALTS[sensor])


@compiled
def _scores(
    reference: Reference, categories: Longs, bins: NDArray[np.int16], hashes: Hashes, salt: np.uint64
) -> Floats:
    found = np.empty(len(bins))
    for j in range(len(bins)):
        xi = uniform_of(mix_one(hashes[j] + salt))
        found[j] = normal_score(ranks(reference, categories[j], bins[j], 0, xi).plain)
    return found


def known(signal: int, rows: Rows) -> Rows:
    return rows.take(np.isfinite(rows.values[signal]))


def looks_like_reference(watch: Watch, signal: int, rows: Rows) -> bool:
    """Mean and spread of these rows' scores are those of the reference, as far as so many rows show."""
    rows = known(signal, rows)
    if not rows.size:
        return True
    found = scores(watch, signal, rows)
    noise = (1 / rows.size + 1 / max(watch.reference_rows, 1)) ** 0.5
    return bool(abs(found.mean()) < DEVIATIONS * noise and abs((found**2).mean() - 1) < DEVIATIONS * 2**0.5 * noise)


def is_over(watch: Watch, signal: int, mixture: list[float], rows: Rows) -> bool:
    """Whether these rows are far likelier without the change that the alarm's bets describe."""
    rows = known(signal, rows)
    if not rows.size or not fits(signal, mixture):
        return False
    return likelier(watch, signal, mixture, rows) < -log(SURE)


def likelier(watch: Watch, signal: int, mixture: list[float], rows: Rows) -> float:
    """Logarithm of how much likelier rows of known values are with the change that these bets describe."""
    of_rows = log_densities(watch, signal, rows).sum(axis=0)
    return float(np.logaddexp.reduce(np.log(np.maximum(np.array(mixture), 1e-300)) + of_rows))


def fits(signal: int, mixture: Sequence[float]) -> bool:
    """Whether it is one of this version's bets on the signal."""
    return signal in SENSOR_OF and len(mixture) == BETS


def log_densities(watch: Watch, signal: int, rows: Rows, joined: int = 0) -> Floats:
    """Logarithm of each bet's density of each row, shape (rows, bets), where that place of JOINED is the share of the
    reference that changed too.
    """
    cells = np.array([cell(score) for score in scores(watch, signal, rows).tolist()])
    rate = int(BINARY[SENSOR_OF[signal]]) + 2 * joined
    with np.errstate(divide="ignore"):
        return np.log(densities_of(cells, CELLS - 1 - cells, rate).astype(np.float64))
