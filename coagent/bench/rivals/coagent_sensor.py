"""coagent's own step 2, given one signal as everybody else."""

from collections.abc import Iterator

from coagent.bench.simulator.batches import batches
from coagent.bench.simulator.rows import Columns
from coagent.detect.config import DetectConfig
from coagent.domain.batch import Source
from coagent.domain.segment import Segment
from coagent.steps.detect import DetectStep

SEGMENT, SOURCE = Segment("simulated", "alias"), Source("simulated", "comparison", 0)
BATCH_ROWS = 1_024


class CoagentSensor:
    """The knob is the promised average run length A, in rows."""

    name = "coagent"
    knobs = (1e3, 1e4, 1e5, 1e6, 1e7)
    slow = False

    def alarms(self, columns: Columns, signal: str, knob: float) -> Iterator[int]:
        """See `Rival`."""
        step, state = DetectStep(DetectConfig(rows_per_month=knob)), None
        for batch in batches(columns.only(signal), SEGMENT, SOURCE, BATCH_ROWS):
            detected = step(state, batch)
            state = detected.state
            for candidate in detected.candidates:
                if candidate.phase == "raised":
                    yield candidate.raised.ordinal
