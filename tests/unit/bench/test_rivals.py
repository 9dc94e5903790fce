"""Rivals alarm where a change is plain and are quiet where they should be; the dummies do what they are called."""

import numpy as np
import pytest

from coagent.bench.rivals.all_rivals import FROUROS, WITHOUT_FROUROS, left_out, rivals
from coagent.bench.rivals.frouros_detector import is_installed
from coagent.bench.rivals.standardized import standardized
from coagent.bench.simulator.changes import location
from coagent.bench.simulator.fleet import Fleet
from coagent.bench.simulator.traffic import IID

BEFORE = 600
RIVALS = rivals()
BY_NAME = {rival.name: rival for rival in (*RIVALS, *FROUROS)}
needs_frouros = pytest.mark.skipif(not is_installed(), reason=WITHOUT_FROUROS)


def alarms(name, knob, rows_after=600):
    fleet = Fleet(change=location(3.0), traffic=IID, rows_before=BEFORE, rows_after=rows_after, seed=4, lone=True)
    return list(BY_NAME[name].alarms(fleet.columns(0), "mean_logprob", knob))


@pytest.mark.parametrize(
    ("name", "knob"),
    [
        ("coagent", 1e6),
        ("ADWIN, raw", 2e-3),
        ("ADWIN, standardized", 2e-3),
        ("PageHinkley, standardized", 100.0),
        ("KSWIN, standardized", 1e-6),
        ("three sigma, minute means", 5.0),
    ],
)
def test_a_large_change_is_found_and_nothing_before_it(name, knob):
    first = alarms(name, knob)[0]
    assert BEFORE <= first < BEFORE + 100


@needs_frouros
@pytest.mark.parametrize(
    ("name", "knob"), [("frouros CUSUM, standardized", 100.0), ("frouros incremental KS, raw", 1e-6)]
)
def test_frouros_finds_it_too(name, knob):
    first = alarms(name, knob)[0]
    assert BEFORE <= first < BEFORE + 100


def test_who_is_left_out_is_said():
    assert (set(FROUROS) <= set(RIVALS)) == (left_out() == [])
    assert left_out() in ([], [WITHOUT_FROUROS])


def test_dummies():
    assert alarms("never", 0.0) == []
    assert alarms("always", 0.0) == list(range(BEFORE + 600))


def test_standardized_is_what_a_running_scaler_gives():
    values = np.random.default_rng(1).normal(5, 3, 50)
    expected = [(values[row] - values[: row + 1].mean()) / values[: row + 1].std() for row in range(1, 50)]
    assert standardized(values)[1:] == pytest.approx(expected)


def test_every_setting_stands_from_sensitive_to_insensitive():
    counts = {
        rival.name: [len(alarms(rival.name, knob, 0)) for knob in rival.knobs] for rival in RIVALS if not rival.slow
    }
    assert all(found == sorted(found, reverse=True) for found in counts.values())
