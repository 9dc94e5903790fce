"""The most important signal leads, in the right direction, whatever the cause and the order of the evidence."""

import doctest
import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coagent.domain import headline as module
from coagent.domain import next_steps, number_format, shift_words, vocabulary
from coagent.domain.headline import by_weight, cause_title, headline
from coagent.domain.shift import Cause, Effect, SignalChange, Summary
from coagent.domain.signal import BY_NAME
from coagent.domain.vocabulary import CAUSE, SIGNAL
from tests.shown_subjects import shifts


def change(name, before, after, *, moved=True, unit=None):
    binary = BY_NAME[name].kind == "binary"
    size = after - before if binary else math.copysign(0.8, after - before) if after != before else 0.16
    return SignalChange(
        name=name,
        unit=BY_NAME[name].unit if unit is None else unit,
        before=Summary(200, before),
        after=Summary(64, after),
        effect=Effect("risk_difference" if binary else "cliffs_delta", size, size - 0.01, size + 0.01),
        p_value=0.001,
        q_value=0.001,
        moved=moved,
    )


def cause(kind="silent_version"):
    return Cause("provider", kind, 0.95, [])


SHORT = change("output_tokens", 181, 3)
PACE_UP = change("time_per_output_token_s", 0.038, 0.501)
PACE_HALVED = change("time_per_output_token_s", 0.04, 0.02)


@pytest.mark.parametrize("module", [module, next_steps, number_format, shift_words, vocabulary])
def test_examples(module):
    assert doctest.testmod(module).failed == 0


CHEAPER = change("output_tokens", 200, 150)
PRICE_UP = change("unit_price_usd", 2e-6, 3e-6)
REFUSING = change("refusal", 0.01, 0.12)


@pytest.mark.parametrize(
    ("signals", "kind", "said"),
    [
        ([PACE_UP, SHORT], "silent_version", "answers shrank from 181 to 3 tokens"),
        ([PACE_UP, SHORT], "capacity", "answers shrank from 181 to 3 tokens"),
        (
            [change("duration_s", 6.6, 1.5), change("mean_logprob", -0.3, -0.9)],
            "capacity",
            "answers sped up from 6.6 s",
        ),
        (
            [change("unit_price_usd", 2e-6, 3e-6), change("output_tokens", 200, 150)],
            "price",
            "price rose from 2 to 3 USD",
        ),
        ([PRICE_UP, change("input_chars_per_token", 4.2, 3.1)], "unknown", "price rose"),
        (
            [change("output_tokens", 200, 190), change("refusal", 0.01, 0.12)],
            "policy",
            "refusal rate rose from 1 % to 12 %",
        ),
        ([change("duration_s", 2, 1), change("error", 0.01, 0.4)], "capacity", "error rate rose from 1 % to 40 %"),
        ([change("quality_score", 0.82, 0.61), change("output_tokens", 200, 180)], "unknown", "quality score fell"),
        ([change("input_length", 900, 4000), change("output_tokens", 200, 260)], "traffic_mix", "input length rose"),
        ([change("truncation", 0.1, 0.2), change("output_tokens", 100, 240)], "silent_version", "answers grew"),
    ],
)
def test_what_matters_most_leads(signals, kind, said):
    for order in itertools.permutations(signals):
        assert headline(order, cause(kind)).startswith(said)


def test_what_did_not_move_never_leads():
    assert headline([change("unit_price_usd", 2e-6, 9e-6, moved=False), PACE_HALVED], cause()).startswith(
        "time per output token fell from 40 to 20 ms per token"
    )
    assert headline([change("error", 0, 1, moved=False)], cause()) is None


def test_a_change_that_the_median_hides_says_so():
    hidden = change("output_tokens", 24, 24)
    assert "median unchanged at 24 tokens (Cliff's delta +0.16)" in headline([hidden], cause())


def test_ranks_are_not_taken_for_sizes():
    ranks = change("output_tokens", 0.5, 0.1, unit="rank")
    assert headline([ranks], cause()) == "answers shrank from 0.5 to 0.1 (rank among like requests)"


@pytest.mark.parametrize("kind", sorted(CAUSE))
@pytest.mark.parametrize("name", sorted(SIGNAL))
@pytest.mark.parametrize("rises", [True, False])
def test_every_cause_and_signal_is_worded_by_the_way_it_went(kind, name, rises):
    low, high = (
        (-1.4, -0.3) if name == "mean_logprob" else (0.1, 0.6) if BY_NAME[name].unit in ("share", "0..1") else (2, 8)
    )
    signals = [change(name, low, high) if rises else change(name, high, low)]
    said, title = headline(signals, cause(kind)), cause_title(signals, cause(kind))
    assert (SIGNAL[name].up if rises else SIGNAL[name].down) in said
    if not rises:
        assert not {"slow", "increase", "more"} & set(title.lower().split())
    assert title


@settings(max_examples=200, deadline=None)
@given(shifts())
def test_any_shift_has_a_headline_of_one_of_its_moved_signals(shift):
    moved = {one.name for one in shift.signals if one.moved}
    assert {one.name for one in by_weight(shift.signals, shift.cause.kind)} == moved
    assert (headline(shift.signals, shift.cause) is None) == (not moved)
    assert cause_title(shift.signals, shift.cause)


@settings(max_examples=100, deadline=None)
@given(shifts(), st.randoms(use_true_random=False))
def test_the_order_of_the_evidence_does_not_matter(shift, random):
    shuffled = list(shift.signals)
    random.shuffle(shuffled)
    weights = [module._weight(one, shift.cause.kind, longer=False) for one in shift.signals if one.moved]
    if len(set(weights)) == len(weights):
        assert headline(shuffled, shift.cause) == headline(shift.signals, shift.cause)
