"""The promise holds for a group: within T exchangeable rows of all its streams, a false alarm comes with at most its
part of T / A.
"""

from itertools import count

import numpy as np
import pytest

from coagent.detect.config import DetectConfig
from coagent.detect.constants import ASIDE
from coagent.detect.group.add_up import add_up
from coagent.detect.group.contribution import evidence_due
from coagent.detect.group.group import Group
from coagent.detect.state.stream import Watch
from tests.unit.detect.sensor.streams import Stream, stream, watch
from tests.unit.detect.sensor.test_guarantee import Draw, dependent, heavy, tied

from .endpoints import stream as endpoint

pytestmark = pytest.mark.slow

GROUPS, ENDPOINTS, ROWS = 120, 4, 240
NEVER = 1e30


def alarmed(rows: list[Stream], promise_rows: float) -> bool:
    """Whether the group of these streams does, whatever each would say alone; each is read by pieces, in turn."""
    group, config = Group(), DetectConfig(rows_per_month=promise_rows)
    watches = [Watch(endpoint(number)) for number in range(len(rows))]
    for one in watches:
        one.sensor.share.grouped = True
    for turn in count():
        if turn * 12 >= ROWS:
            return False
        for one, its in zip(watches, rows, strict=True):
            watch(one.sensor, its.part(turn * 12, turn * 12 + 12), NEVER)
            one.rows_seen = one.sensor.rows
            told = evidence_due(one, config, np.array([one.sensor.rows - 1.0]))
            if any(news.alarms for evidence in told for news in add_up(group, evidence)):
                return True
    return False


@pytest.mark.parametrize("draw", [dependent, tied, heavy])
@pytest.mark.parametrize("budget", [0.1, 0.4])
def test_false_alarms_of_a_group_are_as_rare_as_promised(draw: Draw, budget: float) -> None:
    """`budget`: the most that its part may come to."""
    promise_rows, found = ASIDE * ENDPOINTS * ROWS / budget, 0
    for seed in range(GROUPS):
        rng = np.random.default_rng([seed, 9])
        unlike = [rng.integers(0, 2, ROWS) + 3 * number for number in range(ENDPOINTS)]
        rows = [stream(draw(rng, one), seed=4 * seed + number) for number, one in enumerate(unlike)]
        found += alarmed(rows, promise_rows)
    assert found / GROUPS <= budget


def test_a_group_looks_at_all() -> None:
    """A promise kept by never looking would be none."""
    found = 0
    for seed in range(GROUPS):
        rng = np.random.default_rng([seed, 10])
        rows = [
            stream({"mean_logprob": -np.exp(rng.normal(size=ROWS))}, seed=4 * seed + number)
            for number in range(ENDPOINTS)
        ]
        found += alarmed(rows, 2 * ASIDE)
    assert found > 0.2 * GROUPS
