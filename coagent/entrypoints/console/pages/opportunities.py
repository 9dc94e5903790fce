"""What could be cheaper, faster or better; people decide here."""

from coagent.entrypoints.console.page import MODEL, PROVIDER, TASK, Column, Filter, Page, Table, same

OPPORTUNITIES = Table(
    "opportunities",
    "Opportunities",
    "insights.opportunities",
    f"""SELECT id, title, text, kind, status, status_reason, monthly_savings_expected_usd, monthly_savings_low_usd,
    monthly_savings_high_usd, benefit, effort, risk, validation, wrong_if, assumptions, provider, request_model, task,
    tenant, found_at, seen_at, decided_by, decided_at, snoozed_until
FROM opportunities WHERE {same("provider")} AND {same("request_model", "model")} AND {same("task")}
    AND (%(status)s = 'all' OR status = %(status)s OR %(status)s = 'current' AND status IN ('open', 'held', 'approved')
        AND (status = 'approved' OR seen_at > (SELECT max(seen_at) FROM opportunities) - interval '1 day'))
ORDER BY monthly_savings_expected_usd DESC NULLS LAST, id""",  # noqa: S608  constants
    (
        Column("title", "Change"),
        Column("status", "Status"),
        Column("monthly_savings_expected_usd", "Saves a month", "money"),
        Column("monthly_savings_low_usd", "at least", "money"),
        Column("monthly_savings_high_usd", "at most", "money"),
        Column("provider", "Provider"),
        Column("request_model", "Model"),
        Column("task", "Task"),
        Column("tenant", "Tenant"),
        Column("text", "In words"),
        Column("benefit", "Gains"),
        Column("effort", "Effort"),
        Column("risk", "Risk"),
        Column("validation", "How to validate it"),
        Column("wrong_if", "Wrong if"),
        Column("assumptions", "Assumes", "list"),
        Column("status_reason", "Reason of the status"),
        Column("decided_by", "Decided by"),
        Column("decided_at", "Decided", "time"),
        Column("snoozed_until", "Snoozed until", "time"),
        Column("found_at", "Found", "time"),
        Column("seen_at", "Seen", "time"),
        Column("id", "Id"),
    ),
    "None found. Advisors look at whole days, so the first opportunities come after a day of traffic.",
    rows=25,
)
DECISIONS = Table(
    "decisions",
    "Who decided what",
    "insights.decisions",
    """SELECT at, by, via, decision, title, reason, promised_monthly_savings_usd, until FROM decisions
ORDER BY at DESC, id""",
    (
        Column("at", "At", "time"),
        Column("by", "By"),
        Column("via", "Through"),
        Column("decision", "Decision"),
        Column("title", "About"),
        Column("reason", "Why"),
        Column("promised_monthly_savings_usd", "Promised a month", "money"),
        Column("until", "Until", "time"),
    ),
    "Nobody has decided yet: approve, reject or snooze an opportunity above, in Slack or with `coagent opportunities`.",
    rows=20,
)
PAGE = Page(
    "opportunities",
    "Opportunities",
    "Money",
    "Changes of your own that would save money or time. An approval puts the change in the routing policy.",
    (OPPORTUNITIES, DECISIONS),
    (
        Filter("status", "Status", "choice", ("current", "open", "held", "approved", "rejected", "snoozed", "all")),
        PROVIDER,
        MODEL,
        TASK,
    ),
    news=("opportunities",),
    template="opportunities.html",
)
