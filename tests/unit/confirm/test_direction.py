"""What is worse, better, neither or mixed."""

import pytest

from coagent.confirm.compare.direction import overall_direction, signal_direction
from coagent.confirm.compare.tails import Tail
from coagent.domain.shift import Effect
from coagent.domain.signal import BY_NAME

UP, DOWN, STILL = (Effect("cliffs_delta", value, value - 0.1, value + 0.1) for value in (0.5, -0.5, 0.0))


@pytest.mark.parametrize(
    ("signal", "rose", "fell"),
    [
        ("duration_s", "worse", "better"),
        ("error", "worse", "better"),
        ("truncation", "worse", "better"),
        ("unit_price_usd", "worse", "better"),
        ("quality_score", "better", "worse"),
        ("output_tokens", "worse", "neither"),
        ("mean_logprob", "neither", "worse"),
        ("refusal", "worse", "neither"),
        ("output_chars_per_token", "neither", "neither"),
        ("tool_call", "neither", "neither"),
        ("first_token_over_pace", "neither", "neither"),
    ],
)
def test_each_signal_has_its_harmful_side(signal, rose, fell):
    assert signal_direction(BY_NAME[signal], UP, None) == rose
    assert signal_direction(BY_NAME[signal], DOWN, None) == fell


def test_where_the_middle_did_not_move_the_tail_decides():
    slow = Tail(share=0.2, above=0.18, expected=0.02, low=0.1, high=0.25)
    fast = Tail(share=0.2, above=0.02, expected=0.02, low=0.1, high=0.25)

    assert signal_direction(BY_NAME["duration_s"], STILL, slow) == "worse"
    assert signal_direction(BY_NAME["duration_s"], STILL, fast) == "better"
    assert signal_direction(BY_NAME["duration_s"], STILL, None) == "neither"


def test_where_the_rows_kept_show_no_side_the_alarm_decides():
    assert signal_direction(BY_NAME["error"], STILL, None, -1) == "better"
    assert signal_direction(BY_NAME["error"], STILL, None, 1) == "worse"
    assert signal_direction(BY_NAME["error"], UP, None, -1) == "worse"
    assert signal_direction(BY_NAME["refusal"], STILL, None, -1) == "neither"


def test_what_the_answers_lengths_may_explain_is_neither():
    assert signal_direction(BY_NAME["duration_s"], None, None) == "neither"


@pytest.mark.parametrize(
    ("moved", "expected"),
    [
        ({}, "neither"),
        ({"duration_s": "better"}, "better"),
        ({"duration_s": "better", "first_token_over_pace": "neither"}, "better"),
        ({"duration_s": "better", "output_tokens": "neither"}, "mixed"),
        ({"duration_s": "better", "error": "worse"}, "mixed"),
        ({"duration_s": "worse", "output_tokens": "neither"}, "worse"),
        ({"output_tokens": "neither", "output_chars_per_token": "neither"}, "neither"),
    ],
)
def test_a_change_is_as_its_signals(moved, expected):
    assert overall_direction(moved.items()) == expected
