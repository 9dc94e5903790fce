"""Each signal's value of each row."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from coagent.detect.prices import Weights, unit_price
from coagent.detect.raw import PLACE, Raw, known_or_zero
from coagent.domain.signal import COVARIATES, SIGNALS

Values = NDArray[np.float32]
"""Shape (signals, rows), NaN unknown; float32 so that state stays small, and everywhere so that ties stay ties."""

WATCHED = (*SIGNALS, *COVARIATES)
NAMES = tuple(signal.name for signal in WATCHED)
COUNT = len(WATCHED)
PLACE_OF = {name: place for place, name in enumerate(NAMES)}
BINARY = np.array([signal.kind == "binary" for signal in WATCHED])
COVARIATE = np.array([signal.owner == "client" for signal in WATCHED])
ANSWER = np.array([signal.owner == "answer" for signal in WATCHED])
RESTLESS = np.array([signal.unit in {"s", "s/token"} for signal in WATCHED])
"""Times breathe with the provider's load, by the minute and by the day, and that is no change."""
OF_FAILED_ROWS = frozenset(("error", "fallback", *(signal.name for signal in COVARIATES)))
"""A failed request says nothing about the length or speed of answers."""
DIRECT = {
    "time_to_first_token_s": "time_to_first_token_s",
    "duration_s": "duration_s",
    "output_tokens": "output_tokens",
    "reasoning_tokens": "reasoning_tokens",
    "mean_logprob": "mean_logprob",
    "quality_score": "quality_score",
    "error": "error",
    "refusal": "refusal",
    "truncation": "truncated",
    "fallback": "is_fallback",
    "max_tokens": "max_tokens",
    "temperature": "temperature",
    "stream": "stream",
}
"""Signals that are a column as it is, and that column."""
RATIOS = {
    "output_chars_per_token": ("output_chars", "output_tokens"),
    "input_chars_per_token": ("input_chars", "input_tokens"),
    "cached_input_share": ("cached_input_tokens", "input_tokens"),
}
"""Signals that are one column by another, unknown where the latter is 0."""


def _places(signals: Iterable[str]) -> NDArray[np.intp]:
    return np.array([PLACE_OF[name] for name in signals])


def _columns(names: Iterable[str]) -> NDArray[np.intp]:
    return np.array([PLACE[name] for name in names])


DIRECT_TO, DIRECT_FROM = _places(DIRECT), _columns(DIRECT.values())
RATIOS_TO = _places(RATIOS)
TOPS, BOTTOMS = (_columns(names) for names in zip(*RATIOS.values(), strict=True))
SILENT = np.array([name not in OF_FAILED_ROWS for name in NAMES])


def values(raw: Raw, prices: Weights, *, by_chars: bool) -> Values:
    """All signals and covariates of all rows."""
    table = np.full((COUNT, raw.shape[1]), np.nan, np.float32)
    table[DIRECT_TO] = raw[DIRECT_FROM]
    table[PLACE_OF["input_length"]] = raw[PLACE["input_chars" if by_chars else "input_tokens"]]
    with np.errstate(divide="ignore", invalid="ignore"):
        _fill_ratios(table, raw)
        table[PLACE_OF["unit_price_usd"]] = unit_price(raw, prices)
    _fill_flags(table, raw)
    failed = raw[PLACE["error"]] == 1
    if failed.any():
        table[SILENT[:, None] & failed] = np.nan
    return table


def _fill_ratios(table: Values, raw: Raw) -> None:
    """Decoding time a token counts the whole duration where the first token's time is unknown."""
    bottoms, output = raw[BOTTOMS], raw[PLACE["output_tokens"]]
    table[RATIOS_TO] = np.where(bottoms > 0, raw[TOPS] / bottoms, np.nan)
    decoding = raw[PLACE["duration_s"]] - known_or_zero(raw[PLACE["time_to_first_token_s"]])
    table[PLACE_OF["time_per_output_token_s"]] = np.where(output > 0, decoding / output, np.nan)


def _fill_flags(table: Values, raw: Raw) -> None:
    tools, output = raw[PLACE["tool_calls"]], raw[PLACE["output_tokens"]]
    table[PLACE_OF["tool_call"]] = np.where(np.isnan(tools), np.nan, tools > 0)
    table[PLACE_OF["empty"]] = np.where(np.isnan(output), np.nan, output == 0)
    table[PLACE_OF["schema_invalid"]] = 1 - raw[PLACE["schema_valid"]]
