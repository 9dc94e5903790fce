"""All of `coagent bench intake` in order: broker, requests, one process after the other, the median of rounds."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from pstats import Stats
from statistics import median_low
from uuid import uuid4

import msgspec

from coagent.bench.intake.broker import broker
from coagent.bench.intake.cores import set_apart
from coagent.bench.intake.measurement import Measurement, Task
from coagent.bench.intake.workload import SHARES, Workload, load, topic_of
from coagent.bootstrap.kafka import prepare_topics
from coagent.domain.errors import Fatal
from coagent.settings import Settings

KINDS = {
    "ceiling": "canonical",
    "baseline_faust": "canonical",
    "coagent_canonical": "canonical",
    "coagent_litellm": "litellm",
    "coagent_otlp": "otlp",
}
"""The format that each measurement reads."""

ROUNDS = (*("ceiling", "coagent_canonical") * 3, "baseline_faust", "coagent_litellm", "coagent_otlp")
PROFILED = ("coagent_canonical", "coagent_litellm", "coagent_otlp")
START_WITHIN_S = 90.0


@dataclass(frozen=True, slots=True)
class Intake:
    """Measurements by name, what they were made on, and profiles by name where they were asked for.

    `load`: processes that wanted a core when it began, by the system's average over a minute.
    """

    broker: str
    load: float
    measurements: Mapping[str, Measurement]
    profiles: Mapping[str, Stats]


def measure_intake(
    settings: Settings, *, records: int, seconds: float, profile: bool, say: Callable[[str], None]
) -> Intake:
    """`records` canonical requests, at most `seconds` a measurement. Raises Fatal where a measured process fails."""
    core, load_before = set_apart(), os.getloadavg()[0]
    with broker(settings) as found, tempfile.TemporaryDirectory() as directory:
        settings = _named(settings, found.bootstrap_servers)
        prepare_topics(settings)
        say(f"{found.name}: writing {records:,} requests in {len(SHARES)} formats")
        runs = _Runs(settings, load(settings, records), Path(directory), core, seconds)
        rounds: dict[str, list[Measurement]] = {name: [] for name in KINDS}
        for name in ROUNDS:
            say(name)
            rounds[name].append(runs.measure(name))
        profiles = {name: runs.profile(name) for name in PROFILED} if profile else {}
    return Intake(found.name, load_before, {name: _median(several) for name, several in rounds.items()}, profiles)


def _named(settings: Settings, bootstrap_servers: str) -> Settings:
    kafka = settings.kafka.model_copy(update={"bootstrap_servers": bootstrap_servers})
    ingest = settings.ingest.model_copy(update={"topics": tuple(topic_of(kind) for kind in SHARES)})
    return settings.model_copy(update={"kafka": kafka, "ingest": ingest})


def _median(rounds: list[Measurement]) -> Measurement:
    middle = median_low(one.records_per_s for one in rounds)
    return next(one for one in rounds if one.records_per_s == middle)


class _Runs:
    """Measured processes, each alone on `core` and in a group of its own."""

    def __init__(
        self, settings: Settings, workloads: Mapping[str, Workload], directory: Path, core: int | None, seconds: float
    ) -> None:
        self._settings, self._workloads, self._directory = settings, workloads, directory
        self._core, self._seconds = core, seconds

    def measure(self, name: str, profile: Path | None = None) -> Measurement:
        workload = self._workloads[KINDS[name]]
        task = Task(
            name=name,
            topic=workload.topic,
            partitions=self._settings.kafka.partitions,
            messages=workload.messages,
            records=workload.records,
            seconds=self._seconds,
            core=self._core,
            profile=str(profile) if profile else None,
        )
        return self._run(task)

    def profile(self, name: str) -> Stats:
        """Once more under cProfile, which slows everything that is Python."""
        path = self._directory / f"{name}.pstats"
        self.measure(name, path)
        return Stats(str(path))

    def _run(self, task: Task) -> Measurement:
        result, errors = self._directory / "result.json", self._directory / "stderr"
        command = [
            sys.executable,
            "-m",
            "coagent.bench.intake.measured",
            msgspec.json.encode(task).decode(),
            str(result),
        ]
        result.unlink(missing_ok=True)
        with errors.open("wb") as stderr:
            try:
                subprocess.run(  # noqa: S603  # our own module
                    command,
                    env=self._environment(task),
                    stdout=stderr,
                    stderr=stderr,
                    timeout=START_WITHIN_S + 3 * task.seconds,
                    check=True,
                )
            except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
                said = errors.read_text(errors="replace")[-2000:]
                raise Fatal(f"measuring {task.name} failed: {error.__class__.__name__}. It said: {said}") from error
        return msgspec.json.decode(result.read_bytes(), type=Measurement)

    def _environment(self, task: Task) -> dict[str, str]:
        kafka = self._settings.kafka
        return {
            **os.environ,
            "COAGENT_KAFKA__BOOTSTRAP_SERVERS": kafka.bootstrap_servers or "",
            "COAGENT_KAFKA__OPTIONS": json.dumps(kafka.options | {"group.id": f"coagent-bench-{uuid4().hex}"}),
            "COAGENT_INGEST__TOPICS": json.dumps([task.topic]),
        }
