"""What is forgotten by age: each table, what of it is old, and the setting that says how old."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, Engine, text

from coagent.adapters.postgres.engine import driver_cursor, transaction
from coagent.adapters.postgres.rollup_days import UNITS, drop_day, old_days

AT_ONCE = 10_000
"""Rows a transaction: nothing else waits for long."""


class Aged(NamedTuple):
    """`old` is a condition on a row of `table` with the parameter `:before`; `time` what it is judged by, or NULL: as
    of days of old telemetry, which may have come a moment ago.
    """

    table: str
    setting: str
    time: str
    old: str


SHIFT_GONE = "NOT EXISTS (SELECT FROM coagent.shifts AS shift WHERE shift.id = subject_id)"
OPPORTUNITY_GONE = "NOT EXISTS (SELECT FROM coagent.opportunities AS found WHERE found.id = subject_id)"
BURN_GONE = "NOT EXISTS (SELECT FROM coagent.burns AS burn WHERE burn.id = subject_id)"
VERDICT_GONE = "NOT EXISTS (SELECT FROM coagent.verdicts AS verdict WHERE verdict.id = subject_id)"
SILENCE_GONE = "NOT EXISTS (SELECT FROM coagent.silences AS silence WHERE silence.id = subject_id)"
DECIDED_GONE = "NOT EXISTS (SELECT FROM coagent.opportunities AS found WHERE found.id = opportunity_id)"
"""A rejection stands as long as what it is about."""
NOT_APPROVED = """(
    SELECT decision.kind FROM coagent.decisions AS decision WHERE decision.opportunity_id = coagent.opportunities.id
    ORDER BY decision.at DESC, decision.id DESC LIMIT 1
) IS DISTINCT FROM 'approve'"""
"""What was approved and done is not found any more, and still a rule of the routing policy."""
PROBE_GONE = "NOT EXISTS (SELECT FROM coagent.probe_outcomes AS found WHERE found.id = subject_id)"
QUALITY_GONE = "NOT EXISTS (SELECT FROM coagent.quality_changes AS found WHERE found.id = subject_id)"
PUBLISHED = "published = sequence"
SUBJECTS_GONE = (SHIFT_GONE, OPPORTUNITY_GONE, BURN_GONE, VERDICT_GONE, PROBE_GONE, SILENCE_GONE, QUALITY_GONE)
SUBJECT_GONE = " AND ".join(SUBJECTS_GONE)
CONVERSATION_OVER = """due_at IS NULL
    AND NOT EXISTS (SELECT FROM coagent.insights AS insight WHERE insight.id = coagent.conversations.id)
    AND NOT EXISTS (SELECT FROM coagent.conversations AS member WHERE member.group_id = coagent.conversations.id)
    AND NOT EXISTS (SELECT FROM coagent.outbox AS message WHERE message.insight_id = coagent.conversations.id)"""
"""A group ends after its members."""
CONVERSATION_GONE = "NOT EXISTS (SELECT FROM coagent.conversations AS one WHERE one.id = conversation)"
NOTHING_OWED = """NOT EXISTS (
    SELECT FROM coagent.outbox AS message WHERE message.insight_id = coagent.insights.id
)"""

AGED = (
    Aged("coagent.dead_letters", "dead_letters", "recorded_at", "recorded_at < :before"),
    Aged("coagent.intake", "intake", "at", "at < :before"),
    Aged("coagent.outbox", "deliveries", "sent_at", "created_at < :before AND state IN ('sent', 'dropped')"),
    Aged("coagent.words", "deliveries", "done_at", "done_at < :before"),
    Aged("coagent.shifts", "findings", "ended_at", "ended_at < :before"),
    Aged("coagent.dismissals", "findings", "raised_time", "raised_time < :before"),
    Aged("coagent.silences", "findings", "returned", "returned < :before"),
    Aged("coagent.opportunities", "findings", "NULL::timestamptz", f"seen_at < :before AND {NOT_APPROVED}"),
    Aged("coagent.probe_outcomes", "findings", "NULL::timestamptz", f"at < :before AND {PUBLISHED}"),
    Aged("coagent.burns", "findings", "ended_at", "ended_at < :before"),
    Aged("coagent.quality_changes", "findings", "ended_at", "ended_at < :before"),
    Aged("coagent.verdicts", "findings", "ended_at", "ended_at < :before"),
    Aged(
        "coagent.insights",
        "findings",
        "NULL::timestamptz",
        f"updated_at < :before AND {SUBJECT_GONE} AND {NOTHING_OWED}",
    ),
    Aged("coagent.conversations", "findings", "NULL::timestamptz", f"opened_at < :before AND {CONVERSATION_OVER}"),
    Aged("coagent.tickets", "findings", "NULL::timestamptz", f"begun_at < :before AND {CONVERSATION_GONE}"),
    Aged("coagent.decisions", "findings", "NULL::timestamptz", f"at < :before AND {DECIDED_GONE}"),
    Aged("coagent.commands", "findings", "NULL::timestamptz", "at < :before AND coalesce(muted_until, at) < :before"),
    Aged("coagent.obeyed_commands", "findings", "obeyed_at", "obeyed_at < :before"),
    Aged("coagent.drafts", "drafts", "at", "at < :before"),
    Aged("coagent.claims", "drafts", "until", "until < :before"),
    Aged("coagent.review_entries", "drafts", "NULL::timestamptz", "day < :before"),
    Aged("coagent.review_parts", "findings", "NULL::timestamptz", "day < :before"),
    Aged("coagent.review_draws", "findings", "day", "day < :before"),
    Aged("coagent.review_labels", "findings", "at", "at < :before AND recorded_at < :before"),
    Aged("coagent.briefs", "drafts", "at", "at < :before"),
)
"""What is open, owed or still in force stays whatever its age."""

PATIENCE = "SET LOCAL lock_timeout = '500ms'"
"""To drop a day locks everybody out of its table: after so long the next run tries again. Less than Postgres waits
until it looks for deadlocks, so that no sink fails for it.
"""

ROLLUPS = (("coagent.rollups_1m", "minutes"), ("coagent.rollups_1h", "hours"), ("coagent.rollups_1d", None))
"""Table and setting; days stay for ever."""
OLDEST_DAY = """
SELECT min(day) FROM coagent.rollup_days WHERE unit = :unit AND present AND made_at < now() - interval '1 day'
"""
SIZE = """
SELECT coalesce((SELECT sum(pg_total_relation_size(relid)) FROM pg_partition_tree(:table)),
    pg_total_relation_size(:table))
