"""Lorden's limit against numeric integration and against what sums of likelihood ratios really do."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from coagent.bench.simulator.limit import location_kl, lorden, partial_kl, rate_kl, spread_kl


def divergence(after, before):
    return quad(lambda z: after(z) * np.log(after(z) / before(z)), -9, 12, limit=400)[0]


@pytest.mark.parametrize("deviations", [0.25, 0.5, 1.0, 2.0])
def test_location(deviations):
    assert divergence(norm(deviations).pdf, norm.pdf) == pytest.approx(location_kl(deviations), rel=1e-6)


@pytest.mark.parametrize("factor", [1.5, 0.7])
def test_spread(factor):
    assert divergence(norm(0, factor).pdf, norm.pdf) == pytest.approx(spread_kl(factor), rel=1e-4)


@pytest.mark.parametrize(("deviations", "share"), [(3.0, 0.16), (3.0, 0.008), (-3.0, 0.05)])
def test_partial(deviations, share):
    after = lambda z: (1 - share) * norm.pdf(z) + share * norm.pdf(z, abs(deviations))
    assert divergence(after, norm.pdf) == pytest.approx(partial_kl(deviations, share), rel=1e-5)


def test_a_change_of_everything_is_a_location_change():
    assert partial_kl(1.0, 1.0) == pytest.approx(location_kl(1.0), rel=1e-6)


def test_rate_is_the_mean_log_likelihood_ratio():
    rows = np.random.default_rng(2).random(400_000) < 0.04
    ratios = np.where(rows, np.log(0.04 / 0.01), np.log(0.96 / 0.99))
    assert ratios.mean() == pytest.approx(rate_kl(0.01, 0.04), rel=0.03)


def test_the_figures_of_the_goals():
    found = [lorden(1e6, kl) for kl in (location_kl(0.5), location_kl(1.0), rate_kl(0.01, 0.04))]
    assert found == [pytest.approx(110.5, abs=0.1), pytest.approx(27.6, abs=0.1), pytest.approx(533.2, abs=0.1)]
