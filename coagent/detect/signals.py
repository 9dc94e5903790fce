"""Each signal's value of each row."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from coagent.columns import Floats
from coagent.detect.input_columns import PLACE, Raw
from coagent.detect.sensor.jit import compiled
from coagent.detect.unit_price import Weights, fill_unit_price
from coagent.domain.signal import COVARIATES, DECLARED, SIGNALS

Values = NDArray[np.float32]
"""Shape (signals, rows), NaN unknown; float32 so that state stays small, and everywhere so that ties stay ties."""
Floats32 = NDArray[np.float32]
Longs = NDArray[np.int64]

WATCHED = (*SIGNALS, *COVARIATES)
NAMES = tuple(signal.name for signal in WATCHED)
COUNT = len(WATCHED)
PLACE_OF = {name: place for place, name in enumerate(NAMES)}
ALARM_NAMES = (*NAMES, *DECLARED)
"""All that can raise an alarm; declared fields come after the signals, and have no values here."""
BINARY = np.array([signal.kind == "binary" for signal in WATCHED])
COVARIATE = np.array([signal.owner == "client" for signal in WATCHED])
ANSWER = np.array([signal.owner == "answer" for signal in WATCHED])
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


class Derived(NamedTuple):
    """Places of signals that are computed from several columns, or from what one of them says."""

    time_per_output_token_s: int
    first_token_over_pace: int
    output_chars_per_token: int
    input_chars_per_token: int
    cached_input_share: int
    input_length: int
    tool_call: int
    empty: int
    schema_invalid: int


def _places(signals: Iterable[str]) -> Longs:
    return np.array([PLACE_OF[name] for name in signals])


DIRECT_TO, DIRECT_FROM = _places(DIRECT), np.array([getattr(PLACE, name) for name in DIRECT.values()])
DERIVED = Derived(*[PLACE_OF[name] for name in Derived._fields])
SILENT = _places(name for name in NAMES if name not in OF_FAILED_ROWS)


def values(raw: Raw, prices: Weights) -> Values:
    """All signals and covariates of all rows; an input's length is in characters where known, else in tokens."""
    table = np.empty((COUNT, raw.shape[1]), np.float32)
    fill_unit_price(table[PLACE_OF["unit_price_usd"]], raw, prices)
    _fill(table, raw, DIRECT_TO, DIRECT_FROM, DERIVED, SILENT)
    shorten(table)
    return table


def shorten(table: Values) -> None:
    """To 16 binary digits, a relative 8e-6: rows that are kept take a quarter less room. Twice is as once."""
    bits = table.view(np.uint32)
    bits += np.uint32(0x80)
    bits &= np.uint32(0xFFFFFF00)


@compiled
def _fill(  # noqa: PLR0917  compiled functions take their arrays by position
    table: Values, raw: Raw, direct_to: Longs, direct_from: Longs, derived: Derived, silent: Longs
) -> None:
    """Copies columns `direct_from` to signals `direct_to`, computes the `derived` signals, and makes the `silent` ones
    unknown in failed rows. Signal by signal: the processor takes several rows at once.
    """
    for k in range(len(direct_to)):
        _copy(table[direct_to[k]], raw[direct_from[k]])
    chars, tokens = raw[PLACE.input_chars], raw[PLACE.input_tokens]
    for j in range(raw.shape[1]):
        table[derived.input_length, j] = tokens[j] if np.isnan(chars[j]) else chars[j]
    _derive(table, derived, raw)
    for j in range(raw.shape[1]):
        if raw[PLACE.error, j] == 1:
            for s in silent:
                table[s, j] = np.nan


@compiled
def _derive(table: Values, to: Derived, raw: Raw) -> None:
    input_tokens, output_tokens = raw[PLACE.input_tokens], raw[PLACE.output_tokens]
    durations_s, first_s = raw[PLACE.duration_s], raw[PLACE.time_to_first_token_s]
    pace = table[to.time_per_output_token_s]
    _decoding_times(pace, durations_s, first_s, output_tokens)
    for j in range(len(pace)):
        table[to.first_token_over_pace, j] = _ratio(first_s[j], pace[j])
    _ratios(table[to.output_chars_per_token], raw[PLACE.output_chars], output_tokens)
    _ratios(table[to.input_chars_per_token], raw[PLACE.input_chars], input_tokens)
    _ratios(table[to.cached_input_share], raw[PLACE.cached_input_tokens], input_tokens)
    for j in range(raw.shape[1]):
        table[to.tool_call, j] = _is_any(raw[PLACE.tool_calls, j])
        table[to.empty, j] = 1 - _is_any(output_tokens[j])
        table[to.schema_invalid, j] = 1 - raw[PLACE.schema_valid, j]


@compiled
def _copy(signal: Floats32, column: Floats) -> None:
    for j in range(len(signal)):
        signal[j] = column[j]


@compiled
def _ratios(signal: Floats32, tops: Floats, bottoms: Floats) -> None:
    for j in range(len(signal)):
        signal[j] = _ratio(tops[j], bottoms[j])


@compiled
def _decoding_times(signal: Floats32, durations_s: Floats, first_s: Floats, output_tokens: Floats) -> None:
    """A token's share of the whole duration where the first token's time is unknown."""
    for j in range(len(signal)):
        decoding_s = durations_s[j] - (0.0 if np.isnan(first_s[j]) else first_s[j])
        signal[j] = _ratio(decoding_s, output_tokens[j])


@compiled
def _ratio(top: float, bottom: float) -> float:
    """NaN where the bottom is not above 0."""
    return top / bottom if bottom > 0 else np.nan


@compiled
def _is_any(count: float) -> float:
    """1 above zero, else 0; NaN where it is unknown."""
    return count if np.isnan(count) else 1.0 if count > 0 else 0.0
