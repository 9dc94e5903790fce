"""Traffic of each stream by the hour: what the accounts of one provider, model and endpoint have together."""

from migrations.views.traffic import COST, COUNTS, TOKENS, complete_until, latency
from migrations.views.view import Column, View, segment_columns

NAMED = tuple(column for column in segment_columns() if column.name not in ("segment_id", "task", "tenant"))

STREAMS_1H = View(
    name="streams_1h",
    comment="Traffic of each stream (provider, model and endpoint) by the hour, over all of its tasks and tenants: what "
    "requests_1h has by account, added up.",
    columns=(
        Column("hour", 'rollup."start"', "timestamp, UTC: start of the hour in which the requests started"),
        *NAMED,
        *COUNTS,
        *TOKENS,
        *COST,
        *latency("duration", "duration"),
        *latency("time_to_first_token", "time to first token"),
        complete_until(),
    ),
    source="""FROM coagent.rollups_1h AS rollup
JOIN coagent.segments AS segment ON segment.id = rollup.segment_id
GROUP BY rollup."start", segment.stream_id, segment.provider, segment.request_model, segment.endpoint""",
)
