"""What is counted of each row: whole numbers, so that sums are exact in any order."""

from collections.abc import Container

import numpy as np
from numpy.typing import NDArray

from coagent.columns import Columns, Floats
from coagent.domain.finish_reason import is_truncated
from coagent.domain.service_tier import BATCH, counted_tier

NANO_PER_USD = 1_000_000_000
LONG_INPUT_TOKENS = 200_000
"""Above it several providers charge a higher price for the whole request."""

SUMMED = (
    "refusal",
    "is_fallback",
    "cache_hit",
    "stream",
    "input_tokens",
    "output_tokens",
    "cached_input_tokens",
    "cache_write_tokens",
    "reasoning_tokens",
    "max_tokens",
)
"""Columns that are summed over the rows that know them."""

_VALUES = (*SUMMED, "retry", "nano_usd", "nano_list_usd", "calls_tools", "nano_quality_score")
_CACHED, _INPUT, _USD = (_VALUES.index(name) for name in ("cached_input_tokens", "input_tokens", "nano_usd"))
PRIORITY = frozenset({"priority", "fast"})
FIGURES = (
    "requests",
    "errors",
    "truncations",
    "prompt_hash_known",
    "prefix_hash_known",
    "outcomes_known",
    "finishes_known",
    "cacheable_input_tokens",
    "cost_doubtful",
    "nano_failed_usd",
    "tiers_known",
    "priority_requests",
    "batched_requests",
    "long_inputs",
    "long_input_tokens",
    *_VALUES,
    *(f"{name}_known" for name in _VALUES),
)


_NANO = [_VALUES.index(name) for name in ("nano_usd", "nano_list_usd", "nano_quality_score")]
_READ = (*SUMMED, "attempt", "cost_usd", "list_cost_usd", "tool_calls", "quality_score")
"""The columns that `_VALUES` are made of, in their order."""


def row_figures(columns: Columns) -> NDArray[np.int64]:
    """Shape (len(FIGURES), rows)."""
    values = _values(columns)
    known, succeeded = np.isfinite(values), columns.successes()
    failed = succeeded == 0
    figures = np.zeros((len(FIGURES), columns.rows), np.int64)
    figures[-2 * len(_VALUES) : -len(_VALUES)] = np.rint(np.where(known, values, 0))
    figures[-len(_VALUES) :] = known
    cacheable, long = known[_CACHED] & known[_INPUT], values[_INPUT] > LONG_INPUT_TOKENS
    counted = {
        "requests": 1,
        "errors": failed,
        "outcomes_known": np.isfinite(succeeded),
        "cacheable_input_tokens": np.where(cacheable, values[_INPUT], 0),
        "nano_failed_usd": np.rint(np.where(failed & known[_USD], values[_USD], 0)),
        "long_inputs": long,
        "long_input_tokens": np.where(long, values[_INPUT], 0),
        **_of_texts(columns, failed | known[_USD]),
    }
    for name, found in counted.items():
        figures[_PLACE[name]] = found
    return figures


_PLACE = {name: place for place, name in enumerate(FIGURES)}


def _of_texts(columns: Columns, needs_no_doubt: NDArray[np.bool_]) -> dict[str, NDArray[np.bool_]]:
    """What counts by texts; of those that no row has, nothing."""
    found, there = dict[str, NDArray[np.bool_]](), columns.batch.texts
    for name in ("prompt_hash", "prefix_hash"):
        if name in there:
            found[f"{name}_known"] = columns.text(name)[1] >= 0
    if "finish_reason" in there:
        found["truncations"] = columns.truth("finish_reason", is_truncated) == 1
        found["finishes_known"] = columns.text("finish_reason")[1] >= 0
    if "cost_doubt" in there:
        found["cost_doubtful"] = (columns.text("cost_doubt")[1] >= 0) & ~needs_no_doubt
    if "service_tier" in there:
        found["tiers_known"] = columns.text("service_tier")[1] >= 0
        found["priority_requests"] = _is_tier(columns, PRIORITY)
        found["batched_requests"] = _is_tier(columns, {BATCH})
    return found


def _values(columns: Columns) -> Floats:
    """Shape (len(_VALUES), rows), NaN unknown."""
    values = columns.numbers(_READ)
    values[SUMMED.index("refusal")] = columns.refusals()
    attempt, billed, listed, tool_calls, _score = values[len(SUMMED) :]
    attempt[:] = np.where(np.isfinite(attempt), attempt > 1, np.nan)
    tool_calls[:] = np.where(np.isfinite(tool_calls), tool_calls > 0, np.nan)
    np.copyto(billed, listed, where=np.isnan(billed))
    values[_NANO] *= NANO_PER_USD
    return values


def _is_tier(columns: Columns, wanted: Container[str]) -> NDArray[np.bool_]:
    values, codes = columns.text("service_tier")
    return np.array([*(counted_tier(value) in wanted for value in values), False])[codes]
