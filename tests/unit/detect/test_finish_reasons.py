"""What counts as truncated and as refused, however an API spells it."""

import numpy as np
import pytest

from coagent.columns import Columns
from coagent.count.row_counters import FIGURES, row_figures
from coagent.detect.input_columns import PLACE, raw
from coagent.domain.finish_reason import FILTERED, TRUNCATED, is_filtered, is_truncated

from .batches import batch_of

CUT = (
    "length", "max_tokens", "MAX_TOKENS", "model_length", "max_output_tokens", "incomplete: max_output_tokens",
    "FinishReason.MAX_TOKENS", "maxTokens", "REASON_MAX_LEN", "tokenLimitReached", "model_context_window_exceeded",
)  # fmt: skip
WITHHELD = (
    "content_filter", "content-filter", "contentFilter", "SAFETY", "refusal", "PROHIBITED_CONTENT", "SPII",
    "guardrail_intervened", "content_filtered", "incomplete: content_filter", "FinishReason.BLOCKLIST", "ERROR_TOXIC",
)  # fmt: skip
NEITHER = ("stop", "STOP", "end_turn", "tool_calls", "tool_use", "completed", "function_call", "eos", "OTHER", "")


@pytest.mark.parametrize("reason", CUT)
def test_cut_at_a_limit(reason: str) -> None:
    assert (is_truncated(reason), is_filtered(reason)) == (True, False)


@pytest.mark.parametrize("reason", WITHHELD)
def test_withheld(reason: str) -> None:
    assert (is_truncated(reason), is_filtered(reason)) == (False, True)


@pytest.mark.parametrize("reason", NEITHER)
def test_ended_by_itself(reason: str) -> None:
    assert (is_truncated(reason), is_filtered(reason)) == (False, False)


def test_no_reason_means_both() -> None:
    assert TRUNCATED.isdisjoint(FILTERED)


def test_signals_and_counts_agree() -> None:
    reasons = ["MAX_TOKENS", "stop", "SAFETY", None, None, "stop"]
    columns = Columns(batch_of({"finish_reason": reasons, "refusal": [None, None, None, 1.0, None, 1.0]}))
    table, counted = raw(columns), dict(zip(FIGURES, row_figures(columns).sum(axis=1).tolist(), strict=True))
    np.testing.assert_array_equal(table[PLACE.truncated], [1, 0, 0, np.nan, np.nan, 0])
    np.testing.assert_array_equal(table[PLACE.refusal], [0, 0, 1, 1, np.nan, 1])
    assert (counted["truncations"], counted["refusal"], counted["refusal_known"]) == (1, 3, 5)
