"""Border inputs: changes are found, days that differ are not, as often as promised."""

import gzip
import json
import os
from pathlib import Path

import numpy as np
import pytest

from coagent.probe.border import border_evidence
from tests.unit.probe.simulated import World, batches, raised_at

PROBES = Path(os.environ.get("COAGENT_CASES", "../shared/data/cases")).parent / "probes"
LABELLED = ("hyperbolic", "together")
THRESHOLD = 1500.0
DAYS = 30

NULLS = (
    World(1),
    World(3),
    World(30),
    World(5, drift=0.3),
    World(50, drift=0.5),
    World(5, drift=0.2, failing=0.2),
)


@pytest.mark.cases
@pytest.mark.parametrize("name", LABELLED)
def test_a_labelled_change_is_raised_within_one_batch_and_nothing_before(name: str) -> None:
    file = PROBES / f"{name}.json.gz"
    if not file.exists():
        pytest.skip("COAGENT_CASES has no probes beside it")
    known = json.loads(gzip.decompress(file.read_bytes()))
    prompts = sorted({prompt for batch in known["batches"] for prompt in batch["counts"]})
    answers = [[batch["counts"].get(prompt, {}) for prompt in prompts] for batch in known["batches"]]
    evidence = border_evidence(answers[:30])

    raised = next(day for day, one in enumerate(evidence.log10, 1) if one >= np.log10(THRESHOLD))
    labelled = next(day for day, batch in enumerate(known["batches"]) if batch["time"][:10] >= known["changed"])
    assert labelled <= raised <= labelled + 1
    assert not border_evidence(answers[:labelled]).too_dispersed


@pytest.mark.parametrize("runs", [12, pytest.param(40, marks=pytest.mark.slow)])
@pytest.mark.parametrize("world", NULLS, ids=str)
def test_false_alarms_are_as_rare_as_promised(world: World, runs: int) -> None:
    """At a low threshold, where there would be some: at most 30 batches / 300 in a tenth of the runs."""
    threshold = 300.0
    raised = sum(raised_at(world, seed, DAYS, threshold) is not None for seed in range(runs))
    assert raised <= runs * DAYS / threshold


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_false_alarms_over_many_seeds() -> None:
    """All worlds together, three thresholds: the share of runs with an alarm is at most T / A."""
    most = [max(border_evidence(batches(world, seed, DAYS)).log10) for world in NULLS for seed in range(100, 180)]
    for threshold in (60.0, 300.0, THRESHOLD):
        assert np.mean(np.array(most) >= np.log10(threshold)) <= DAYS / threshold


@pytest.mark.parametrize(
    ("world", "within"),
    [
        (World(20, change_at=8), 1),
        (World(20, change_at=2), 1),
        (World(2, change_at=8), 3),
        (World(20, change_at=8, change="known"), 4),
        (World(20, drift=0.3, failing=0.2, change_at=8), 2),
    ],
    ids=str,
)
def test_a_replaced_model_is_found(world: World, within: int) -> None:
    found = [raised_at(world, seed, 20, THRESHOLD) for seed in range(9)]
    delays = sorted(99 if at is None else at - (world.change_at or 0) + 1 for at in found)
    assert min(delays) >= 1, "before the change"
    assert delays[4] <= within


def test_days_that_say_nothing_of_each_other_are_named() -> None:
    assert border_evidence(batches(World(0.2), 1, 12)).too_dispersed
    assert not border_evidence(batches(World(20), 1, 12)).too_dispersed


def test_missing_answers_are_no_evidence() -> None:
    full = batches(World(20), 3, 6)
    holes = [full[0], *[[{} if prompt % 3 else one for prompt, one in enumerate(day)] for day in full[1:]]]
    assert max(border_evidence(holes).log10) < 1
