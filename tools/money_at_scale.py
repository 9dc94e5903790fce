"""Measures what reads and writes rollups, on a database of its own that is filled as a large company leaves it.

    python -m tools.money_at_scale [--accounts 1000] [--days 30] [--hold]

Prints seconds of the scorecard, of SLOs, of writing and summing minutes, and seconds and the highest resident memory of
one run of the advisors in a process of its own. `--hold` fails where a goal is missed: the scorecard over 30 days of
1,000 accounts within 1 s, advice within 30 s and 500 MiB.
"""

import argparse
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from coagent.adapters.memory.clock import FixedClock
from coagent.adapters.postgres.engine import make_engine
from coagent.adapters.postgres.insight_store import PostgresInsightStore
from coagent.adapters.postgres.longer_rollups import LongerRollups
from coagent.adapters.postgres.slo_store import PostgresSloStore
from coagent.adapters.postgres.sql_reader import SqlReader
from coagent.adapters.postgres.telemetry_store import PostgresTelemetryStore
from coagent.adapters.postgres.usage_reader import PostgresUsageReader
from coagent.bootstrap.prices import DatedPrices
from coagent.settings import Settings
from coagent.slo.burn_rate import slo_status
from coagent.slo.slo_file import read_slos
from coagent.steps.advise import AdviseStep
from tools.fill_rollups import accounts, fill, minutes_of, own_database

SLOS = """
version: 1
slos:
  - {name: works, objective: 99.5, indicator: {success_rate: {}}}
  - {name: fast, objective: 99, indicator: {latency: {under: 8s}}}
  - {name: priority-is-fast, objective: 99, indicator: {latency: {under: 8s}}, match: {tier: priority}}
"""
GOALS = {"scorecard_s": 1.0, "advise_s": 30.0, "advise_mib": 500.0}
MINUTES = 10


def measured(url: str, number: int, days: int) -> dict[str, float]:
    """By name, with the unit at its end."""
    engine = make_engine(url)
    now, slos, store = datetime.now(UTC), read_slos(SLOS, "slos.yaml"), PostgresSloStore(engine)
    telemetry, minutes = PostgresTelemetryStore(engine), minutes_of(accounts(number), now + timedelta(hours=2), MINUTES)
    found = {
        "scorecard_s": min(_seconds(lambda: SqlReader(engine).ask("SELECT * FROM model_scorecard")) for _ in range(3)),
        "slos_first_look_s": _seconds(lambda: [slo_status(one, store.buckets(one, now), now) for one in slos]),
        "slos_next_look_s": _seconds(lambda: [slo_status(one, store.buckets(one, now), now) for one in slos]),
        **_advised(url, days),
        "minutes_written_per_s": number * MINUTES / _seconds(lambda: [telemetry.write_rollups(one) for one in minutes]),
        "hours_summed_per_s": number / _seconds(LongerRollups(engine).sum_changed),
    }
    engine.dispose()
    return found


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _advised(url: str, days: int) -> dict[str, float]:
    """In another process, for its memory."""
    again = [sys.executable, "-m", "tools.money_at_scale", "--days", str(days), "--advise", url]
    seconds, mib, found = subprocess.run(again, check=True, capture_output=True, text=True).stdout.split()
    return {"advise_s": float(seconds), "advise_mib": float(mib), "opportunities": float(found)}


def advise(url: str, days: int) -> None:
    """One run; prints seconds, MiB and how many it found."""
    engine = make_engine(url)
    step = AdviseStep(
        PostgresUsageReader(engine),
        PostgresInsightStore(engine),
        DatedPrices(Settings()),
        FixedClock(datetime.now(UTC)),
        lookback=timedelta(days=days),
    )
    began = time.perf_counter()
    found = step.run()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{time.perf_counter() - began:.2f} {peak:.0f} {found}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--accounts", type=int, default=1000)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--hold", action="store_true", help="fail where a goal is missed")
    parser.add_argument("--advise", metavar="URL", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.advise:
        advise(given.advise, given.days)
        return
    with own_database() as url:
        print(f"filled in {_seconds(lambda: fill(url, given.accounts, given.days)):.1f} s")
        found = measured(url, given.accounts, given.days)
    for name, value in found.items():
        print(f"{name:22} {value:12,.2f}{f'   goal: at most {GOALS[name]:g}' if name in GOALS else ''}")
    missed = [name for name, most in GOALS.items() if found[name] > most]
    if given.hold and missed:
        sys.exit(f"missed: {', '.join(missed)}")


if __name__ == "__main__":
    main()
