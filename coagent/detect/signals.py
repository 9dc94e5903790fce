"""Each signal's value of each row."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from coagent.detect.prices import Weights, unit_price
from coagent.detect.raw import PLACE, Raw
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

Column = NDArray[np.float64]


def _ratio(top: Column, bottom: Column) -> Column:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(bottom > 0, top / bottom, np.nan)


def _flag(column: Column, truth: NDArray[np.bool_]) -> Column:
    return np.where(np.isnan(column), np.nan, truth)


def _time_per_output_token(raw: Raw) -> Column:
    """Decoding time a token, s; where the first token's time is unknown the whole duration counts."""
    waited = np.nan_to_num(raw[PLACE["time_to_first_token_s"]])
    return _ratio(raw[PLACE["duration_s"]] - waited, raw[PLACE["output_tokens"]])


def _direct(name: str) -> Callable[[Raw], Column]:
    return lambda raw: raw[PLACE[name]]


FORMULAS: dict[str, Callable[[Raw], Column]] = {
    "time_to_first_token_s": _direct("time_to_first_token_s"),
    "time_per_output_token_s": _time_per_output_token,
    "duration_s": _direct("duration_s"),
    "output_tokens": _direct("output_tokens"),
    "reasoning_tokens": _direct("reasoning_tokens"),
    "output_chars_per_token": lambda raw: _ratio(raw[PLACE["output_chars"]], raw[PLACE["output_tokens"]]),
    "input_chars_per_token": lambda raw: _ratio(raw[PLACE["input_chars"]], raw[PLACE["input_tokens"]]),
    "cached_input_share": lambda raw: _ratio(raw[PLACE["cached_input_tokens"]], raw[PLACE["input_tokens"]]),
    "mean_logprob": _direct("mean_logprob"),
    "quality_score": _direct("quality_score"),
    "error": _direct("error"),
    "refusal": _direct("refusal"),
    "truncation": _direct("truncated"),
    "tool_call": lambda raw: _flag(raw[PLACE["tool_calls"]], raw[PLACE["tool_calls"]] > 0),
    "empty": lambda raw: _flag(raw[PLACE["output_tokens"]], raw[PLACE["output_tokens"]] == 0),
    "schema_invalid": lambda raw: 1 - raw[PLACE["schema_valid"]],
    "fallback": _direct("is_fallback"),
    "max_tokens": _direct("max_tokens"),
    "temperature": _direct("temperature"),
    "stream": _direct("stream"),
}
"""By name; unit price and input length also need what the first rows taught."""


def values(raw: Raw, prices: Weights, *, by_chars: bool) -> Values:
    """All signals and covariates of all rows."""
    table = np.full((COUNT, raw.shape[1]), np.nan, np.float32)
    for name, formula in FORMULAS.items():
        table[PLACE_OF[name]] = formula(raw)
    table[PLACE_OF["unit_price_usd"]] = unit_price(raw, prices)
    table[PLACE_OF["input_length"]] = raw[PLACE["input_chars" if by_chars else "input_tokens"]]
    failed = raw[PLACE["error"]] == 1
    if failed.any():
        silent = np.array([name not in OF_FAILED_ROWS for name in NAMES])
        table[silent[:, None] & failed] = np.nan
    return table
