"""What was spent, and on what."""

from migrations.views.traffic import UNPRICED, complete_until, counted, service_tier
from migrations.views.view import Column, View

SPEND = View(
    name="spend",
    comment="Spend by the day, model, task, tenant and service tier, with what has no known price beside it.",
    columns=(
        Column("day", 'rollup."start"', "timestamp, UTC: start of the day in which the requests started"),
        Column("provider", "segment.provider", "text: who serves the model"),
        Column("request_model", "segment.request_model", "text: model as requested, often an alias"),
        Column("task", "segment.task", "text: what the requests are for; NULL: unknown"),
        Column("tenant", "segment.tenant", "text: whose requests; NULL: unknown"),
        counted("requests", "count: requests"),
        Column("cost_usd", "sum(rollup.cost_usd)", "USD over requests_priced; NULL: none has a price, never 0"),
        Column("list_cost_usd", "sum(rollup.list_cost_usd)", "USD by the price table; NULL: none has a price"),
        counted("requests_priced", "count: requests whose cost is known", "cost_known"),
        Column("requests_unpriced", UNPRICED.format("rollup"), "count: requests that did not fail, without known cost"),
        counted("input_tokens", "tokens in; NULL: unknown"),
        counted("output_tokens", "tokens out; NULL: unknown"),
        counted("cached_input_tokens", "tokens in that the provider's prompt cache served; NULL: unknown"),
        counted("reasoning_tokens", "tokens of reasoning; NULL: unknown"),
        complete_until(),
        service_tier(),
    ),
    source="""FROM coagent.rollups_1d AS rollup
JOIN coagent.segments AS segment ON segment.id = rollup.segment_id
GROUP BY rollup."start", segment.provider, segment.request_model, segment.task, segment.tenant,
    rollup.service_tier""",
    version=2,
)
