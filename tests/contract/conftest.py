"""The same suite for the memory and for Postgres: one set of stores over shared data."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import pytest
from sqlalchemy import Engine, select

from coagent.adapters.memory.insight_store import MemoryInsightStore
from coagent.adapters.memory.outbox import MemoryOutbox
from coagent.adapters.memory.silence_store import MemorySilenceStore
from coagent.adapters.memory.telemetry_store import MemoryTelemetryStore
from coagent.adapters.postgres.engine import transaction
from coagent.adapters.postgres.insight_store import PostgresInsightStore
from coagent.adapters.postgres.longer_rollups import LongerRollups
from coagent.adapters.postgres.outbox import PostgresOutbox
from coagent.adapters.postgres.silence_store import PostgresSilenceStore
from coagent.adapters.postgres.tables import (
    commands,
    dead_letters,
    detectors,
    dismissals,
    drafts,
    insights,
    intake,
    outbox,
)
from coagent.adapters.postgres.telemetry_store import PostgresTelemetryStore
from coagent.adapters.postgres.usage_reader import PostgresUsageReader
from coagent.domain.opportunity import Opportunity
from coagent.domain.rollup import Rollup
from coagent.domain.shift import Shift
from coagent.domain.usage import Usage
from coagent.ports import InsightStore, Outbox, SilenceStore, TelemetryStore
from tests.contract.samples import NOON
from tests.stored_rollups import stored_rollups


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
    reported: Callable[[], list[tuple[str, int, str]]]
    messages: Callable[[], list[tuple[str, str, str | None]]]
    usage: Callable[[datetime], Usage | None]
    rollups: Callable[[], list[Rollup]]
    drafts: Callable[[], list[tuple[str, int, bool]]]

    def waiting(self, limit: int = 9, edition: int = 0) -> list[Shift]:
        """Shifts that wait for an insight."""
        claimed = self.insights.claim_subjects(edition, limit, NOON)
        return [one.subject for one in claimed if isinstance(one.subject, Shift)]

    def opportunities(self) -> list[tuple[Opportunity, int]]:
        """Opportunities that wait for an insight, with their sequence."""
        claimed = self.insights.claim_subjects(0, 9, NOON)
        return [(one.subject, one.sequence) for one in claimed if isinstance(one.subject, Opportunity)]


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
        store.usage_since,
        lambda: sorted(telemetry.rollups.values(), key=lambda each: (each.minute, each.segment.id, each.part)),
        lambda: [(each.insight_id, each.number, each.accepted) for each in store.drafts.values()],
    )


def _postgres(engine: Engine) -> World:
    def rows(*columns):
        with transaction(engine) as connection:
            return [tuple(row) for row in connection.execute(select(*columns).order_by(*columns))]

    def usage(since):
        LongerRollups(engine).sum_changed()
        return PostgresUsageReader(engine).usage_since(since)

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
        usage,
        lambda: stored_rollups(engine),
        lambda: rows(drafts.c.insight_id, drafts.c.number, drafts.c.accepted),
    )
