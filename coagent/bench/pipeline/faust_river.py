"""A rival: a Faust agent that decodes one record after the other and feeds four ADWIN of its segment (River).

Its detectors are in memory: no table, no changelog, no rollup. So it does less than coagent, and a crash loses all.
"""

import signal
from collections import defaultdict

import faust
import msgspec
from river.drift import ADWIN

from coagent.bench.intake.baseline_faust import WARM_RECORDS, run_app
from coagent.bench.intake.measurement import Measurement, Stopwatch, Task
from coagent.ingest.record import Record

SIGNALS = ("time_to_first_token_s", "duration_s", "output_tokens", "input_tokens")
Names = tuple[str | None, ...]


def measure_faust_river(task: Task) -> Measurement:
    """Records a second of a real worker in steady state."""
    return run_app(task, _add_agent)


class Detectors:
    """Four a segment, made at its first record."""

    def __init__(self) -> None:
        self._of: dict[Names, list[ADWIN]] = defaultdict(lambda: [ADWIN() for _ in SIGNALS])

    def update(self, record: Record) -> int:
        """How many of them see a change."""
        found = self._of[record.provider, record.request_model, record.endpoint, record.task, record.tenant]
        for detector, signal_name in zip(found, SIGNALS, strict=True):
            value = getattr(record, signal_name)
            if value is not None:
                detector.update(value)
        return sum(detector.drift_detected for detector in found)


def _add_agent(app: faust.App, task: Task, measured: list[Measurement]) -> None:
    decode, detectors = msgspec.json.Decoder(Record, strict=False).decode, Detectors()

    @app.agent(app.topic(task.topic, value_type=bytes))
    async def read(values: faust.StreamT[bytes]) -> None:
        watch, count = Stopwatch(), 0
        async for value in values:
            detectors.update(decode(value))
            count += 1
            if count == WARM_RECORDS:
                watch.restart()
            elif count > WARM_RECORDS and not measured and (count == task.messages or watch.elapsed_s() > task.seconds):
                measured.append(watch.measured(count - WARM_RECORDS))
                signal.raise_signal(signal.SIGTERM)
