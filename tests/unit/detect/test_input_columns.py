import numpy as np

from coagent.columns import Columns
from coagent.detect.input_columns import NAMES, PLACE, raw

from .batches import batch_of


def test_the_order_of_columns_stays() -> None:
    """Rows that wait are stored in it, and compiled code in numba's cache knows it."""
    assert NAMES == (
        "input_tokens", "output_tokens", "cached_input_tokens", "cache_write_tokens", "reasoning_tokens",
        "input_chars", "output_chars", "time_to_first_token_s", "duration_s", "is_fallback", "tool_calls",
        "schema_valid", "refusal", "mean_logprob", "quality_score", "cost_usd", "max_tokens", "temperature", "stream",
        "error", "truncated",
    )  # fmt: skip


def test_rows_seen_before_are_left_out_and_what_a_batch_lacks_is_unknown() -> None:
    batch = batch_of({"output_tokens": [1.0, 2.0, 3.0], "status": ["ok", "error", None]})
    table = raw(Columns(batch, start=1))
    np.testing.assert_array_equal(table[PLACE.output_tokens], [2.0, 3.0])
    np.testing.assert_array_equal(table[PLACE.error], [1.0, np.nan])
    assert np.isnan(table[PLACE.input_tokens]).all()
    assert raw(Columns(batch, start=3)).shape == (len(PLACE), 0)
