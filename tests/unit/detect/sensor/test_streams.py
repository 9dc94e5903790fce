"""Whole streams: changes are found, a moving mix is none, groups and states stay bounded."""

import numpy as np
import zstandard

from coagent.detect.constants import MOST_GROUPS
from coagent.detect.sensor.state import SensorState

from .streams import Floats, alarms, encode, stream, watch

STATE_BYTES = 128 << 10


def logprobs(rng: np.random.Generator, level: Floats) -> Floats:
    return np.asarray(-np.exp(0.3 * (rng.normal(size=len(level)) + level)))


def test_one_deviation_in_fifty_unlike_tenants_is_found_as_soon_as_in_one() -> None:
    before, after, delays = 4_000, 200, []
    for seed in range(8):
        rng = np.random.default_rng([seed, 50])
        tenants = rng.integers(0, 50, before + after)
        changed = np.arange(before + after) >= before
        values = logprobs(rng, 3 * rng.normal(size=50)[tenants] + changed)
        found = alarms(stream({"mean_logprob": values}, seed=seed, tenants=tenants.tolist()))
        delays += [alarm.row - before + 1 for alarm in found[:1]]
    assert min(delays) > 0
    assert np.median(delays) <= 54


def test_more_requests_of_an_unlike_tenant_are_no_change() -> None:
    rng = np.random.default_rng(3)
    tenants = np.where(np.arange(4_000) < 2_000, rng.random(4_000) < 0.1, rng.random(4_000) < 0.9).astype(int)
    one = stream({"mean_logprob": logprobs(rng, 3.0 * tenants)}, tenants=tenants.tolist())
    assert alarms(one) == []


def test_longer_requests_with_longer_answers_are_traffic() -> None:
    rng = np.random.default_rng(5)
    inputs = np.exp(rng.normal(5, 1, 6_000) + 2.5 * (np.arange(6_000) > 4_000))
    answers = np.rint(inputs**0.7 * np.exp(0.3 * rng.normal(size=6_000)))
    found = alarms(stream({"output_tokens": answers, "input_length": inputs}, lengths=inputs))
    assert all(alarm.traffic for alarm in found)


def test_faster_is_better_and_slower_is_not() -> None:
    rng = np.random.default_rng(6)
    noise, late = 0.2 * rng.normal(size=12_000), np.arange(12_000) > 10_000
    faster = alarms(stream({"duration_s": np.exp(noise - 1.0 * late)}))
    slower = alarms(stream({"duration_s": np.exp(noise + 1.0 * late)}))
    assert [(one.direction, one.better) for one in faster[:1]] == [(-1, True)]
    assert [(one.direction, one.better) for one in slower[:1]] == [(1, False)]


def test_groups_and_states_stay_small_however_many_tenants_there_are() -> None:
    rng, state = np.random.default_rng(7), SensorState()
    tenants = rng.integers(0, 250, 30_000)
    signals = {name: np.exp(rng.normal(size=30_000)) for name in ("output_tokens", "duration_s", "reasoning_tokens")}
    signals |= {name: np.exp(rng.normal(size=30_000)) for name in ("time_to_first_token_s", "input_length")}
    for part in stream(signals, tenants=tenants.tolist()).parts([4_096]):
        watch(state, part, 1e6)
    assert len(state.groups) <= MOST_GROUPS
    assert len(zstandard.compress(encode(state), 1)) < STATE_BYTES
