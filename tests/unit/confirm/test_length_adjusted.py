"""What the answers' lengths explain."""

import numpy as np
import pytest

from coagent.confirm.compare.length_adjusted import given_length
from coagent.domain.candidate import Sample, SignalEvidence


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


def test_the_share_of_lengths_never_seen_before_is_told():
    found = given_length(*both([200, 300, 400] * 50, [3] * 10 + [200] * 30))

    assert found.unlike == 0.25


def test_lengths_never_seen_before_tell_nothing():
    assert given_length(*both([200, 300, 400] * 50, [3] * 40)) is None


def test_samples_of_other_rows_are_not_compared():
    pace, tokens = both([200, 300, 400] * 50, [200] * 40)
    fewer = evidence("output_tokens", [200, 300], [200] * 40)

    assert given_length(pace, tokens) is not None
    assert given_length(pace, fewer) is None


@pytest.mark.parametrize("rows", [0, 7])
def test_few_matched_rows_tell_nothing(rows):
    assert given_length(*both([200] * 100, [200] * rows)) is None
