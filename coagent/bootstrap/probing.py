"""What `coagent probe` needs of the world."""

from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path

import numpy as np

from coagent.adapters.clock import SystemClock
from coagent.adapters.postgres.probe_store import PostgresProbeStore
from coagent.bootstrap.agent import alone
from coagent.bootstrap.postgres import database
from coagent.bootstrap.prices import price_table
from coagent.bootstrap.probes import probes_step, read_file
from coagent.domain.errors import Fatal
from coagent.domain.probe import Probe, ProbeOutcome
from coagent.domain.segment import Segment
from coagent.settings import Settings
from coagent.steps.probe import Progress

MTOK = 1_000_000.0


def today() -> datetime:
    """Now, aware UTC."""
    return datetime.now(UTC)


def probe_store(settings: Settings) -> PostgresProbeStore:
    """Raises Fatal where no database is named."""
    return PostgresProbeStore(database(settings))


def add_probe(settings: Settings, probe: Probe) -> None:
    """Raises Fatal where the name is taken or its control is none."""
    store = probe_store(settings)
    if probe.control is not None and probe.control not in {one.name for one, _ in store.probes()}:
        raise Fatal(f"--control {probe.control!r}: no probe is called so, add it first")
    store.add(probe, today())


def checked_canaries(path: Path) -> None:
    """Raises Fatal."""
    read_file(str(path))


def listed_prices(settings: Settings, segment: Segment) -> tuple[Decimal, Decimal] | None:
    """USD for a million tokens in and out; None where unknown."""
    tokens = {"input_tokens": np.array([MTOK, 0.0]), "output_tokens": np.array([0.0, MTOK])}
    found = price_table(settings).list_costs(segment, {"time_s": np.full(2, today().timestamp()), **tokens}, {})
    if found is None or np.isnan(found[0]).any():
        return None
    usd_in, usd_out = (Decimal(repr(float(one))) for one in found[0])
    return usd_in, usd_out


async def run_probe(settings: Settings, probe: Probe, progress: Progress) -> ProbeOutcome | None:
    """Raises Fatal where there is no budget, Transient where it runs elsewhere or the budget is used up."""
    engine = database(settings)
    try:
        step = probes_step(settings, engine, SystemClock(), partial(alone, engine))
        if step is None:
            raise Fatal("probes have no budget: set COAGENT_PROBES__USD_PER_DAY, such as 0.50")
        outcome = await step.run_one(probe, progress)
        step.report()
    finally:
        engine.dispose()
    return outcome
