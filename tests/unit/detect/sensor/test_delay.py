"""How soon small changes are found, beside Lorden's limit: no detector with the same promise is sooner."""

import numpy as np
import pytest

from coagent.bench.simulator.limit import location_kl, lorden
from coagent.detect.sensor.sensed import SENSED

from .streams import Floats, alarms, stream

PROMISE_ROWS, BEFORE, AFTER, STREAMS = 1e6, 10_000, 400, 15


def delays(deviations: float, *, among_all: bool) -> list[int]:
    """Rows from the change to its alarm, AFTER where there is none."""
    found = []
    for seed in range(STREAMS):
        rng = np.random.default_rng([seed, 26])
        late = np.arange(BEFORE + AFTER) >= BEFORE
        rows = others(rng) if among_all else {}
        rows["mean_logprob"] = -np.exp(0.3 * (rng.normal(size=len(late)) - deviations * late))
        raised = [one.row for one in alarms(stream(rows, seed=seed), PROMISE_ROWS) if one.row >= BEFORE]
        found.append(raised[0] - BEFORE + 1 if raised else AFTER)
    return found


def others(rng: np.random.Generator) -> dict[str, Floats]:
    """All other signals, in which nothing changes."""
    count = BEFORE + AFTER
    return {
        one.name: (rng.random(count) < 0.05).astype(float) if one.binary else np.exp(0.3 * rng.normal(size=count))
        for one in SENSED
        if one.name not in {"mean_logprob", "input_length"}
    }


@pytest.mark.parametrize(("among_all", "times_the_limit"), [(False, 1.3), (True, 1.5)])
@pytest.mark.parametrize("deviations", [0.5, 1.0])
def test_small_changes_are_found_about_as_soon_as_can_be(
    deviations: float, among_all: bool, times_the_limit: float
) -> None:
    limit = lorden(PROMISE_ROWS, location_kl(deviations))
    ratio = float(np.median(delays(deviations, among_all=among_all))) / limit
    assert ratio <= times_the_limit
