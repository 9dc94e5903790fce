"""The same suite for the memory and for Postgres: one set of stores over shared data."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from sqlalchemy import Engine, select

from coagent.adapters.memory.insight_store import MemoryInsightStore
from coagent.adapters.memory.outbox import MemoryOutbox
from coagent.adapters.memory.silence_store import MemorySilenceStore
from coagent.adapters.memory.telemetry_store import MemoryTelemetryStore
from coagent.adapters.postgres.engine import transaction
from coagent.adapters.postgres.insight_store import PostgresInsightStore
from coagent.adapters.postgres.outbox import PostgresOutbox
from coagent.adapters.postgres.silence_store import PostgresSilenceStore
from coagent.adapters.postgres.tables import commands, dead_letters, detectors, dismissals, insights, intake, outbox
from coagent.adapters.postgres.telemetry_store import PostgresTelemetryStore
from coagent.ports import InsightStore, Outbox, SilenceStore, TelemetryStore


@dataclass(frozen=True)
class World:
    """Three ports on the same data, and peeks at what no port reads back."""

    telemetry: TelemetryStore
    insights: InsightStore
    silences: SilenceStore
    outbox: Outbox
    dismissals: Callable[[], list[tuple[str, int, str]]]
    dead_letters: Callable[[], list[tuple[int, int, str]]]
    intake: Callable[[], list[tuple[str, int, int]]]
    detectors: Callable[[], list[tuple[str, int, int]]]
    commands: Callable[[], list[tuple[str, str, str]]]
    told: Callable[[], list[tuple[str, int, str]]]
    messages: Callable[[], list[tuple[str, str, str | None]]]


@pytest.fixture(params=["memory", "postgres"])
def world(request: pytest.FixtureRequest) -> World:
    if request.param == "memory":
        return _memory()
    return _postgres(request.getfixturevalue("postgres_engine"))


def _memory() -> World:
    telemetry, messages = MemoryTelemetryStore(), MemoryOutbox()
    store = MemoryInsightStore(telemetry, messages)
    return World(
        telemetry,
        store,
        MemorySilenceStore(telemetry, store),
        messages,
        lambda: [(each.id, each.sequence, each.why) for each in telemetry.dismissals.values()],
        lambda: sorted((each.offset, each.index, each.reason) for each in telemetry.dead_letters.values()),
        lambda: sorted((each.run, each.sequence, each.counts.read) for each in telemetry.intake.values()),
        lambda: sorted(
            (one.signal, each.sequence, each.rows_seen)
            for each in telemetry.detectors.values()
            for one in each.detectors
        ),
        lambda: [(each.command.id, each.command.by, each.command.reason) for each in telemetry.commands.values()],
        lambda: [(each.id, each.sequence, each.text) for each in store.insights.values()],
        lambda: [(key, each.state, each.error) for key, each in messages.entries.items()],
    )


def _postgres(engine: Engine) -> World:
    def rows(*columns):
        with transaction(engine) as connection:
            return [tuple(row) for row in connection.execute(select(*columns).order_by(*columns))]

    return World(
        PostgresTelemetryStore(engine),
        PostgresInsightStore(engine),
        PostgresSilenceStore(engine),
        PostgresOutbox(engine),
        lambda: rows(dismissals.c.id, dismissals.c.sequence, dismissals.c.why),
        lambda: rows(dead_letters.c.offset, dead_letters.c.index, dead_letters.c.reason),
        lambda: rows(intake.c.run, intake.c.sequence, intake.c.read),
        lambda: rows(detectors.c.signal, detectors.c.sequence, detectors.c.rows_seen),
        lambda: rows(commands.c.id, commands.c.by, commands.c.reason),
        lambda: rows(insights.c.id, insights.c.sequence, insights.c.text),
        lambda: rows(outbox.c.idempotency_key, outbox.c.state, outbox.c.error),
    )
