"""What channels are owed, have got, or could not be given."""

from migrations.views.view import Column, View

DELIVERIES = View(
    name="deliveries",
    comment="One row for each message to a channel. Parked ones wait for an operator: `coagent outbox retry` or `drop`.",
    columns=(
        Column("id", "owed.position", "count: grows with each message"),
        Column("channel", "owed.channel", "text: kafka, slack, slack:#ops, github, …"),
        Column("conversation", "owed.insight_id", "text: the finding, group or digest it is about"),
        Column("state", "owed.state", "text: owed, sent, parked, or dropped"),
        Column("attempts", "owed.attempts", "count: tries so far"),
        Column("created_at", "owed.created_at", "timestamp, UTC: when it was owed"),
        Column("due_at", "nullif(owed.due_at, '0001-01-01 00:00:00+00')", "timestamp, UTC: not before; NULL: at once"),
        Column("sent_at", "owed.sent_at", "timestamp, UTC: when the channel took it; NULL: not yet"),
        Column("error", "owed.error", "text: why the last try failed; NULL: it did not"),
        Column("title", "insight.title", "text: headline of the finding; NULL: a group or digest"),
        Column("idempotency_key", "owed.idempotency_key", "text: by it a message is owed once"),
    ),
    source="FROM coagent.outbox AS owed LEFT JOIN coagent.insights AS insight ON insight.id = owed.insight_id",
)
