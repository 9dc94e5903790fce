"""The figures of `coagent bench pipeline`, as `--json` writes them."""

import os
from collections.abc import Mapping, Sequence
from statistics import quantiles
from typing import Any

from coagent.bench.intake.measurement import Measurement
from coagent.bench.pipeline.measured import BacklogMeasured, LiveMeasured, PipelineMeasured

MICRO = 1e6
Figures = dict[str, Any]


def pipeline_figures(measured: PipelineMeasured) -> Figures:
    """Top keys `ceiling`, `baseline_faust_river`, `quix_river` and `coagent` are those of the plan's chief fleet."""
    chief = measured.backlog_of(measured.chief)
    two = measured.two_workers
    return {
        "segments": chief.fleet.accounts,
        "streams": chief.fleet.streams,
        **rates(chief),
        "backlog": [backlog_figures(one) for one in measured.backlogs],
        "live": [live_figures(one) for one in measured.lives],
        "workers": None if two is None else {"1": backlog_figures(chief), "2": backlog_figures(two)},
        "cores": os.cpu_count(),
    }


def rates(one: BacklogMeasured) -> dict[str, Mapping[str, int] | None]:
    """Records a second of wall time, and of processor time of all that is measured."""
    return {name: _rate(found) for name, found in {**one.rivals, "coagent": one.coagent}.items()}


def backlog_figures(one: BacklogMeasured) -> Figures:
    return {
        "segments": one.fleet.accounts,
        "streams": one.fleet.streams,
        "records": one.records,
        "workers": one.workers,
        **rates(one),
        "times_faust": times(one, "baseline_faust_river"),
        "times_quix": times(one, "quix_river"),
        "of_ceiling": times(one, "ceiling"),
        "cpu_us_a_row": {name: round(MICRO * cpu_s / one.records, 2) for name, cpu_s in one.cpu_s.items()},
        "changelog_bytes_a_row": round(one.changelog_bytes / one.records),
        "memory_mb": {name: round(size) for name, size in one.memory_mb.items()},
        "broker": one.broker,
        "load": round(one.load, 1),
    }


def live_figures(one: LiveMeasured) -> Figures:
    return {
        "segments": one.live.accounts,
        "streams": one.live.streams,
        "seconds": one.live.seconds,
        "sent_per_s": round(one.per_s),
        "sent": one.sent,
        "counted": one.counted,
        "rollup_records": one.rollups,
        "rollup_age_s_p50_p95_max": shares(one.rollup_ages_s),
        "rollup_late_s_p50_p95_max": shares([look.rollup_late_s for look in one.looks]),
        "candidates": len(one.candidate_ages_s),
        "candidate_age_s_p50_p95_max": shares(one.candidate_ages_s),
        "changelog_bytes_a_row": round(one.changelog_bytes / max(one.sent, 1)),
        "changelog_bytes_per_s": round(one.changelog_bytes / one.live.seconds),
        "memory_mb": {name: round(size) for name, size in one.memory_mb.items()},
        "memory_mb_looks": [round(look.memory_mb) for look in one.looks],
        "lag_ingest": [look.ingest_lag for look in one.looks],
        "lag_worker": [look.worker_lag for look in one.looks],
        "drain_s": None if one.drain_s is None else round(one.drain_s, 1),
        "cpu_cores": {name: round(cpu_s / one.live.seconds, 3) for name, cpu_s in one.cpu_s.items()},
        "cpu_us_a_row": {name: round(MICRO * cpu_s / one.sent, 1) for name, cpu_s in one.cpu_s.items()},
        "broker": one.broker,
        "load": round(one.load, 1),
    }


def times(one: BacklogMeasured, rival: str) -> float | None:
    """How often coagent does what the rival does once, a CPU-second; None where it was not measured."""
    found = one.rivals.get(rival)
    return None if found is None else round(one.coagent.records_per_cpu_s / found.records_per_cpu_s, 3)


def shares(values: Sequence[float]) -> list[float] | None:
    """The middle, what 95 % are below, and the most; None of nothing."""
    if not values:
        return None
    return [round(one, 1) for one in (_share(values, 50), _share(values, 95), max(values))]


def _rate(one: Measurement | None) -> Mapping[str, int] | None:
    if one is None:
        return None
    return {"records_per_s": round(one.records_per_s), "records_per_cpu_s": round(one.records_per_cpu_s)}


def _share(values: Sequence[float], percent: int) -> float:
    return quantiles(values, n=100, method="inclusive")[percent - 1] if len(values) > 1 else values[0]
