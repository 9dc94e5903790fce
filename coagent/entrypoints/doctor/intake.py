"""What comes in on the telemetry topics, and what of it is not read."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from coagent.adapters.postgres.engine import make_engine, transaction
from coagent.bootstrap.kafka import kafka_cluster_id
from coagent.bootstrap.postgres import postgres_url
from coagent.domain.errors import CoagentError
from coagent.entrypoints.doctor.check import Finding, State
from coagent.entrypoints.terminal.ago import ago
from coagent.settings import Settings

SHOWN = 3
UNREAD = "unread:"
FEED = "coagent sources says how to feed it, docs/day-one.md step by step"
_INTAKE = """
SELECT cluster, topic, kind, reason, count, last_origin, last_at FROM insights.intake
ORDER BY cluster, topic, kind, count DESC, reason
"""


def check_intake(settings: Settings) -> Finding:
    """Of each topic the last record, the share rejected, what was skipped, and usage keys that nothing reads."""
    cluster = _cluster(settings)
    try:
        with transaction(make_engine(postgres_url(settings))) as connection:
            rows = [row._asdict() for row in connection.exec_driver_sql(_INTAKE)]
        rows = [row for row in rows if cluster in {None, row["cluster"]}]  # an embedded broker's logs have gone
    except CoagentError:
        return Finding("intake", "skipped", "no database to ask, or it is not migrated")
    return intake_finding(rows, datetime.now(UTC), settings.ingest.topics)


def _cluster(settings: Settings) -> str | None:
    """None where it does not answer."""
    with suppress(CoagentError):
        return kafka_cluster_id(settings)
    return None


def intake_finding(rows: Sequence[dict[str, Any]], now: datetime, wanted: Sequence[str] = ()) -> Finding:
    """`rows` of the view `insights.intake`, those of a topic and kind with the highest count first; `wanted` are the
    topics that ingest reads.
    """
    if not rows:
        text = f"nobody has written to {', '.join(wanted) or 'a telemetry topic'} yet"
        return Finding("intake", "skipped", text, FEED)
    places = list(dict.fromkeys((row["cluster"], row["topic"]) for row in rows))
    topics = [[row for row in rows if (row["cluster"], row["topic"]) == place] for place in places]
    state: State = "problem" if any(_reads_nothing(topic) for topic in topics) else "ok"
    reported = [_topic(topic, now) for topic in topics]
    unused = [topic for topic in wanted if topic not in {row["topic"] for row in rows}]
    if unused:
        reported.append(f"nobody has written to {', '.join(unused)} yet")
    return Finding("intake", state, "; ".join(reported), "; ".join(_actions(rows, unused)) or None)


def _topic(rows: Sequence[dict[str, Any]], now: datetime) -> str:
    [read] = [row for row in rows if row["kind"] == "read"]
    accepted, rejected, skipped = (_count(rows, kind) for kind in ("accepted", "rejected", "skipped"))
    parts = [f"{read['topic']}: {read['count']:,} read, last {read['last_origin']} {ago(now - read['last_at'])} ago"]
    if rejected:
        parts.append(f"{rejected / (accepted + rejected + skipped):.1%} rejected ({_top(rows, 'rejected')})")
    if skipped:
        parts.append(f"{skipped:,} skipped ({_top(rows, 'skipped')})")
    if unread := _unread(rows):
        parts.append(f"usage keys that nothing reads: {', '.join(unread[:SHOWN])}{_more(unread)}")
    return ", ".join(parts)


def _actions(rows: Sequence[dict[str, Any]], unused: Sequence[str]) -> list[str]:
    steps = [FEED] if unused else []
    if _count(rows, "rejected"):
        steps.append("coagent deadletter list shows what is rejected")
    if _count(rows, "skipped") or _unread(rows):
        steps.append("coagent sources says what is read")
    return steps


def _reads_nothing(rows: Sequence[dict[str, Any]]) -> bool:
    return not _count(rows, "accepted") and bool(_count(rows, "read"))


def _count(rows: Sequence[dict[str, Any]], kind: str) -> int:
    return sum(row["count"] for row in rows if row["kind"] == kind)


def _top(rows: Sequence[dict[str, Any]], kind: str) -> str:
    reasons = [row["reason"] for row in rows if row["kind"] == kind]
    return f"{', '.join(reasons[:SHOWN])}{_more(reasons)}"


def _unread(rows: Sequence[dict[str, Any]]) -> list[str]:
    return [row["reason"].removeprefix(UNREAD) for row in rows if row["reason"].startswith(UNREAD)]


def _more(names: Sequence[str]) -> str:
    return f" and {len(names) - SHOWN} more: insights.intake" if len(names) > SHOWN else ""
