"""What a watcher notes of alarms: improvements apart, which page nobody."""

import numpy as np
import pytest

from coagent.bench.simulator.batches import batches
from coagent.bench.simulator.rows import Columns
from coagent.bench.watcher import Watcher
from coagent.domain.batch import Source
from coagent.domain.segment import Segment

ROWS, CHANGE = 1_200, 600


@pytest.mark.parametrize(("before", "after", "is_better"), [(0.2, 0.0, True), (0.02, 0.3, False)])
def test_failures_that_end_are_an_improvement_and_failures_that_begin_are_none(
    before: float, after: float, is_better: bool
) -> None:
    rng = np.random.default_rng(1)
    failed = rng.random(ROWS) < np.where(np.arange(ROWS) < CHANGE, before, after)
    columns = Columns({"time_s": 1.79e9 + np.arange(ROWS)}, {"status": (["ok", "error"], failed.astype(np.int32))})
    watcher = Watcher(1e6)
    for batch in batches(columns, Segment("openai", "gpt-4"), Source("test", "telemetry", 0), 256):
        watcher.feed(batch)
    assert len(watcher.alarms) == 1
    assert list(watcher.not_better.values()) == ([] if is_better else watcher.alarms)
