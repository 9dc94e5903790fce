"""What people say of answers."""

from coagent.entrypoints.console.page import Column, Page, Table

QUALITY = Table(
    "quality",
    "Measured success",
    "insights.quality",
    """SELECT scope, provider, request_model, endpoint, task, day, days, success_rate, low, high, reference_rate,
    change, labelled, drawn, requests, unsure, evaluated_at
FROM quality ORDER BY day DESC, scope, provider, request_model, endpoint, task""",
    (
        Column("scope", "Of"),
        Column("provider", "Provider"),
        Column("request_model", "Model"),
        Column("task", "Task"),
        Column("day", "Day", "day"),
        Column("success_rate", "Right", "share"),
        Column("low", "at least", "share"),
        Column("high", "at most", "share"),
        Column("reference_rate", "Before", "share"),
        Column("change", "Change"),
        Column("labelled", "Labelled", "count"),
        Column("drawn", "Drawn", "count"),
        Column("requests", "Requests", "count"),
        Column("evaluated_at", "Evaluated", "time"),
    ),
    "Nobody has labelled an answer yet: `coagent review` draws some, docs/prove.md shows how labels come in.",
)
CHANGES = Table(
    "quality-changes",
    "Where measured success changed",
    "insights.quality_changes",
    """SELECT id, headline, status, provider, request_model, endpoint, since, success_rate_before, success_rate_after,
    low_after, high_after, labelled_after, reviewers, shift_ids, ended_at, accepted_by
FROM quality_changes ORDER BY status <> 'open', found_on DESC, id""",
    (
        Column("headline", "What changed"),
        Column("status", "Status"),
        Column("provider", "Provider"),
        Column("request_model", "Model"),
        Column("endpoint", "Endpoint"),
        Column("since", "Since about", "day"),
        Column("success_rate_before", "Before", "share"),
        Column("success_rate_after", "After", "share"),
        Column("low_after", "at least", "share"),
        Column("high_after", "at most", "share"),
        Column("labelled_after", "Labelled", "count"),
        Column("reviewers", "Reviewers", "count"),
        Column("shift_ids", "Shifts open then", "list"),
        Column("ended_at", "Ended", "time"),
        Column("accepted_by", "Accepted by"),
        Column("id", "Id"),
    ),
    "No stream's success rate changed, as far as labels show: a stream needs 100 labels before it can be compared.",
)
QUEUE = Table(
    "queue",
    "To review",
    "insights.review_queue",
    """SELECT place, request_id, reason, provider, request_model, task, tenant, time, cost_usd, quality_score, link
FROM review_queue WHERE NOT reviewed ORDER BY day DESC, place, id""",
    (
        Column("place", "Place", "count"),
        Column("request_id", "Request"),
        Column("reason", "Drawn because"),
        Column("provider", "Provider"),
        Column("request_model", "Model"),
        Column("task", "Task"),
        Column("tenant", "Tenant"),
        Column("time", "Time", "time"),
        Column("cost_usd", "Cost", "money"),
        Column("quality_score", "Score", "number"),
        Column("link", "Where it can be read"),
    ),
    "Nothing waits for a reviewer: requests are drawn once a day, where COAGENT_REVIEW__… asks for it.",
)
AGREEMENT = Table(
    "agreement",
    "How reviewers agree",
    "insights.review_agreement",
    """SELECT measure, reviewer, other_reviewer, requests, agreed_share, value, evaluated_at FROM review_agreement
ORDER BY measure, reviewer, other_reviewer""",
    (
        Column("measure", "Measure"),
        Column("reviewer", "Reviewer"),
        Column("other_reviewer", "Other reviewer"),
        Column("requests", "Requests", "count"),
        Column("agreed_share", "Agreed", "share"),
        Column("value", "Value", "number"),
        Column("evaluated_at", "Evaluated", "time"),
    ),
    "No request was labelled by two people yet, so nobody knows how they agree.",
)
PAGE = Page(
    "review",
    "Review",
    "Trust",
    "How good answers are, as people and their labels say, and what is drawn for them to read.",
    (CHANGES, QUALITY, QUEUE, AGREEMENT),
    news=("review",),
)
