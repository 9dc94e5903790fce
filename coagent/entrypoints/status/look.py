"""Asks Kafka and Postgres how a running coagent is doing."""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, text

from coagent.adapters.postgres.engine import transaction
from coagent.bootstrap.kafka import kafka_cluster_id
from coagent.bootstrap.lag import stage_lag, stages, telemetry_read
from coagent.bootstrap.postgres import database
from coagent.detect.constants import CUTS
from coagent.domain.errors import CoagentError
from coagent.entrypoints.model_state import model_state
from coagent.entrypoints.running import find_running
from coagent.entrypoints.status.snapshot import InsightStatus, ShiftStatus, Status, StreamStatus, TopicStatus
from coagent.settings import Settings

T = TypeVar("T")
NEEDED = CUTS[0]
_INTAKE = "SELECT topic, kind, sum(count)::bigint AS count, max(last_at) AS last_at FROM insights.intake"
INTAKE = f"{_INTAKE} WHERE cluster = :cluster GROUP BY topic, kind"
REASONS = """
SELECT DISTINCT ON (topic) topic, reason, example FROM insights.rejections WHERE cluster = :cluster
ORDER BY topic, last_recorded_at DESC
"""
STREAMS = """
SELECT seen.provider, seen.request_model AS model, seen.endpoint, requests_24h,
    coalesce(learned, 0) AS learned, coalesce(states, '{}') AS states
FROM (
    SELECT provider, request_model, endpoint, sum(requests)::bigint AS requests_24h FROM insights.requests_1m
    WHERE minute > now() - interval '24 hours' GROUP BY provider, request_model, endpoint
) AS seen
LEFT JOIN (
    SELECT provider, request_model, endpoint, max(reference_rows) AS learned, array_agg(DISTINCT status) AS states
    FROM insights.detectors WHERE tenant IS DISTINCT FROM '(all)' GROUP BY provider, request_model, endpoint
) AS known ON (known.provider, known.request_model) = (seen.provider, seen.request_model)
    AND known.endpoint IS NOT DISTINCT FROM seen.endpoint
ORDER BY requests_24h DESC, provider, model
"""
SHIFTS = """
SELECT id, onset_at AS since, concat_ws(' · ', provider || '/' || request_model, endpoint) AS stream, headline
FROM insights.shifts WHERE status = 'open' ORDER BY onset_at
"""
INSIGHT = "SELECT title, updated_at AS at FROM coagent.insights ORDER BY updated_at DESC LIMIT 1"
STATES = ("suspicious", "muted", "silent", "watching")
"""The first that any of a stream's detectors is in names the stream's."""


class Look:
    """Remembers how far ingest had read, so that the next look knows the rate."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._engine = database(settings) if settings.postgres.url else None
        self._before: tuple[float, dict[str, int]] | None = None

    def measure(self) -> None:
        """Begins to measure the rate, where Kafka answers."""
        with suppress(CoagentError):
            self._before = time.monotonic(), telemetry_read(self._settings)

    def status(self) -> Status:
        """What can be asked, and what could not."""
        problems: list[str] = []
        cluster = _try(lambda: kafka_cluster_id(self._settings), problems)
        rates = self._rates() if cluster is not None else {}
        lag = {stage: self._lag(stage, cluster) for stage in stages(self._settings)}
        found = _try(lambda: self._ask(cluster, rates), problems)
        topics, streams, shifts, insight = found or ([], [], [], None)
        running = find_running(self._settings.data_dir)
        return Status(
            at=datetime.now(UTC),
            pid=running.pid if running else None,
            since=running.since if running else None,
            topics=topics,
            lag=lag,
            streams=streams,
            open_shifts=shifts,
            last_insight=insight,
            problems=problems,
            is_found_known=found is not None,
            model=model_state(self._settings.model),
        )

    def _lag(self, stage: str, cluster: str | None) -> int | None:
        with suppress(CoagentError):
            return stage_lag(self._settings, stage) if cluster is not None else None
        return None

    def _rates(self) -> dict[str, float]:
        """Messages a second by topic since the look before; empty at the first."""
        before = self._before
        self.measure()
        if before is None or self._before is None:
            return {}
        seconds = self._before[0] - before[0]
        return {topic: max(0, now - before[1].get(topic, 0)) / seconds for topic, now in self._before[1].items()}

    def _ask(
        self, cluster: str | None, rates: dict[str, float]
    ) -> tuple[list[TopicStatus], list[StreamStatus], list[ShiftStatus], InsightStatus | None]:
        with transaction(self._engine or database(self._settings)) as connection:
            intake = _rows(connection, INTAKE, cluster=cluster or "")
            reasons = {row["topic"]: _reason(row) for row in _rows(connection, REASONS, cluster=cluster or "")}
            streams = [_stream(row) for row in _rows(connection, STREAMS)]
            shifts = [ShiftStatus(**row) for row in _rows(connection, SHIFTS)]
            insight = next((InsightStatus(**row) for row in _rows(connection, INSIGHT)), None)
        topics = [_topic(name, intake, rates.get(name), reasons.get(name)) for name in self._settings.ingest.topics]
        return topics, streams, shifts, insight


def _rows(connection: Connection, query: str, **values: str) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(text(query), values).mappings()]


def _topic(name: str, intake: Sequence[dict[str, Any]], per_s: float | None, reason: str | None) -> TopicStatus:
    counts = {row["kind"]: int(row["count"]) for row in intake if row["topic"] == name}
    last = max((row["last_at"] for row in intake if row["topic"] == name), default=None)
    kinds = {kind: counts.get(kind, 0) for kind in ("read", "accepted", "skipped", "rejected")}
    return TopicStatus(topic=name, **kinds, per_s=per_s, last_read_at=last, reason=reason)


def _reason(row: dict[str, Any]) -> str:
    return f"{row['reason']}: {row['example']}" if row["example"] else str(row["reason"])


def _stream(row: dict[str, Any]) -> StreamStatus:
    states, learned = row.pop("states"), int(row["learned"])
    state = next((one for one in STATES if one in states), "learning")
    return StreamStatus(**row, needed=NEEDED, state="learning" if learned < NEEDED else state)


def _try(ask: Callable[[], T], problems: list[str]) -> T | None:
    try:
        return ask()
    except CoagentError as problem:
        problems.append(str(problem))
        return None
