"""What the answers' lengths explain."""

import msgspec
import numpy as np
import pytest

from coagent.confirm.cause.signals import own_strength
from coagent.confirm.compare.length_adjusted import given_length, given_limits
from coagent.confirm.compare.signal_result import signal_results
from coagent.domain.candidate import FactEvidence, Sample, SignalEvidence

from .worlds import Scenario, World, stream


def sample(x) -> Sample:
    return Sample(np.asarray(x, "<f8").tobytes(), np.zeros(len(x), "<u2").tobytes())


def evidence(name, before, fresh) -> SignalEvidence:
    return SignalEvidence(
        signal=name,
        alarmed=None,
        onset=None,
        onset_low=None,
        onset_high=None,
        log10_evidence=0.0,
        log10_threshold=6.0,
        block_rows=1,
        before=sample(before),
        suspicious=sample([]),
        fresh=sample(fresh),
        opinions={},
    )


def both(tokens_before, tokens_after, pace_after=0.02):
    """Seconds a token with half a second that each answer costs; and the answers' lengths."""
    rng = np.random.default_rng(5)

    def seconds(tokens, pace):
        return 0.5 / tokens + pace * np.exp(rng.normal(0, 0.05, len(tokens)))

    before, after = np.asarray(tokens_before, float), np.asarray(tokens_after, float)
    return (
        evidence("time_per_output_token_s", seconds(before, 0.02), seconds(after, pace_after)),
        evidence("output_tokens", before, after),
    )


def test_shorter_answers_explain_slower_tokens():
    rng = np.random.default_rng(1)
    found = given_length(*both(rng.integers(20, 400, 256), rng.integers(20, 60, 64)))

    assert found.effect.low <= 0.15
    assert abs(found.effect.value) < 0.3


def test_a_slower_model_stays_slower_among_like_lengths():
    rng = np.random.default_rng(1)
    found = given_length(*both(rng.integers(20, 400, 256), rng.integers(20, 60, 64), pace_after=0.04))

    assert found.effect.low > 0.5


def test_the_share_of_lengths_never_seen_before_is_reported():
    found = given_length(*both([200, 300, 400] * 50, [3] * 10 + [200] * 30))

    assert found.unlike == 0.25


def test_lengths_never_seen_before_show_nothing():
    assert given_length(*both([200, 300, 400] * 50, [3] * 40)) is None


def test_samples_of_other_rows_are_not_compared():
    pace, tokens = both([200, 300, 400] * 50, [200] * 40)
    fewer = evidence("output_tokens", [200, 300], [200] * 40)

    assert given_length(pace, tokens) is not None
    assert given_length(pace, fewer) is None


@pytest.mark.parametrize("rows", [0, 7])
def test_few_matched_rows_show_nothing(rows):
    assert given_length(*both([200] * 100, [200] * rows)) is None


def truncated(limit, tokens_before, tokens_after, limit_after=None):
    """Truncation of answers that would have these lengths, at the client's limit or a new one."""
    limits = limit, limit_after or limit
    sides = [np.asarray(one, float) for one in (tokens_before, tokens_after)]
    hits = [side >= one for side, one in zip(sides, limits, strict=True)]
    lengths = [np.rint(np.minimum(side, one)) for side, one in zip(sides, limits, strict=True)]
    return evidence("truncation", *hits), evidence("output_tokens", *lengths)


WANTED = np.exp(np.random.default_rng(3).normal(5.0, 0.5, 400))


def test_longer_answers_that_meet_the_limit_of_before_are_no_new_limit():
    found = given_limits(*truncated(200, WANTED, 1.6 * WANTED[:100]))

    assert found.effect.low <= 0


def test_longer_answers_beyond_any_before_are_no_new_limit():
    found = given_limits(*truncated(4_000, WANTED, 30 * WANTED[:100]))

    assert found.effect.low <= 0


def test_a_new_limit_truncates_at_lengths_that_were_whole():
    found = given_limits(*truncated(4_000, WANTED, WANTED[:100], limit_after=150))

    assert found.effect.low > 0.2


def test_a_new_limit_shows_beside_a_limit_that_the_client_had_set():
    found = given_limits(*truncated(250, WANTED, WANTED[:100], limit_after=150))

    assert found.effect.low > 0.2


def test_a_limit_cannot_be_judged_from_other_rows():
    truncation, _ = truncated(200, WANTED, WANTED[:100])

    assert given_limits(truncation, evidence("output_tokens", WANTED[:5], WANTED[:100])) is None


@pytest.mark.parametrize("is_fact", [True, False])
def test_no_length_explains_a_price_that_bills_show(is_fact: bool):
    """The new model's short answers came first; half of the requests go to it, which its lengths would explain."""
    whole = next(stream(Scenario("any", World(pace=0.1), frozenset({"provider"})), 1))
    now, rng = whole.raised, np.random.default_rng(2)
    short = rng.random(64) < 0.5
    lengths = evidence("output_tokens", rng.integers(100, 400, 200), np.where(short, 3, rng.integers(100, 400, 64)))
    prices = evidence("unit_price_usd", np.full(200, 1e-5), np.where(short, 1.5e-5, 1e-5))
    first = msgspec.structs.replace(now, ordinal=now.ordinal - 5)
    alarmed = [
        msgspec.structs.replace(lengths, alarmed=first, log10_evidence=9.0),
        msgspec.structs.replace(prices, alarmed=now, log10_evidence=9.0),
    ]
    fact = FactEvidence(name="unit_price_usd", onset=first, alarmed=now, before=None, after=None)
    found = signal_results(msgspec.structs.replace(whole, evidence=alarmed, facts=[fact] if is_fact else []))

    assert found["unit_price_usd"].follows_length is not is_fact
    assert (own_strength(found["unit_price_usd"]) >= 0.5) is is_fact
