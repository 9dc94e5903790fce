"""The promise: within T exchangeable rows of any law, the chance of a false alarm that may page is at most T / A."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from .streams import alarms, stream

Draw = Callable[[np.random.Generator, NDArray[np.int64]], dict[str, NDArray[np.float64]]]
STREAMS, ROWS = 300, 400


def dependent(rng: np.random.Generator, tenants: NDArray[np.int64]) -> dict[str, NDArray[np.float64]]:
    """Four signals of one variable, each tenant on a level of its own."""
    z = rng.normal(size=len(tenants)) + tenants
    return {
        "mean_logprob": -np.exp(z),
        "output_tokens": np.exp(3 + z),
        "duration_s": np.exp(z / 2),
        "input_chars_per_token": np.exp(z / 5),
    }


def tied(rng: np.random.Generator, tenants: NDArray[np.int64]) -> dict[str, NDArray[np.float64]]:
    """Small whole numbers, and events of any rate."""
    return {
        "reasoning_tokens": rng.poisson(1.0, len(tenants)).astype(float),
        "refusal": (rng.random(len(tenants)) < 0.02).astype(float),
        "error": (rng.random(len(tenants)) < 0.3).astype(float),
        "tool_call": (rng.random(len(tenants)) < 0.002).astype(float),
    }


def heavy(rng: np.random.Generator, tenants: NDArray[np.int64]) -> dict[str, NDArray[np.float64]]:
    return {name: np.abs(rng.standard_cauchy(len(tenants))) for name in ("output_tokens", "time_to_first_token_s")}


@pytest.mark.parametrize("draw", [dependent, tied, heavy])
@pytest.mark.parametrize("promise_rows", [500.0, pytest.param(2_000.0, marks=pytest.mark.slow)])
def test_false_alarms_within_rows_are_as_rare_as_promised(draw: Draw, promise_rows: float) -> None:
    alarmed = 0
    for seed in range(STREAMS):
        rng = np.random.default_rng([seed, 7])
        tenants = rng.integers(0, 3, ROWS)
        found = alarms(stream(draw(rng, tenants), seed=seed, tenants=tenants.tolist()), promise_rows)
        alarmed += any(not one.better for one in found)
    assert alarmed / STREAMS <= ROWS / promise_rows


def test_without_a_dead_band_evidence_is_as_large_as_the_promise_allows_on_average() -> None:
    """A promise kept by never looking would be none: signals of class own have no band at first."""
    alarmed = 0
    for seed in range(STREAMS):
        rng = np.random.default_rng([seed, 8])
        alarmed += bool(alarms(stream({"mean_logprob": -np.exp(rng.normal(size=ROWS))}, seed=seed), 2.0))
    assert alarmed > 0.2 * STREAMS
