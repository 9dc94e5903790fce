"""Rows of one segment, column by column."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coagent.bench.simulator.traffic import START_S, Traffic
from coagent.bench.simulator.world import Floats, World, blend

NOISES = ("input", "input_tokens", "output", "output_chars", "first_token", "pace", "logprob")
"""Sources of variation, each standard normal over all rows."""
CHARS, TOKENS, LOGPROB = 1100.0, 200.0, 0.5
LENGTH_SD = 0.5
"""Of the logarithm of output lengths."""
USD_PER_INPUT_TOKEN, USD_PER_OUTPUT_TOKEN = 2.5e-6, 10e-6
OF_ANSWERS = (
    "output_tokens", "output_chars", "time_to_first_token_s", "duration_s", "mean_logprob", "refusal", "tool_calls",
    "cost_usd",
)  # fmt: skip
"""Columns that a failed request does not have."""

Texts = dict[str, tuple[list[str], NDArray[np.int32]]]


@dataclass(frozen=True, slots=True)
class Columns:
    """Names are those of `domain.batch`; each array has shape (rows,). A text is its distinct values and codes."""

    numbers: dict[str, Floats]
    texts: Texts

    @property
    def rows(self) -> int:
        return len(self.numbers["time_s"])

    def only(self, *names: str) -> "Columns":
        """Times and these numbers alone, as a log that knows nothing else."""
        return Columns({name: self.numbers[name] for name in ("time_s", *names)}, {})


def rows_of(before: World, after: World, weight: Floats, traffic: Traffic, rng: np.random.Generator) -> Columns:
    """One row for each weight (0: `before`, 1: `after`); the same generator state gives the same rows."""
    count = len(weight)
    times = START_S + traffic.times(rng, count)
    noise = _noise(rng, times, traffic)
    numbers = _numbers(blend(before, after, weight), noise, rng)
    failed = numbers.pop("failed") > 0
    truncated = numbers.pop("truncated") > 0
    for name in OF_ANSWERS:
        numbers[name] = np.where(failed, np.nan, numbers[name])
    return Columns({"time_s": times, **numbers}, _texts(before, after, weight, failed, truncated))


def _noise(rng: np.random.Generator, times: Floats, traffic: Traffic) -> Mapping[str, Floats]:
    common = traffic.common(rng, times - START_S)
    found = {}
    for name in NOISES:
        share, own = traffic.shares.get(name, 0.0), rng.standard_normal(len(times))
        found[name] = np.sqrt(1 - share) * own + np.sqrt(share) * common
    return found


def _numbers(world: World, z: Mapping[str, Floats], rng: np.random.Generator) -> dict[str, Floats]:
    count = len(z["input"])
    chars = np.maximum(np.rint(CHARS * world.input_scale * np.exp(0.6 * z["input"])), 1.0)
    asked = np.maximum(np.rint(chars / (world.input_chars_per_token * np.exp(0.05 * z["input_tokens"]))), 1.0)
    length = (chars / CHARS) ** 0.2
    wanted = TOKENS * world.output_scale * length * np.exp(LENGTH_SD * z["output"])
    tokens = np.maximum(np.rint(np.minimum(wanted, world.output_cap)), 1.0)
    first = world.first_token_s * length * np.exp(0.25 * z["first_token"])
    billed = asked * USD_PER_INPUT_TOKEN + tokens * USD_PER_OUTPUT_TOKEN
    return {
        "input_chars": chars,
        "input_tokens": asked,
        "output_tokens": tokens,
        "output_chars": np.rint(tokens * world.output_chars_per_token * np.exp(0.07 * z["output_chars"])),
        "time_to_first_token_s": first,
        "duration_s": first + world.pace_s * np.exp(0.2 * z["pace"]) * tokens,
        "mean_logprob": -LOGPROB * np.exp(0.3 * (world.logprob_spread * z["logprob"] + world.logprob_shift)),
        "cost_usd": np.round(world.price_scale * billed, 8),
        "max_tokens": np.full(count, 4096.0),
        "refusal": (rng.random(count) < world.refusal).astype(float),
        "tool_calls": (rng.random(count) < world.tool_call).astype(float),
        "failed": (rng.random(count) < world.error).astype(float),
        "truncated": (wanted > world.output_cap).astype(float),
    }


def _texts(before: World, after: World, weight: Floats, failed: NDArray[np.bool_], cut: NDArray[np.bool_]) -> Texts:
    changed = weight > 0
    return {
        "status": (["ok", "error"], failed.astype(np.int32)),
        "finish_reason": (["stop", "length"], np.where(failed, -1, cut).astype(np.int32)),
        "response_model": _named(before.response_model, after.response_model, changed),
        "app_version": _named(before.app_version, after.app_version, changed),
    }


def _named(old: str, new: str, changed: NDArray[np.bool_]) -> tuple[list[str], NDArray[np.int32]]:
    return ([old], np.zeros(len(changed), np.int32)) if old == new else ([old, new], changed.astype(np.int32))
