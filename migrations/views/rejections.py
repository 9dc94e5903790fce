"""Telemetry records that could not be read."""

from migrations.views.view import Column, View

PLACE = "format('%s[%s]@%s#%s', topic, partition, \"offset\", index)"
OLDEST = 'recorded_at, "offset", index'
NEWEST = 'recorded_at DESC, "offset" DESC, index DESC'

REJECTIONS = View(
    name="rejections",
    comment="Telemetry records that could not be read, one row a reason and topic; the bytes are on the Kafka topic "
    "coagent.deadletter.v1.",
    columns=(
        Column("cluster", "cluster", "text: Kafka cluster that the records came from"),
        Column("topic", "topic", "text: telemetry topic that the records came from"),
        Column("reason", "reason", "text: short stable slug"),
        Column("rejected", "count(*)", "count: records, or parts of records, rejected for this reason"),
        Column("first_recorded_at", "min(recorded_at)", "timestamp, UTC: when the first one was written here"),
        Column(
            "first_place",
            f"(array_agg({PLACE} ORDER BY {OLDEST}))[1]",
            "text: topic[partition]@offset#index of the first one",
        ),
        Column("last_recorded_at", "max(recorded_at)", "timestamp, UTC: when the last one was written here"),
        Column(
            "last_place",
            f"(array_agg({PLACE} ORDER BY {NEWEST}))[1]",
            "text: topic[partition]@offset#index of the last one",
        ),
        Column(
            "example",
            f"(array_agg(detail ORDER BY {NEWEST}))[1]",
            "text: what was expected and what was found in the last one; repeats no content",
        ),
    ),
    source="""FROM coagent.dead_letters
GROUP BY cluster, topic, reason""",
)
