"""Rivals alarm where a change is plain and are quiet where they should be; the dummy does what it is called."""

import numpy as np
import pytest

from coagent.bench.rivals.all_rivals import RIVALS
from coagent.bench.rivals.standardized import standardized
from coagent.bench.simulator.changes import location
from coagent.bench.simulator.fleet import Fleet
from coagent.bench.simulator.traffic import IID

BEFORE = 600
BY_NAME = {rival.name: rival for rival in RIVALS}


def alarms(name, rows_after=600):
    fleet = Fleet(change=location(3.0), traffic=IID, rows_before=BEFORE, rows_after=rows_after, seed=4, lone=True)
    return list(BY_NAME[name].alarms(fleet.columns(0), "mean_logprob"))


@pytest.mark.parametrize("name", ["ADWIN", "PageHinkley", "KSWIN", "three sigma"])
def test_a_large_change_is_found(name):
    assert any(BEFORE <= row < BEFORE + 100 for row in alarms(name))


def test_adwin_is_quiet_before_it():
    assert alarms("ADWIN", rows_after=0) == []


def test_the_dummy_always_alarms():
    assert alarms("always") == list(range(BEFORE + 600))


def test_standardized_is_what_a_running_scaler_gives():
    values = np.random.default_rng(1).normal(5, 3, 50)
    expected = [(values[row] - values[: row + 1].mean()) / values[: row + 1].std() for row in range(1, 50)]
    assert standardized(values)[1:] == pytest.approx(expected)
