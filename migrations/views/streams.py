"""What of each stream came in a day: by hours that are summed, and by minutes where they are not."""

from migrations.views.view import Column, View, segment_columns

NAMED = tuple(column for column in segment_columns() if column.name not in ("segment_id", "task", "tenant"))
DAY_AGO = "now() - interval '24 hours'"
FIRST_HOUR = f"date_trunc('hour', {DAY_AGO}, 'UTC') + interval '1 hour'"
THIS_HOUR = "date_trunc('hour', now(), 'UTC')"
NEWEST = f"""(
        SELECT max(minutes.minute) FROM coagent.segments AS account JOIN LATERAL (
            SELECT max(minute) AS minute FROM coagent.rollups_1m
            WHERE segment_id = account.id AND minute > {DAY_AGO}
        ) AS minutes ON true
        WHERE account.stream_id = segment.stream_id
    )"""  # noqa: S608  our own words
"""Where none came in this hour."""

STREAMS = View(
    name="streams",
    comment="Streams (provider, model and endpoint) with requests in the last 24 hours, one row each.",
    columns=(
        *NAMED,
        Column("requests_24h", "sum(part.requests)::bigint", "count: requests of the last 24 hours, by their minutes"),
        Column(
            "newest_minute",
            f"coalesce(max(part.newest), {NEWEST})",
            "timestamp, UTC: start of the newest minute with a request",
        ),
    ),
    source=f"""FROM (
    SELECT hours.segment_id, hours.requests, NULL::timestamptz AS newest FROM coagent.rollups_1h AS hours
    WHERE hours."start" >= {FIRST_HOUR} AND hours."start" < {THIS_HOUR} AND NOT EXISTS (
        SELECT FROM coagent.changed_hours AS changed
        WHERE changed.segment_id = hours.segment_id AND changed.hour = hours."start"
    )
    UNION ALL
    SELECT changed.segment_id, late.requests, NULL FROM coagent.changed_hours AS changed JOIN LATERAL (
        SELECT sum(minutes.requests)::bigint AS requests FROM coagent.rollups_1m AS minutes
        WHERE minutes.segment_id = changed.segment_id
            AND minutes.minute >= changed.hour AND minutes.minute < changed.hour + interval '1 hour'
    ) AS late ON late.requests IS NOT NULL
    WHERE changed.hour >= {FIRST_HOUR} AND changed.hour < {THIS_HOUR}
    UNION ALL
    SELECT minutes.segment_id, minutes.requests, NULL FROM coagent.rollups_1m AS minutes
    WHERE minutes.minute > {DAY_AGO} AND minutes.minute < {FIRST_HOUR}
    UNION ALL
    SELECT minutes.segment_id, minutes.requests, minutes.minute FROM coagent.rollups_1m AS minutes
    WHERE minutes.minute >= {THIS_HOUR}
) AS part
JOIN coagent.segments AS segment ON segment.id = part.segment_id
GROUP BY segment.stream_id, segment.provider, segment.request_model, segment.endpoint""",  # noqa: S608  our own words
)
