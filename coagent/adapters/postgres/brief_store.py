"""ports.BriefStore on Postgres."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, text
from sqlalchemy.dialects.postgresql import insert

from coagent.adapters.postgres.engine import transaction
from coagent.adapters.postgres.rows import message_row
from coagent.adapters.postgres.tables import briefs, outbox
from coagent.domain.brief import (
    BriefBurn,
    BriefChange,
    BriefDecision,
    BriefFacts,
    BriefOpportunity,
    BriefQuality,
    BriefSaving,
    BriefSilence,
    BriefTraffic,
)
from coagent.domain.insight import OutboxMessage

MOST = 500
"""Rows of a kind: a brief names ten of them and counts the rest."""

CHANGES = f"""
SELECT id, concat_ws(' · ', provider || '/' || request_model, endpoint, task, tenant) AS service,
    coalesce(headline, cause_kind) AS headline, status, page, direction, onset_at, reported_at, ended_at, accepted_by,
    (cost ->> 'usd_per_day')::double precision AS usd_per_day
FROM insights.shifts
WHERE reported_at < :until AND (ended_at IS NULL OR ended_at >= :since)
ORDER BY page DESC, reported_at DESC LIMIT {MOST}
"""  # noqa: S608  our own number
SILENCES = f"""
SELECT id, coalesce(headline, provider || '/' || request_model || ' stopped') AS headline, noticed_at,
    returned_minute AS returned_at
FROM insights.gaps
WHERE noticed_at < :until AND (noticed_at >= :since OR returned_minute >= :since)
ORDER BY noticed_at DESC LIMIT {MOST}
"""  # noqa: S608
BURNS = f"""
SELECT name, budget_left, burning_since AS since FROM insights.slo_status
WHERE burning ORDER BY budget_left LIMIT {MOST}
"""  # noqa: S608
QUALITIES = f"""
SELECT change.id, coalesce(change.headline, change.provider || '/' || change.request_model || ' ' || change.change)
    AS headline, change.status, change.page, change.since, change.ended_at
FROM insights.quality_changes AS change
LEFT JOIN coagent.insights AS insight ON insight.kind = 'quality' AND insight.subject_id = change.id
WHERE change.found_on < :until AND (change.ended_at >= :since
    OR change.ended_at IS NULL AND coalesce(insight.created_at, :until) >= :since)
ORDER BY change.page DESC, change.found_on DESC, change.id LIMIT {MOST}
"""  # noqa: S608
DECISIONS = f"""
SELECT word.kind, word.by, word.at, coalesce(insight.title, word.conversation) AS about, word.reason
FROM coagent.words AS word LEFT JOIN coagent.insights AS insight ON insight.id = word.conversation
WHERE word.at >= :since AND word.at < :until
UNION ALL
SELECT command.kind, command.by, command.at, coalesce(insight.title,
    concat_ws(' · ', command.provider || '/' || command.request_model, command.endpoint, command.task, command.tenant)),
    command.reason
FROM insights.commands AS command
LEFT JOIN coagent.insights AS insight ON insight.kind = 'shift' AND insight.subject_id = command.shift_id
WHERE command.at >= :since AND command.at < :until AND command.kind <> 'rate' AND command.refused IS NULL
    AND NOT EXISTS (SELECT FROM coagent.words AS word WHERE word.id = command.id)
