"""What is counted of each row: whole numbers, so that sums are exact in any order."""

from collections.abc import Container

import numpy as np
from numpy.typing import NDArray

from coagent.columns import Columns, Floats
from coagent.domain.finish_reason import is_truncated
from coagent.domain.service_tier import BATCH, counted_tier

NANO_PER_USD = 1_000_000_000
CLIENT_ERROR = 400
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


def row_figures(columns: Columns) -> NDArray[np.int64]:
    """Shape (len(FIGURES), rows)."""
    values = np.vstack([columns.numbers(SUMMED), *_derived(columns)])
    values[SUMMED.index("refusal")] = columns.refusals()
    known, failed = np.isfinite(values), is_error(columns)
    cost_known = known[_USD]
    long = np.where(values[_INPUT] > LONG_INPUT_TOKENS, values[_INPUT], 0)
    counted = np.stack(
        [
            np.ones(columns.rows, bool),
            failed,
            columns.truth("finish_reason", is_truncated) == 1,
            columns.text("prompt_hash")[1] >= 0,
            columns.text("prefix_hash")[1] >= 0,
            is_outcome_known(columns),
            columns.text("finish_reason")[1] >= 0,
            np.where(known[_CACHED] & known[_INPUT], values[_INPUT], 0),
            (columns.text("cost_doubt")[1] >= 0) & ~failed & ~cost_known,
            np.rint(np.where(failed & cost_known, values[_USD], 0)),
            columns.text("service_tier")[1] >= 0,
            _is_tier(columns, PRIORITY),
            _is_tier(columns, {BATCH}),
            long > 0,
            long,
        ]
    )
    return np.concatenate([counted, np.rint(np.where(known, values, 0)), known]).astype(np.int64)


def _derived(columns: Columns) -> list[Floats]:
    """The values that are no columns, in the order of `_VALUES`."""
    attempt, tool_calls = columns.number("attempt"), columns.number("tool_calls")
    return [
        np.where(np.isfinite(attempt), attempt > 1, np.nan),
        cost_usd(columns) * NANO_PER_USD,
        columns.number("list_cost_usd") * NANO_PER_USD,
        np.where(np.isfinite(tool_calls), tool_calls > 0, np.nan),
        columns.number("quality_score") * NANO_PER_USD,
    ]


def cost_usd(columns: Columns) -> Floats:
    """US dollars as billed, else by the price table, else NaN; shape (rows,)."""
    billed = columns.number("cost_usd")
    return np.where(np.isnan(billed), columns.number("list_cost_usd"), billed)


def is_error(columns: Columns) -> NDArray[np.bool_]:
    """Status `error`; where the status is unknown, an error type or an HTTP status from 400 on. Shape (rows,)."""
    stated = (columns.text("error_type")[1] >= 0) | (columns.number("http_status") >= CLIENT_ERROR)
    return np.where(columns.text("status")[1] >= 0, is_one_of(columns, "status", {"error"}), stated)


def is_one_of(columns: Columns, name: str, wanted: Container[str]) -> NDArray[np.bool_]:
    """Rows whose text, in lower case, is one of those; shape (rows,)."""
    values, codes = columns.text(name)
    return np.array([*(value.lower() in wanted for value in values), False])[codes]


def _is_tier(columns: Columns, wanted: Container[str]) -> NDArray[np.bool_]:
    values, codes = columns.text("service_tier")
    return np.array([*(counted_tier(value) in wanted for value in values), False])[codes]


def is_outcome_known(columns: Columns) -> NDArray[np.bool_]:
    """Whether anything says if the request succeeded; shape (rows,)."""
    stated = (columns.text("status")[1] >= 0) | (columns.text("error_type")[1] >= 0)
    return stated | np.isfinite(columns.number("http_status"))
