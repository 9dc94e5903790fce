"""Error budgets."""

from coagent.entrypoints.console.page import Column, Page, Table

BUDGETS = Table(
    "budgets",
    "Error budgets",
    "insights.slo_status",
    """SELECT name, description, indicator, objective, provider, request_model, task, tenant, service_tier, events, bad,
    good_share, budget_left, exhausted_at, burning, burning_since, opportunities_held, evaluated_at
FROM slo_status ORDER BY burning DESC, budget_left NULLS LAST, name""",
    (
        Column("name", "SLO"),
        Column("description", "What for"),
        Column("indicator", "Indicator"),
        Column("objective", "Objective", "share"),
        Column("good_share", "Good", "share"),
        Column("budget_left", "Budget left", "share"),
        Column("burning", "Burning", "flag"),
        Column("burning_since", "Since", "time"),
        Column("exhausted_at", "Used up at this rate", "time"),
        Column("events", "Counted", "count"),
        Column("bad", "Bad", "count"),
        Column("opportunities_held", "Opportunities held", "count"),
        Column("provider", "Provider"),
        Column("request_model", "Model"),
        Column("task", "Task"),
        Column("tenant", "Tenant"),
        Column("service_tier", "Tier"),
        Column("evaluated_at", "Evaluated", "time"),
    ),
    "No error budget is defined: docs/money.md shows the file of SLOs that COAGENT_SLO__FILE names.",
)
RATES = Table(
    "burn-rates",
    "How fast each burns",
    "insights.slo_status.burn_rates",
    """SELECT name, (rate #>> '{window,long_s}')::float AS long_s, (rate #>> '{window,short_s}')::float AS short_s,
    (rate ->> 'long_rate')::float AS long_rate, (rate ->> 'short_rate')::float AS short_rate,
    (rate #>> '{window,rate}')::float AS most, (rate ->> 'fires')::boolean AS fires
FROM slo_status, jsonb_array_elements(burn_rates) AS rate ORDER BY name, long_s""",
    (
        Column("name", "SLO"),
        Column("long_s", "Long window", "duration"),
        Column("long_rate", "Its rate", "number"),
        Column("short_s", "Short window", "duration"),
        Column("short_rate", "Its rate", "number"),
        Column("most", "Fires from", "number"),
        Column("fires", "Fires", "flag"),
    ),
    "Nothing burns where nothing is promised: define an SLO first, as docs/money.md shows.",
)
PAGE = Page(
    "budgets",
    "Budgets",
    "Money",
    "What users may expect, what is left of each error budget, and what burns.",
    (BUDGETS, RATES),
    news=("budgets",),
)
