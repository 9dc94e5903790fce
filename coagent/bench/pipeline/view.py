"""The figures of `coagent bench pipeline` for people and for machines."""

import os
from statistics import quantiles
from typing import Any

from rich.table import Table

from coagent.bench.pipeline.run import Measured

MICRO = 1e6


def pipeline_figures(measured: Measured) -> dict[str, Any]:
    """What `--json` writes."""
    fleet, late = measured.fleet, [look.rollup_late_s for look in measured.looks]
    return {
        "accounts": fleet.accounts,
        "streams": fleet.streams,
        "seconds": fleet.seconds,
        "records_per_s": round(measured.sent / fleet.seconds),
        "sent": measured.sent,
        "counted": measured.counted,
        "rollup_records": measured.rollups,
        "rollup_late_s_p50_p95_max": [round(one, 1) for one in (_share(late, 50), _share(late, 95), max(late))],
        "lag_ingest": [look.ingest_lag for look in measured.looks],
        "lag_worker": [look.worker_lag for look in measured.looks],
        "drain_s": None if measured.drain_s is None else round(measured.drain_s, 1),
        "cpu_cores": {name: round(cpu_s / fleet.seconds, 3) for name, cpu_s in measured.cpu_s.items()},
        "cpu_us_a_row": {name: round(MICRO * cpu_s / measured.sent, 1) for name, cpu_s in measured.cpu_s.items()},
        "load": round(measured.load, 1),
        "cores": os.cpu_count(),
    }


def pipeline_view(measured: Measured) -> Table:
    """A line a figure."""
    table = Table(box=None, pad_edge=False, show_header=False)
    for name, figure in pipeline_figures(measured).items():
        table.add_row(name, str(figure))
    return table


def _share(values: list[float], percent: int) -> float:
    return quantiles(values, n=100, method="inclusive")[percent - 1] if len(values) > 1 else values[0]
