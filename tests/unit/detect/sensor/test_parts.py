"""What concerns one tenant alone: found by its own statistic, named, and no false alarm where nothing changed."""

import numpy as np
import pytest

from coagent.detect.constants import CUTS, NAMED_GROUPS
from coagent.detect.sensor.parts import busiest
from coagent.detect.sensor.state import SensorState

from .streams import Floats, alarms, stream, watch
from .test_streams import logprobs

TENANTS, ROWS_BEFORE = 50, 500
SEEDS = range(6)


def rows_to_alarm_alone(seed: int, shift: float) -> int:
    """The tenant as a stream of its own."""
    rng = np.random.default_rng([seed, 1])
    moved = shift * (np.arange(2 * ROWS_BEFORE) >= ROWS_BEFORE)
    found = alarms(stream({"mean_logprob": logprobs(rng, moved)}, seed=seed))
    return found[0].row - ROWS_BEFORE + 1


def rows_to_alarm_among_others(seed: int, shift: float) -> tuple[int, str | None]:
    """Rows of the tenant that changed alone, and the part that the first alarm names."""
    rng = np.random.default_rng([seed, 2])
    before, after = TENANTS * ROWS_BEFORE, 5_000
    tenants = rng.integers(0, TENANTS, before + after)
    changed = (np.arange(before + after) >= before) & (tenants == tenants[0])
    values = logprobs(rng, 3 * rng.normal(size=TENANTS)[tenants] + shift * changed)
    found = alarms(stream({"mean_logprob": values}, seed=seed, tenants=tenants.tolist()))
    assert found
    assert found[0].row >= before
    assert found[0].part in {f"tenant-{tenants[0]}", None}
    return int(changed[: found[0].row + 1].sum()), found[0].part


@pytest.mark.parametrize("shift", [1.0, 2.0])
def test_a_change_of_one_tenant_among_fifty_is_found_as_soon_as_alone_and_named(shift: float) -> None:
    among = [rows_to_alarm_among_others(seed, shift) for seed in SEEDS]
    alone = [rows_to_alarm_alone(seed, shift) for seed in SEEDS]
    assert np.median([rows for rows, _ in among]) <= 2 * np.median(alone)
    assert all(part is not None for _, part in among)


def four_signals(rng: np.random.Generator, tenants: list[int]) -> dict[str, Floats]:
    z = rng.normal(size=len(tenants)) + np.array(tenants) % 7
    return {
        "mean_logprob": -np.exp(z),
        "output_tokens": np.exp(3 + z),
        "duration_s": np.exp(z / 2),
        "refusal": (rng.random(len(tenants)) < 0.03).astype(float),
    }


@pytest.mark.parametrize("promise_rows", [2_000.0, pytest.param(8_000.0, marks=pytest.mark.slow)])
def test_false_alarms_of_fifty_tenants_are_as_rare_as_promised(promise_rows: float) -> None:
    streams, rows, alarmed = 120, 1_500, 0
    for seed in range(streams):
        rng = np.random.default_rng([seed, 9])
        tenants = rng.integers(0, TENANTS, rows).tolist()
        alarmed += bool(alarms(stream(four_signals(rng, tenants), seed=seed, tenants=tenants), promise_rows))
    assert alarmed / streams <= rows / promise_rows


def test_parts_do_look() -> None:
    """A promise kept by never looking would be none: with a budget of nearly every row, parts raise alarms."""
    named = 0
    for seed in range(20):
        rng = np.random.default_rng([seed, 10])
        tenants = rng.integers(0, 10, 1_500).tolist()
        signals = {"mean_logprob": -np.exp(rng.normal(size=1_500))}
        named += any(one.part for one in alarms(stream(signals, seed=seed, tenants=tenants), 3.0))
    assert named > 5


def test_a_stream_of_one_tenant_has_no_parts() -> None:
    rng, state = np.random.default_rng(0), SensorState()
    watch(state, stream({"mean_logprob": logprobs(rng, np.zeros(300))}, tenants=[0] * 300).rows, 1e6)
    assert state.rows > CUTS[1]
    assert state.parts.names == []


def test_the_least_busy_part_leaves() -> None:
    keys = [("a", f"t{number}", 0, 0, 0, True) for number in range(NAMED_GROUPS + 2)]
    rows = np.arange(1, NAMED_GROUPS + 3)
    found = busiest(keys, rows)
    assert len(found) == NAMED_GROUPS
    assert next(iter(found)) == (1, f"t{NAMED_GROUPS + 1}")
    assert (1, "t0") not in found
