"""All of `coagent bench pipeline` in order: each fleet on a broker of its own, as the plan says."""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from coagent.bench.intake.broker import Broker, broker
from coagent.bench.intake.measurement import Measurement
from coagent.bench.pipeline.fleet_run import FleetRun
from coagent.bench.pipeline.measured import BacklogMeasured, LiveMeasured, PipelineMeasured
from coagent.bench.pipeline.plan import Fleet, Live, Plan
from coagent.bench.pipeline.processes import Processes, processes
from coagent.bench.pipeline.rivals import RIVALS, measure_rival
from coagent.settings import Settings

Progress = Callable[[str], None]
EMBEDDED_SESSION_MS = 3000
"""As `coagent up` sets it beside its embedded broker; a real Kafka takes no less than 6 s."""


def measure_pipeline(plan: Plan, progress: Progress, on_step: Callable[[], None] = lambda: None) -> PipelineMeasured:
    """Raises Fatal where a process ends or does not begin to work. Rivals once for each number of accounts."""
    backlogs, lives, rivals = list[BacklogMeasured](), list[LiveMeasured](), dict[int, dict[str, Measurement | None]]()
    for fleet in plan.backlogs:
        found = measure_backlog(plan, fleet, progress, rivals=rivals.get(fleet.accounts))
        rivals[fleet.accounts] = found.rivals
        backlogs.append(found)
        on_step()
    two_workers = None
    if plan.two_workers:
        two_workers = measure_backlog(plan, plan.two_workers, progress, rivals={}, workers=2)
        on_step()
    for live in plan.lives:
        lives.append(measure_live(live, live.per_s or _half(backlogs, live), progress))
        on_step()
    return PipelineMeasured(chief=plan.chief, backlogs=backlogs, lives=lives, two_workers=two_workers)


def measure_backlog(
    plan: Plan, fleet: Fleet, progress: Progress, *, rivals: dict[str, Measurement | None] | None, workers: int = 1
) -> BacklogMeasured:
    """`rivals` as known already; None measures them."""
    load = os.getloadavg()[0]
    with _set_up() as (settings, found, running):
        run = FleetRun(settings, fleet, running, workers)
        progress(f"{_named(fleet)}: starting ingest and {workers} worker")
        run.begin()
        progress(f"{_named(fleet)}: {plan.records:,} records at once")
        coagent, cpu_s = run.work_off(plan.records)
        memory_mb, changelog_bytes = running.memory_mb(), run.changelog_bytes()
        run.close()
        running.stop()
        if rivals is None:
            rivals = {}
            for key in RIVALS:
                progress(f"{_named(fleet)}: {key}")
                rivals[key] = measure_rival(key, settings, run.sent, plan.seconds, running.directory)
    return BacklogMeasured(
        fleet=fleet, records=plan.records, workers=workers, load=load, broker=found.name, coagent=coagent, cpu_s=cpu_s,
        memory_mb=memory_mb, changelog_bytes=changelog_bytes, rivals=rivals,
    )  # fmt: skip


def measure_live(live: Live, per_s: float, progress: Progress) -> LiveMeasured:
    load, fleet = os.getloadavg()[0], Fleet(live.accounts, live.streams)
    with _set_up() as (settings, found, running):
        run = FleetRun(settings, fleet, running)
        progress(f"{_named(fleet)}: starting ingest and worker")
        run.begin()
        progress(f"{_named(fleet)}: live, {per_s:,.0f} requests a second for {live.seconds:.0f} s")
        cpu_s = run.send(per_s, live.seconds)
        memory_mb, rollups = running.memory_mb(), run.lateness.records
        progress(f"{_named(fleet)}: waiting until all is counted")
        drain_s = run.drain()
        changelog_bytes = run.changelog_bytes()
        run.close()
    return LiveMeasured(
        live=live, per_s=per_s, load=load, broker=found.name, sent=run.sent, counted=run.lateness.counted,
        rollups=rollups, drain_s=drain_s, cpu_s=cpu_s, memory_mb=memory_mb,
        rollup_ages_s=run.lateness.ages_s[1:],  # not the first of each stream, in a cold process
        candidate_ages_s=[*run.candidate_ages_s.values()], changelog_bytes=changelog_bytes, looks=run.looks,
    )  # fmt: skip


@contextmanager
def _set_up() -> Iterator[tuple[Settings, Broker, Processes]]:
    """A broker, settings that name it, and nothing that runs on it yet."""
    settings = Settings()
    with (
        broker(settings) as found,
        tempfile.TemporaryDirectory() as directory,
        processes(Path(directory)) as running,
    ):
        kafka: dict[str, object] = {"bootstrap_servers": found.bootstrap_servers}
        if found.is_embedded:
            kafka["session_timeout_ms"] = EMBEDDED_SESSION_MS
        yield settings.model_copy(update={"kafka": settings.kafka.model_copy(update=kafka)}), found, running


def _half(backlogs: list[BacklogMeasured], live: Live) -> float:
    fleet = Fleet(live.accounts, live.streams)
    return next(one.coagent.records_per_s for one in backlogs if one.fleet == fleet) / 2


def _named(fleet: Fleet) -> str:
    return f"{fleet.accounts:,} segments on {fleet.streams:,} streams"
