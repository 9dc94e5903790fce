"""How many comparisons a verdict takes: before the test, and from what is known on."""

from math import exp, log

import numpy as np
from scipy.optimize import brentq
from scipy.stats import norm

from coagent.verdict.evidence import CAUTION, Evidence, fastest_bet
from coagent.verdict.plan import CERTIFY, Plan

POWER = 0.8
"""Convention: four of five tests of a harmless change have certified by then."""
LEAST_ROWS = 30
"""Comparisons before a forecast is made of them."""


def sample_size(variance: float, distance: float, alpha: float, power: float = POWER) -> float:
    """Comparisons within which a share `power` of tests has decided, looked at after every one.

    The log evidence is nearly a Brownian motion with drift c - c^2 / 2 and deviation c, c the caution, in units of
    variance / distance^2; the first passage of log(1 / (0.9 alpha)) is inverse Gaussian.
    """
    need, drift = -log(0.9 * alpha), CAUTION - CAUTION**2 / 2

    def passed(time: float) -> float:
        spread = CAUTION * time**0.5
        again = exp(2 * drift * need / CAUTION**2) * norm.cdf(-(drift * time + need) / spread)
        return float(norm.cdf((drift * time - need) / spread) + again) - power

    return float(brentq(passed, 0.1, 1000.0)) * variance / distance**2


def comparisons_left(evidence: Evidence, plan: Plan, side: int) -> int | None:
    """At the mean gain so far of what is most likely; None where it does not grow, or too little is known."""
    moments = evidence.moments
    if moments.rows < LEAST_ROWS:
        return None
    mean = moments.sum / moments.rows
    variance = max(moments.squares / moments.rows - mean**2, 1e-9)
    drift = -mean if side == CERTIFY else mean + _between(plan, moments.units / moments.rows)
    unit, tails = moments.units / moments.rows, moments.fourths / max(moments.squares, 1e-12)
    bet = CAUTION * float(fastest_bet(*(np.array([one]) for one in (plan.distance * unit, variance, tails)))[0])
    gain = bet * drift - bet**2 * (variance + drift**2) / 2
    missing = plan.needs[side] - float(evidence.peak[side, plan.places[side]])
    return int(np.ceil(max(missing, 0) / gain)) if gain > 0 else None


def _between(plan: Plan, unit: float) -> float:
    """From the certify margin to the halt margin."""
    certify, halt = (plan.grid[place] for place in plan.places)
    return float(certify - halt) * unit
