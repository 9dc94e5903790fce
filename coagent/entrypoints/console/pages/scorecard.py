"""Models side by side."""

from coagent.entrypoints.console.page import MODEL, PROVIDER, TASK, Chart, Column, Page, Table, same

NAMES = ("request_model", "task", "service_tier", "provider")
SCORECARD = Table(
    "scorecard",
    "Models of the last 30 days",
    "insights.model_scorecard",
    f"""SELECT provider, request_model, task, service_tier, requests, success_rate, reviewed_success_rate,
    cost_usd_per_1k_requests, cost_usd, requests_unpriced, duration_p50_s, duration_p95_s, time_to_first_token_p50_s,
    time_to_first_token_p95_s, cached_input_share, truncation_rate, refusal_rate, retry_rate, fallback_rate,
    complete_until
FROM model_scorecard WHERE {same("provider")} AND {same("request_model", "model")} AND {same("task")}
ORDER BY requests DESC, provider, request_model, task, service_tier""",  # noqa: S608  constants
    (
        Column("provider", "Provider"),
        Column("request_model", "Model"),
        Column("task", "Task"),
        Column("service_tier", "Tier"),
        Column("requests", "Requests", "count"),
        Column("success_rate", "Success", "share"),
        Column("reviewed_success_rate", "Right, as reviewed", "share"),
        Column("cost_usd_per_1k_requests", "1,000 requests", "money"),
        Column("cost_usd", "Spent", "money"),
        Column("requests_unpriced", "Without a price", "count"),
        Column("duration_p50_s", "Duration p50", "duration"),
        Column("duration_p95_s", "Duration p95", "duration"),
        Column("time_to_first_token_p50_s", "First token p50", "duration"),
        Column("time_to_first_token_p95_s", "First token p95", "duration"),
        Column("cached_input_share", "Cached input", "share"),
        Column("truncation_rate", "Truncated", "share"),
        Column("refusal_rate", "Refused", "share"),
        Column("retry_rate", "Retried", "share"),
        Column("fallback_rate", "Fell back", "share"),
        Column("complete_until", "Complete until", "time"),
    ),
    "No day has been summed of that: days appear about a minute after the first requests.",
    kept_s=60.0,
)
PAGE = Page(
    "scorecard",
    "Scorecard",
    "Money",
    "What each model costs, takes and achieves on your own traffic. A dash was never measured.",
    (SCORECARD,),
    (PROVIDER, MODEL, TASK),
    (
        Chart("bars", "scorecard", "Duration", NAMES, ("duration_p50_s", "duration_p95_s")),
        Chart("bars", "scorecard", "Dollars of 1,000 requests", NAMES, ("cost_usd_per_1k_requests",)),
    ),
    ("minute",),
)
