"""ports.Investigator on the views of schema `insights`, as the role that may read these and nothing else."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, TextClause, text

from coagent.adapters.postgres.decomposition import decomposition
from coagent.adapters.postgres.engine import transaction
from coagent.adapters.postgres.sql_reader import READER
from coagent.domain.inquiry import COMPARED, Inquiry, InquiryKind

TIMEOUT_MS = 2_000
"""Of one query: people wait for the insight."""
MOST_ROWS = 5

ANSWERED = "CASE WHEN output_tokens IS NOT NULL THEN requests - errors END"
SHARES = {"error": ("errors", "outcomes_known"), "truncation": ("truncations", "finishes_known")} | {
    "refusal": ("refusals", "refusals_known"),
    "output_tokens": ("output_tokens", ANSWERED),
    "cost_usd": ("cost_usd", "requests_priced"),
}
"""Signal → numerator and denominator; of tokens the mean of what did not fail, where tokens are counted at all."""
MEDIANS = {"duration_s": "duration", "time_to_first_token_s": "time_to_first_token"}

PROVIDER = "provider = :provider"
MODEL = f"{PROVIDER} AND request_model = :request_model"
OF_TASK = f"{MODEL} AND (CAST(:task AS text) IS NULL OR task = :task)"
GROUPS: Mapping[InquiryKind, tuple[str, str]] = {
    "by_task": ("coalesce(task, '')", OF_TASK),
    "by_tenant": ("coalesce(tenant, '')", OF_TASK),
    "by_endpoint": ("coalesce(endpoint, '')", MODEL),
    "other_models": ("request_model", f"{PROVIDER} AND request_model <> :request_model"),
    "other_providers": ("provider", "provider <> :provider"),
}

VIEWS = {
    unit: f"(SELECT *, {unit} AS start FROM insights.requests_1{unit[0]}) AS traffic"  # noqa: S608 - constants
    for unit in ("minute", "hour")
}

DEPLOYS = """
SELECT id, onset_at AS at FROM insights.shifts
WHERE cause_kind = 'deploy' AND id <> :subject AND onset_at BETWEEN :at - interval '1 day' AND :until
ORDER BY onset_at DESC LIMIT :most
"""
PAST_SHIFTS = f"""
SELECT shift.id, shift.onset_at AS at, shift.status, shift.ended_at, decision.by
FROM insights.shifts AS shift
LEFT JOIN LATERAL (
    SELECT command.by FROM insights.commands AS command
    WHERE command.shift_id = shift.id AND command.kind = 'accept' ORDER BY command.at DESC LIMIT 1
) AS decision ON true
WHERE {MODEL} AND shift.id <> :subject AND shift.onset_at < :at AND shift.onset_at > :at - interval '90 days'
    AND shift.cause_kind = (SELECT own.cause_kind FROM insights.shifts AS own WHERE own.id = :subject)
ORDER BY shift.onset_at DESC LIMIT :most
"""  # noqa: S608 - constants


class PostgresInvestigator:
    """One short read-only transaction a question; each is a fixed text with parameters."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def look_up(self, inquiry: Inquiry) -> list[dict[str, Any]]:
        return await asyncio.to_thread(self._look_up, inquiry)

    def _look_up(self, inquiry: Inquiry) -> list[dict[str, Any]]:
        with transaction(self._engine) as connection:
            connection.execute(text("SET TRANSACTION READ ONLY"))
            connection.execute(text(f"SET LOCAL statement_timeout = {TIMEOUT_MS}"))
            connection.execute(text(f"SET LOCAL ROLE {READER}"))
            rows = connection.execute(_query(inquiry), _parameters(inquiry)).mappings().all()
        return [{name: _plain(value) for name, value in row.items()} for row in rows]


def _query(inquiry: Inquiry) -> TextClause:
    kind, view = inquiry.kind, VIEWS[inquiry.by]
    if kind in COMPARED:
        return text(_compared(*GROUPS[kind], view))
    others = {
        "by_hour": _by_hour(view),
        "decompose": decomposition(MODEL),
        "deploys": DEPLOYS,
        "past_shifts": PAST_SHIFTS,
    }
    return text(others[kind])


def _compared(group: str, where: str, view: str) -> str:
    sides = (("before", "FILTER (WHERE start < :at)"), ("after", "FILTER (WHERE start >= :at)"))
    columns = ["CAST(:at AS timestamptz) AS at", *(_signals(side, those) for side, those in sides)]
    return f"""SELECT {group} AS name, {", ".join(columns)} FROM {view}
    WHERE start >= :since AND start < :until AND {where}
    GROUP BY 1 ORDER BY sum(requests) DESC, 1 LIMIT :most"""  # noqa: S608 - constants


def _by_hour(view: str) -> str:
    return f"""SELECT date_trunc('hour', start, 'UTC') AS at, {_signals("after", "")} FROM {view}
    WHERE start >= :since AND start < :until AND {OF_TASK} GROUP BY 1 ORDER BY 1 DESC LIMIT :most"""  # noqa: S608 - constants


def _signals(side: str, those: str) -> str:
    """Requests and each signal of one side, NULL where unknown."""
    shares = [
        f"(sum({part}) {those})::double precision / nullif(sum({whole}) {those}, 0) AS {name}_{side}"
        for name, (part, whole) in SHARES.items()
    ]
    medians = [
        f"insights.percentile(insights.histogram_sum({column}) {those}, 0.5) AS {name}_{side}"
        for name, column in MEDIANS.items()
    ]
    return ", ".join([f"coalesce(sum(requests) {those}, 0)::bigint AS requests_{side}", *shares, *medians])


def _parameters(inquiry: Inquiry) -> dict[str, Any]:
    segment = inquiry.segment
    moments = {"since": inquiry.since, "at": inquiry.at, "until": inquiry.until}
    named = {
        "provider": segment.provider,
        "request_model": segment.request_model,
        "subject": inquiry.subject_id,
        "task": inquiry.task,
    }
    return {**moments, **named, "most": MOST_ROWS}


def _plain(value: object) -> object:
    return value.astimezone(UTC) if isinstance(value, datetime) else value