"""

NARRATIONS = ("checkpoint_writes", "checkpoint_blobs", "checkpoints")
"""The narrator's own tables: theirs are threads, one an insight; the last one's rows say when."""
OLD_THREADS = """
SELECT thread_id FROM coagent.checkpoints GROUP BY thread_id
HAVING max((checkpoint ->> 'ts')::timestamptz) < :before LIMIT 500
"""


class Retained(NamedTuple):
    """Of one table: bytes with its indexes, and when its oldest row that may go is from; None: none, or not known.
    `setting`: None of what stays for ever.
    """

    table: str
    setting: str | None
    size_bytes: int
    oldest: datetime | None


class PostgresRetention:
    """ports.RetentionStore."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def forget(self, before: Mapping[str, datetime]) -> int:
        """Rows deleted and days dropped. `before`: by setting. Raises Transient; may be repeated and run in several
        places.
        """
        rows = sum(self._forget_aged(one, before[one.setting]) for one in AGED)
        rows += self._forget_narrations(before["findings"])
        return rows + sum(self._forget_days(unit, before[unit]) for unit in UNITS)

    def retained(self) -> list[Retained]:
        """Of each table, those of rollups too."""
        with transaction(self._engine) as connection:
            aged = [_retained(connection, one.table, one.setting, _oldest(connection, one)) for one in AGED]
            days = {unit: _oldest_day(connection, unit) for _, unit in ROLLUPS}
            return [*aged, *(_retained(connection, table, unit, days[unit]) for table, unit in ROLLUPS)]

    def _forget_aged(self, aged: Aged, before: datetime) -> int:
        statement = text(
            f"DELETE FROM {aged.table} WHERE ctid IN "  # noqa: S608  the table's own words
            f"(SELECT ctid FROM {aged.table} WHERE {aged.old} LIMIT {AT_ONCE})"
        )
        rows = 0
        while True:
            with transaction(self._engine) as connection:
                gone = connection.execute(statement, {"before": before}).rowcount
            rows += gone
            if gone < AT_ONCE:
                return rows

    def _forget_days(self, unit: str, before: datetime) -> int:
        """One transaction a day."""
        with transaction(self._engine) as connection:
            days = old_days(driver_cursor(connection), unit, before)
        for day in days:
            with transaction(self._engine) as connection:
                connection.execute(text(PATIENCE))
                drop_day(driver_cursor(connection), unit, day)
        return len(days)

    def _forget_narrations(self, before: datetime) -> int:
        rows = 0
        while True:
            with transaction(self._engine) as connection:
                if not connection.execute(text("SELECT to_regclass('coagent.checkpoints') IS NOT NULL")).scalar_one():
                    return 0  # no model has ever narrated
                threads = list(connection.execute(text(OLD_THREADS), {"before": before}).scalars())
                for table in NARRATIONS:
                    statement = text(f"DELETE FROM coagent.{table} WHERE thread_id = ANY(:threads)")  # noqa: S608
                    rows += connection.execute(statement, {"threads": threads}).rowcount
            if not threads:
                return rows


def _retained(connection: Connection, table: str, setting: str | None, oldest: datetime | None) -> Retained:
    size = connection.execute(text(SIZE), {"table": table}).scalar_one()
    return Retained(table.removeprefix("coagent."), setting, int(size), oldest)


def _oldest(connection: Connection, aged: Aged) -> datetime | None:
    oldest: datetime | None = connection.execute(text(f"SELECT min({aged.time}) FROM {aged.table}")).scalar()  # noqa: S608  our own words
    return oldest


def _oldest_day(connection: Connection, unit: str | None) -> datetime | None:
    oldest: datetime | None = connection.execute(text(OLDEST_DAY), {"unit": unit}).scalar()
    return oldest
