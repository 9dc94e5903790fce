"""Values far out."""

import numpy as np
import pytest

from coagent.confirm.compare.paired_sample import Pair, Values
from coagent.confirm.compare.tails import tail


def pair(rng, after, before=256, categories=1) -> Pair:
    old, new = rng.integers(0, categories, before), rng.integers(0, categories, len(after))
    return Pair.of(Values(rng.normal(0, 1, before), old), Values(after, new))


@pytest.mark.parametrize("categories", [1, 8])
def test_chance_puts_no_excess_there(categories):
    rng = np.random.default_rng(1)
    tails = [tail(pair(rng, rng.normal(0, 1, 200), categories=categories)) for _ in range(200)]

    assert abs(np.mean([one.excess for one in tails])) < 0.005
    assert np.mean([one.low > 0 for one in tails]) <= 0.05


def test_a_rollout_to_a_tenth_shows():
    rng = np.random.default_rng(2)
    after = rng.normal(0, 1, 200)
    after[:20] += 6
    found = tail(pair(rng, after))

    assert found.low > 0
    assert found.share == pytest.approx(found.expected + 0.1, abs=0.03)


def test_few_rows_have_no_tails():
    rng = np.random.default_rng(3)

    assert tail(pair(rng, rng.normal(0, 1, 20))) is None
    assert tail(pair(rng, rng.normal(0, 1, 100), before=15)) is None
