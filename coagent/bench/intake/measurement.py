"""What a measured process is given and what it answers."""

import time
from dataclasses import dataclass, field

import msgspec


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """`name` of the measurement, the topic with its messages and the requests in them, and the seconds at most.

    `core`: the only one that the process may use (None: any). `profile`: where to write a profile (None: nowhere).
    """

    name: str
    topic: str
    partitions: int
    messages: int
    records: int
    seconds: float
    core: int | None = None
    profile: str | None = None


class Measurement(msgspec.Struct, frozen=True, kw_only=True):
    """Requests read, by the wall's clock and by the processor time of all threads of the process."""

    records: int
    seconds: float
    cpu_s: float

    @property
    def records_per_s(self) -> float:
        return self.records / self.seconds

    @property
    def records_per_cpu_s(self) -> float:
        """What one core would do that nobody else uses."""
        return self.records / self.cpu_s


@dataclass
class Stopwatch:
    """Runs from its making, or its last `restart`."""

    seconds: float = field(default_factory=time.perf_counter)
    cpu_s: float = field(default_factory=time.process_time)

    def restart(self) -> None:
        """Now is the beginning."""
        self.seconds, self.cpu_s = time.perf_counter(), time.process_time()

    def elapsed_s(self) -> float:
        return time.perf_counter() - self.seconds

    def measured(self, records: int) -> Measurement:
        """From the beginning until now."""
        return Measurement(records=records, seconds=self.elapsed_s(), cpu_s=time.process_time() - self.cpu_s)
