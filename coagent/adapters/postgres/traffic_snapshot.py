"""A company's traffic for the gate, from the views, as the role that may read these and nothing else."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import msgspec

from coagent.adapters.postgres.sql_reader import SqlReader
from coagent.domain.gate import Reviewed, Snapshot, TierTraffic, Traffic, TrafficDay
from coagent.domain.histogram import Histogram

ASKED = "(%(models)s::text[] IS NULL OR request_model = ANY(%(models)s))"
SOURCE = "insights.requests_1d, spend, model_scorecard"
LEAST_FULL_DAYS = 2
DAYS = """
SELECT day::date, (SELECT min(day)::date FROM requests_1d), (SELECT max(complete_until)::date FROM requests_1d)
FROM requests_1d WHERE day > now() - make_interval(days => %(days)s) GROUP BY day ORDER BY day
"""
MODELS = f"""
SELECT provider, request_model, task, json_agg(json_build_object(
    'day', day, 'requests', requests, 'outcomes_known', outcomes_known, 'errors', errors,
    'finishes_known', finishes_known, 'truncations', truncations, 'input_tokens', input_tokens,
    'output_tokens', output_tokens, 'cached_input_tokens', cached_input_tokens,
    'cacheable_input_tokens', cacheable_input_tokens, 'cost_usd', cost_usd::text, 'requests_priced', requests_priced,
    'duration', CASE WHEN (duration).bins IS NOT NULL
        THEN json_build_object('bins', (duration).bins, 'counts', (duration).counts) END) ORDER BY day)
FROM (
    SELECT provider, request_model, task, day::date AS day, sum(requests)::bigint AS requests,
        coalesce(sum(outcomes_known), 0)::bigint AS outcomes_known, coalesce(sum(errors), 0)::bigint AS errors,
        coalesce(sum(finishes_known), 0)::bigint AS finishes_known,
        coalesce(sum(truncations), 0)::bigint AS truncations, sum(input_tokens)::bigint AS input_tokens,
        sum(output_tokens)::bigint AS output_tokens, sum(cached_input_tokens)::bigint AS cached_input_tokens,
        coalesce(sum(cacheable_input_tokens), 0)::bigint AS cacheable_input_tokens, sum(cost_usd) AS cost_usd,
        coalesce(sum(requests_priced), 0)::bigint AS requests_priced,
        insights.histogram_sum(duration) AS duration
    FROM requests_1d WHERE day::date BETWEEN %(first)s AND %(last)s AND {ASKED} GROUP BY 1, 2, 3, 4
) AS daily GROUP BY provider, request_model, task ORDER BY sum(requests) DESC, 1, 2, 3
"""  # noqa: S608  constants
TIERS = f"""
SELECT provider, request_model, task, service_tier, sum(requests)::bigint, sum(cost_usd), sum(requests_priced)::bigint
FROM spend WHERE day::date BETWEEN %(first)s AND %(last)s AND {ASKED} GROUP BY 1, 2, 3, 4
ORDER BY 5 DESC, 1, 2, 3, 4
"""  # noqa: S608
REVIEWED = f"""
SELECT provider, request_model, task, sum(reviewed_requests)::bigint, min(reviewed_success_rate),
    min(reviewed_success_low), max(reviewed_success_high)
FROM model_scorecard WHERE reviewed_requests > 0 AND reviewed_success_rate IS NOT NULL AND {ASKED}
GROUP BY 1, 2, 3 ORDER BY 4 DESC, 1, 2, 3
"""  # noqa: S608


def read_snapshot(reader: SqlReader, days: int, now: datetime, models: Sequence[str] | None = None) -> Snapshot | None:
    """Of the last full UTC days, of all models or those; None where nothing was measured. Raises Fatal, Transient."""
    known = reader.ask(DAYS, {"days": days}).rows
    if not known:
        return None
    covered = _full_days([row[0] for row in known], known[0][1], known[0][2])
    asked = {"models": list(models) if models is not None else None}
    between = {"first": covered[0], "last": covered[-1], **asked}
    return Snapshot(
        source=SOURCE,
        made_at=now,
        days=(covered[-1] - covered[0]).days + 1,
        first_day=covered[0],
        last_day=covered[-1],
        traffic=tuple(_traffic(row) for row in reader.ask(MODELS, between).rows),
        tiers=tuple(TierTraffic(**_tier(row)) for row in reader.ask(TIERS, between).rows),
        reviewed=tuple(Reviewed(**_reviewed(row)) for row in reader.ask(REVIEWED, asked).rows),
    )


def _full_days(days: list[date], first: date, until: date | None) -> list[date]:
    """Without the very first day and the one that is not over, where two are left."""
    full = [one for one in days if first < one and (until is None or one < until)]
    return full if len(full) >= LEAST_FULL_DAYS else days


def _traffic(row: Sequence[Any]) -> Traffic:
    days = tuple(_day(one) for one in row[3])
    return Traffic(provider=row[0], request_model=row[1], task=row[2], days=days)


def _day(found: Mapping[str, Any]) -> TrafficDay:
    duration = found["duration"] and msgspec.convert(found["duration"], Histogram)
    return msgspec.convert({**found, "duration": duration}, TrafficDay, strict=False)


def _tier(row: Sequence[Any]) -> dict[str, Any]:
    names = ("provider", "request_model", "task", "service_tier", "requests", "cost_usd", "requests_priced")
    return dict(zip(names, row, strict=True))


def _reviewed(row: Sequence[Any]) -> dict[str, Any]:
    names = ("provider", "request_model", "task", "requests", "rate", "low", "high")
    return dict(zip(names, row, strict=True))
