"""The questions that tools ask of the views, as SQL; unknown is NULL."""

from typing import NamedTuple


class Question(NamedTuple):
    """`view` is its source; `empty` says what to do where nothing is found."""

    view: str
    sql: str
    empty: str


def _same(column: str) -> str:
    return f"(%({column})s::text IS NULL OR {column} = %({column})s)"


MODEL = f"{_same('provider')} AND {_same('request_model')}"

SHIFTS = Question(
    "insights.shifts",
    f"""SELECT id, status, headline, direction, provider, request_model, endpoint, task, tenant, cause_family,
    cause_kind, cause_confidence, onset_at, reported_at, paged_at, held_because, ended_at, requests_so_far,
    cost_usd_so_far
FROM shifts WHERE {MODEL} AND {_same("status")} AND updated_at > now() - make_interval(days => %(days)s)
ORDER BY reported_at DESC, id LIMIT 50""",  # noqa: S608  constants
    "No shift was found in that time. The view insights.detectors says whether the stream is watched at all.",
)
SHIFT = Question(
    "insights.shifts",
    """SELECT id, status, headline, text, direction, provider, request_model, endpoint, task, tenant, cause_family,
    cause_kind, cause_confidence, cause_reasons, onset_at, reported_at, paged_at, held_because, ended_at, accepted_by,
    accepted_reason, signals, carriers, parts, cost, requests_so_far, cost_usd_so_far
FROM shifts WHERE id LIKE %(beginning)s ORDER BY id LIMIT 2""",
    "No shift has such an id: the tool shifts lists them.",
)
SIMILAR = Question(
    "insights.shifts",
    """SELECT past.id, past.headline, past.status, past.provider, past.request_model, past.cause_kind,
    past.cause_confidence, past.onset_at, past.ended_at, past.accepted_by, past.accepted_reason,
    past.provider = one.provider AS same_provider, past.request_model = one.request_model AS same_model
FROM shifts AS one JOIN shifts AS past ON past.id <> one.id AND past.onset_at <= one.onset_at
    AND (past.cause_kind = one.cause_kind OR past.provider = one.provider AND past.request_model = one.request_model)
WHERE one.id LIKE %(beginning)s
ORDER BY (past.cause_kind = one.cause_kind)::int + (past.request_model = one.request_model)::int DESC,
    past.onset_at DESC LIMIT 20""",
    "No earlier shift has this cause or model.",
)
HEALTH = Question(
    "insights.requests_1m, shifts, gaps, slo_status",
    f"""WITH traffic AS (
    SELECT minute > now() - interval '1 hour' AS is_now, * FROM requests_1m
    WHERE {MODEL} AND minute > now() - interval '7 days'),
compared AS (
    SELECT is_now, sum(requests)::bigint AS requests, max(minute) AS newest_minute,
        1 - sum(errors)::float8 / nullif(sum(outcomes_known), 0) AS success_rate,
        insights.percentile(insights.histogram_sum(duration), 0.5) AS duration_p50_s,
        insights.percentile(insights.histogram_sum(duration), 0.95) AS duration_p95_s,
        insights.percentile(insights.histogram_sum(time_to_first_token), 0.95) AS time_to_first_token_p95_s
    FROM traffic GROUP BY is_now),
open_now AS (
    SELECT (SELECT count(*) FROM shifts WHERE {MODEL} AND status = 'open' AND page) AS paging_shifts,
        (SELECT count(*) FROM shifts WHERE {MODEL} AND status = 'open' AND NOT page) AS other_open_shifts,
        (SELECT max(headline) FROM shifts WHERE {MODEL} AND status = 'open') AS a_headline,
        (SELECT count(*) FROM gaps WHERE {MODEL} AND status = 'silent') AS silences,
        (SELECT string_agg(name, ', ') FROM slo_status WHERE burning
            AND (provider IS NULL OR {_same("provider")})) AS burning_slos)
SELECT CASE WHEN paging_shifts > 0 THEN 'changed for the worse' WHEN silences > 0 THEN 'silent'
        WHEN burning_slos IS NOT NULL THEN 'burning an error budget'
        WHEN here.requests IS NULL THEN 'unknown: no request in the last hour'
        WHEN other_open_shifts > 0 THEN 'changed, nobody was paged' ELSE 'no open finding' END AS health,
    open_now.*, here.newest_minute, here.requests AS requests_1h, here.success_rate AS success_rate_1h,
    here.duration_p50_s AS duration_p50_s_1h, here.duration_p95_s AS duration_p95_s_1h,
    here.time_to_first_token_p95_s AS time_to_first_token_p95_s_1h, before.requests AS requests_7d,
    before.success_rate AS success_rate_7d, before.duration_p50_s AS duration_p50_s_7d,
    before.duration_p95_s AS duration_p95_s_7d, before.time_to_first_token_p95_s AS time_to_first_token_p95_s_7d
FROM open_now LEFT JOIN compared AS here ON here.is_now LEFT JOIN compared AS before ON NOT before.is_now""",  # noqa: S608
    "",
)
SCORECARD = Question(
    "insights.model_scorecard",
    f"""SELECT provider, request_model, task, service_tier, requests, success_rate, cost_usd, cost_usd_per_1k_requests,
    requests_unpriced, cached_input_share, truncation_rate, refusal_rate, duration_p50_s, duration_p95_s,
    time_to_first_token_p50_s, time_to_first_token_p95_s, complete_until
FROM model_scorecard WHERE {MODEL} AND {_same("task")} ORDER BY requests DESC, 1, 2, 3 LIMIT 60""",  # noqa: S608
    "No day has been summed of that: days appear about a minute after the first requests.",
)
SPENT_BY = {"model": "provider, request_model", "task": "task", "tenant": "tenant", "day": "day"}
OPPORTUNITIES = Question(
    "insights.opportunities",
    f"""SELECT id, kind, title, text, status, monthly_savings_low_usd, monthly_savings_expected_usd,
    monthly_savings_high_usd, benefit, effort, risk, validation, wrong_if, provider, request_model, task,
    tenant, seen_at
FROM opportunities
WHERE {MODEL} AND (%(status)s::text IS NULL AND status IN ('open', 'held', 'approved') OR status = %(status)s)
ORDER BY monthly_savings_expected_usd DESC NULLS LAST, id LIMIT 30""",  # noqa: S608
    "None found: advisors look at whole days, so the first come after a day of traffic.",
)
BUDGETS = Question(
    "insights.slo_status",
    """SELECT name, description, indicator, objective, provider, request_model, task, tenant, events, bad, good_share,
    budget_left, exhausted_at, burning, burning_since, opportunities_held, evaluated_at
FROM slo_status ORDER BY burning DESC, budget_left, name LIMIT 60""",
    "No error budget is defined: docs/money.md shows the file of SLOs.",
)


def spend(by: str) -> Question:
    """Of the last days, by one of SPENT_BY."""
    keys = SPENT_BY[by]
    order = "day DESC" if by == "day" else "cost_usd DESC NULLS LAST"
    return Question(
        "insights.spend",
        f"""SELECT {keys}, sum(cost_usd) AS cost_usd, sum(requests)::bigint AS requests,
    sum(requests_priced)::bigint AS requests_priced, sum(requests_unpriced)::bigint AS requests_unpriced,
    sum(input_tokens)::bigint AS input_tokens, sum(output_tokens)::bigint AS output_tokens,
    min(complete_until) AS complete_until
FROM spend WHERE day > now() - make_interval(days => %(days)s) GROUP BY {keys} ORDER BY {order} LIMIT 60""",  # noqa: S608
        "Nothing was spent in that time, or no day has been summed yet.",
    )
