"""`coagent ingest` itself: its own loop, from a telemetry topic to batches that Kafka has acknowledged."""

from cProfile import Profile
from threading import Event

from coagent.adapters.garbage import collect_seldom
from coagent.adapters.kafka.ingest_session import IngestCounters
from coagent.bench.intake.measurement import Measurement, Stopwatch, Task
from coagent.bootstrap.ingest_session import ingest_session
from coagent.domain.errors import Fatal
from coagent.settings import Settings


class _EnoughRead(Event):
    """Set when all messages were read, or `seconds` after the first; the watch starts with the first."""

    def __init__(self, counters: IngestCounters, task: Task) -> None:
        super().__init__()
        self._counters, self._task = counters, task
        self.watch = Stopwatch()

    def is_set(self) -> bool:
        """The session asks before each turn."""
        if not self._counters.messages:
            self.watch.restart()
        return self._counters.messages >= self._task.messages or self.watch.elapsed_s() > self._task.seconds


def measure_ingest(task: Task) -> Measurement:
    """Prices, validation, dead letters, commits: all as in production; ends when everything read is committed."""
    collect_seldom()
    session = ingest_session(Settings())
    enough, profile = _EnoughRead(session.counters, task), Profile()
    if task.profile:
        profile.enable()
    session.run(enough)
    measured = enough.watch.measured(session.counters.rows)
    if task.profile:
        profile.disable()
        profile.dump_stats(task.profile)
    if session.counters.dead_letters or (
        session.counters.messages == task.messages and measured.records != task.records
    ):
        raise Fatal(f"{session.counters} of {task}: the measurement is void, please report it")
    return measured
