"""What was read of the telemetry topics, by what became of it."""

from migrations.views.view import Column, View

FIRST = "ORDER BY at, run"
LAST = "ORDER BY at DESC, run DESC"

INTAKE = View(
    name="intake",
    comment="What was read of each telemetry topic and what became of it: one row a topic, kind and reason, over all "
    "processes of coagent ingest since this table began. For supervision, not for bookkeeping: what is read again after a "
    "crash counts again, what was read in the last seconds before it may be missing. Dead letters are exact: rejections.",
    columns=(
        Column("cluster", "cluster", "text: Kafka cluster that the records came from"),
        Column("topic", "topic", "text: telemetry topic that the records came from"),
        Column(
            "kind",
            "kind",
            "text: read (messages), accepted (requests), rejected (cannot be read), skipped (no request to a model), "
            "noted (part of an accepted request that is not read or not believed)",
        ),
        Column("reason", "reason", "text: short stable slug; empty for read and accepted"),
        Column("count", "sum(count)::bigint", "count: messages where kind is read, else records or parts of records"),
        Column("first_origin", f"(array_agg(first {FIRST}))[1]", "text: topic[partition]@offset; NULL for accepted"),
        Column("last_origin", f"(array_agg(last {LAST}))[1]", "text: topic[partition]@offset; NULL for accepted"),
        Column(
            "example",
            f"(array_agg(detail {FIRST}))[1]",
            "text: what was expected and what was found in the first one; repeats no content; NULL where there is none",
        ),
        Column("last_at", "max(at)", "timestamp, UTC: when a process that counts any of it last read something"),
    ),
    source="""FROM (
    SELECT cluster, topic, run, at, 'read' AS kind, '' AS reason, read AS count, NULL AS first, last, NULL AS detail
    FROM coagent.intake
    UNION ALL
    SELECT cluster, topic, run, at, 'accepted', '', accepted, NULL, NULL, NULL
    FROM coagent.intake
    UNION ALL
    SELECT cluster, topic, run, at, one ->> 'kind', one ->> 'reason', (one ->> 'count')::bigint, one ->> 'first',
        one ->> 'last', nullif(one ->> 'detail', '')
    FROM coagent.intake, jsonb_array_elements(reasons) AS one
) AS counted
GROUP BY cluster, topic, kind, reason""",
)
