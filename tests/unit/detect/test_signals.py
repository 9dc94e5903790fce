import numpy as np
import pytest

from coagent.columns import Columns
from coagent.detect.input_columns import raw
from coagent.detect.signals import DIRECT, NAMES, PLACE_OF, Derived, values
from coagent.detect.unit_price import UNKNOWN

from .batches import batch_of

ROWS = {
    "status": ["ok", "ok", "error", None],
    "finish_reason": ["length", "stop", None, "stop"],
    "input_tokens": [100, 200, 50, None],
    "output_tokens": [50, 0, 5, 10],
    "input_chars": [400, 700, 200, 90],
    "output_chars": [200, 0, 20, 30],
    "cached_input_tokens": [25, None, 0, 0],
    "time_to_first_token_s": [0.5, 0.25, 0.1, None],
    "duration_s": [3.0, 1.0, 0.2, 2.0],
    "schema_valid": [1, 0, None, 1],
    "tool_calls": [0, 2, None, 0],
    "is_fallback": [0, 0, 1, 0],
    "max_tokens": [50, 100, 100, 100],
}
NAN = np.nan


@pytest.mark.parametrize(
    ("signal", "expected"),
    [
        ("time_per_output_token_s", [0.05, NAN, NAN, 0.2]),
        ("duration_s", [3.0, 1.0, NAN, 2.0]),
        ("first_token_over_pace", [10.0, NAN, NAN, NAN]),
        ("output_chars_per_token", [4.0, NAN, NAN, 3.0]),
        ("input_chars_per_token", [4.0, 3.5, NAN, NAN]),
        ("cached_input_share", [0.25, NAN, NAN, NAN]),
        ("error", [0, 0, 1, NAN]),
        ("truncation", [1, 0, NAN, 0]),
        ("empty", [0, 1, NAN, 0]),
        ("tool_call", [0, 1, NAN, 0]),
        ("schema_invalid", [0, 1, NAN, 0]),
        ("fallback", [0, 0, 1, 0]),
        ("input_length", [400, 700, 200, 90]),
        ("max_tokens", [50, 100, 100, 100]),
        ("mean_logprob", [NAN] * 4),
        ("unit_price_usd", [NAN] * 4),
    ],
)
def test_value_of_each_row(signal: str, expected: list[float]) -> None:
    found = values(raw(Columns(batch_of(ROWS))), UNKNOWN)
    np.testing.assert_allclose(found[PLACE_OF[signal]], expected, rtol=1e-5)


def test_every_signal_has_its_values() -> None:
    filled = [*DIRECT, *Derived._fields, "unit_price_usd"]
    assert sorted(filled) == sorted(NAMES)


def test_a_price_needs_a_cost_and_tokens() -> None:
    columns = {
        "cost_usd": [0.0, None, 0.002, 0.002, 0.002],
        "input_tokens": [100, 100, 0, None, 1000],
        "output_tokens": [0, 0, 0, 10, 0],
    }
    found = values(raw(Columns(batch_of(columns))), np.ones(4))[PLACE_OF["unit_price_usd"]]
    np.testing.assert_allclose(found, [NAN, NAN, NAN, NAN, 2e-6], rtol=1e-5)


def test_unit_price_is_one_value_whatever_the_lengths_and_another_after_a_change() -> None:
    rng = np.random.default_rng(2)
    tokens = {"input_tokens": rng.integers(50, 5000, 200), "output_tokens": rng.integers(5, 900, 200)}
    cost = 2e-6 * tokens["input_tokens"] + 8e-6 * tokens["output_tokens"]
    cost[150:] *= 1.2
    table = raw(Columns(batch_of({**tokens, "cost_usd": np.round(cost, 9)})))
    found = values(table, np.array([0.25, 0, 0, 1]))[PLACE_OF["unit_price_usd"]]
    np.testing.assert_allclose(found[:150], 8e-6, rtol=1e-3)
    np.testing.assert_allclose(found[150:], 9.6e-6, rtol=1e-3)
