"""Error budgets and how fast they burn."""

from migrations.views.view import Column, View

DEFINITION = "status.definition ->> '{}'"


def _pattern(column: str, name: str, what: str) -> Column:
    return Column(column, f"status.definition -> 'match' ->> '{name}'", f"text: {what}, may hold *; NULL: any")


SLO_STATUS = View(
    name="slo_status",
    comment="One row for each SLO of the file, as last evaluated: what is left of its error budget and how fast it "
    "burns.",
    columns=(
        Column("name", "status.name", "text: name of the SLO in the file"),
        Column("description", DEFINITION.format("description"), "text: as written in the file"),
        Column(
            "indicator",
            DEFINITION.format("indicator"),
            "text: success_rate, latency, time_to_first_token, cost or quality",
        ),
        Column(
            "bound",
            f"({DEFINITION.format('bound')})::double precision",
            "s, for cost USD a request, for quality a score of 0 to 1: what is good is within it; NULL: success_rate",
        ),
        Column(
            "objective",
            f"({DEFINITION.format('objective')})::double precision",
            "share, 0 to 1: of requests that have to be good",
        ),
        Column(
            "window_s", f"({DEFINITION.format('window_s')})::bigint", "s: for how long the error budget has to last"
        ),
        _pattern("provider", "provider", "who serves the model"),
        _pattern("request_model", "model", "model as requested"),
        _pattern("endpoint", "endpoint", "server address"),
        _pattern("task", "task", "what the requests are for"),
        _pattern("tenant", "tenant", "whose requests"),
        Column("events", "status.events", "count: requests of the window of which it is known whether they were good"),
        Column("bad", "status.bad", "count: those that were not"),
        Column(
            "good_share",
            "1 - status.bad::double precision / nullif(status.events, 0)",
            "share, 0 to 1: of events that were good; NULL: there were none",
        ),
        Column(
            "budget_left",
            "status.budget_left",
            "share of the error budget that is left, negative once overspent; NULL: no events",
        ),
        Column(
            "exhausted_at",
            "status.exhausted_at",
            "timestamp, UTC: when it is used up at the speed of the last 6 hours; NULL: it is already, or not within the window",
        ),
        Column(
            "burn_rates",
            "status.burn_rates",
            "JSON array: burn windows with their rates, 1 uses up the budget in exactly its window",
        ),
        Column("burning", "burn.id IS NOT NULL", "boolean: it burns too fast now"),
        Column("burn_id", "burn.id", "text: the burn that is open; NULL: none"),
        Column("burning_since", "burn.began_at", "timestamp, UTC: when it began; NULL: none is open"),
        Column(
            "opportunities_held",
            "(SELECT count(*) FROM coagent.holds AS held WHERE held.slo = status.name)",
            "count: opportunities that are held back while it burns",
        ),
        Column("evaluated_at", "status.evaluated_at", "timestamp, UTC: when this was computed"),
        _pattern("service_tier", "tier", "service tier that requests are counted at"),
    ),
    source="""FROM coagent.slo_status AS status
LEFT JOIN coagent.burns AS burn ON burn.slo = status.name AND burn.status = 'open'""",
    version=2,
)