ORDER BY at DESC LIMIT {MOST}
"""  # noqa: S608
"""A word that became a command has the command's id."""
SAVINGS = f"""
SELECT saving.opportunity_id, coalesce(max(opportunity.title), saving.opportunity_id) AS title,
    sum(saving.realised_usd) AS realised_usd, sum(saving.promised_usd) AS promised_usd
FROM coagent.savings AS saving
LEFT JOIN coagent.opportunities AS opportunity ON opportunity.id = saving.opportunity_id
WHERE saving.day >= date_trunc('day', CAST(:since AS timestamptz), 'UTC') AND saving.day < :until
GROUP BY saving.opportunity_id LIMIT {MOST}
"""  # noqa: S608
UNDECIDED = f"""
SELECT opportunity.id, opportunity.title, opportunity.monthly_savings_expected_usd AS monthly_savings_usd,
    opportunity.found_at
FROM coagent.opportunities AS opportunity
LEFT JOIN coagent.insights AS insight ON insight.kind = 'opportunity' AND insight.subject_id = opportunity.id
WHERE opportunity.found_at < :until AND opportunity.seen_at >= :until - interval '1 day' AND NOT EXISTS (
    SELECT FROM coagent.words AS word WHERE word.conversation = insight.id
        AND (word.kind IN ('approve', 'reject') OR word.until > :until)
) AND NOT EXISTS (
    SELECT FROM coagent.decisions AS decision WHERE decision.opportunity_id = opportunity.id
        AND (decision.kind IN ('approve', 'reject') OR decision.until > :until)
)
ORDER BY monthly_savings_usd DESC LIMIT {MOST}
"""  # noqa: S608
TRAFFIC = """
SELECT coalesce(sum(requests), 0)::bigint AS requests, sum(cost_usd) AS usd,
    coalesce(sum(requests_unpriced), 0)::bigint AS unpriced
FROM insights.{view} WHERE {unit} >= :since AND {unit} < :until
"""
BY_MINUTE, BY_HOUR = TRAFFIC.format(view="requests_1m", unit="minute"), TRAFFIC.format(view="requests_1h", unit="hour")
SHORT = timedelta(hours=6)
"""A span of a few hours is counted by the minute; of longer ones hours are exact enough, and far fewer."""
PARKED = "SELECT count(*) FROM coagent.outbox WHERE state = 'parked'"


class PostgresBriefStore:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def facts(self, since: datetime, until: datetime) -> BriefFacts:
        times = {"since": since, "until": until}
        with transaction(self._engine) as connection:
            now, before = _traffic(connection, since, until), _traffic(connection, since - (until - since), since)
            return BriefFacts(
                since=since,
                until=until,
                traffic=now,
                before=before,
                changes=[BriefChange(**row) for row in _rows(connection, CHANGES, **times)],
                silences=[BriefSilence(**row) for row in _rows(connection, SILENCES, **times)],
                burns=[BriefBurn(**row) for row in _rows(connection, BURNS)],
                qualities=[BriefQuality(**row) for row in _rows(connection, QUALITIES, **times)],
                decisions=[BriefDecision(**row) for row in _rows(connection, DECISIONS, **times)],
                savings=[BriefSaving(**row) for row in _rows(connection, SAVINGS, **times)],
                opportunities=[BriefOpportunity(**row) for row in _rows(connection, UNDECIDED, until=until)],
                parked_messages=int(connection.execute(text(PARKED)).scalar_one()),
            )

    def is_done(self, name: str) -> bool:
        with transaction(self._engine) as connection:
            found = connection.execute(briefs.select().where(briefs.c.name == name)).first()
        return found is not None

    def save(self, name: str, messages: Sequence[OutboxMessage], at: datetime) -> bool:
        row = {"name": name, "at": at, "messages": len(messages)}
        with transaction(self._engine) as connection:
            noted = insert(briefs).on_conflict_do_nothing().returning(briefs.c.name)
            is_first = connection.execute(noted, row).first() is not None
            if is_first and messages:
                owed = insert(outbox).on_conflict_do_nothing(index_elements=["idempotency_key"])
                connection.execute(owed, [message_row(message) for message in messages])
        return is_first


def _traffic(connection: Connection, since: datetime, until: datetime) -> BriefTraffic:
    query = BY_MINUTE if until - since <= SHORT else BY_HOUR
    return BriefTraffic(**_rows(connection, query, since=since, until=until)[0])


def _rows(connection: Connection, query: str, **values: datetime) -> list[dict[str, Any]]:
    rows = connection.execute(text(query), values).mappings()
    return [{name: _utc(value) for name, value in row.items()} for row in rows]


def _utc(value: Any) -> Any:
    return value.astimezone(UTC) if isinstance(value, datetime) else value
