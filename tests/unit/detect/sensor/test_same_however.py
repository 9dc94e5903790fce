"""The same result however rows are cut into batches, and after a state was written and read."""

from collections.abc import Sequence
from functools import cache

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from coagent.detect.sensor.state import SensorState

from .streams import Alarm, Stream, decode, encode, stream, watch

ROWS = 1_700


def changing(seed: int) -> Stream:
    """Tenants come one after the other, price and model change, two signals move: alarms all along."""
    rng = np.random.default_rng(seed)
    z, late = rng.normal(size=ROWS), np.arange(ROWS) > 1_300
    tokens = np.stack([rng.integers(50, 500, ROWS), np.zeros(ROWS), np.zeros(ROWS), rng.integers(5, 90, ROWS)]).astype(
        float
    )
    return stream(
        {
            "mean_logprob": -np.exp(0.3 * z + 0.9 * late),
            "output_tokens": np.rint(np.exp(4 + z)),
            "duration_s": np.exp(0.3 * rng.normal(size=ROWS) + late),
            "refusal": (rng.random(ROWS) < 0.01 + 0.2 * late).astype(float),
        },
        seed=seed,
        tenants=np.minimum(rng.integers(0, 6, ROWS), np.arange(ROWS) // 200).tolist(),
        costs=np.round(np.array([2e-6, 0, 0, 8e-6]) @ tokens * np.where(late, 1.5, 1), 8),
        tokens=tokens,
        models=["m-2" if row > 1_500 else "m-1" for row in range(ROWS)],
    )


def reported(one: Stream, sizes: Sequence[int], *, stored: bool) -> tuple[list[Alarm], bytes]:
    state, found = SensorState(), []
    for part in one.parts(sizes):
        found += watch(state, part, 1e6)
        state = decode(encode(state)) if stored else state
    return found, encode(state)


@cache
def whole() -> tuple[list[Alarm], bytes]:
    return reported(changing(1), [ROWS], stored=False)


@settings(max_examples=15, deadline=None)
@given(sizes=st.lists(st.integers(1, 700), min_size=1, max_size=6), stored=st.booleans())
def test_batches_and_restarts_change_nothing(sizes: list[int], *, stored: bool) -> None:
    assert reported(changing(1), sizes, stored=stored) == whole()


def test_there_is_something_to_report() -> None:
    names = {alarm.signal for alarm in whole()[0]}
    assert {"unit_price_usd", "response_model"} < names
    assert names & {"mean_logprob", "duration_s", "refusal"}
    assert min(alarm.row for alarm in whole()[0]) > 1_300
