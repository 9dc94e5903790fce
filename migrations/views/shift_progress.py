"""What is known of a shift beyond the last request that was judged: how far it has come, who muted or accepted it."""

from migrations.views.view import Column

PROGRESS_COLUMNS = (
    Column("ended_at", "shift.ended_at", "timestamp, UTC: start of the request with which it ended; NULL: it is open"),
    Column("accepted_at", "accepted.at", "timestamp, UTC: when somebody accepted it; NULL: nobody did"),
    Column(
        "requests_so_far",
        "coalesce(progress.requests, 0)",
        "count: requests of the stream from the minute of the onset (the hour, where minutes are forgotten) to the end, "
        "or so far",
    ),
    Column(
        "cost_usd_so_far",
        "progress.cost_usd",
        "USD: what those requests cost, where it is known; NULL: no price is known, never 0",
    ),
    Column("priced_so_far", "coalesce(progress.cost_known, 0)", "count: requests behind cost_usd_so_far"),
    Column(
        "last_seen_at",
        "progress.last_minute",
        "timestamp, UTC: start of the newest minute with such a request; NULL: there is none",
    ),
    Column(
        "muted_until",
        "muted.muted_until",
        "timestamp, UTC: until when the stream, or a task or tenant of it, is muted (insights.mutes); NULL: it is not",
    ),
)

FIRST_MINUTES = """(
            SELECT min(known.day) FROM coagent.rollup_days AS known
            WHERE known.unit = 'minutes' AND known.present AND NOT known.forgotten
        )"""
"""From that day on minutes are whole; before it hours count."""

PROGRESS_SOURCE = f"""
LEFT JOIN LATERAL (
    SELECT sum(rollup.requests)::bigint AS requests, sum(rollup.cost_usd) AS cost_usd,
        sum(rollup.cost_known)::bigint AS cost_known, max(rollup.minute) AS last_minute
    FROM coagent.segments AS account
    JOIN LATERAL (
        SELECT kept.requests, kept.cost_usd, kept.cost_known, kept.minute FROM coagent.rollups_1m AS kept
        WHERE kept.segment_id = account.id
            AND kept.minute BETWEEN date_trunc('minute', shift.onset_time) AND coalesce(shift.ended_at, now())
            AND kept.minute >= {FIRST_MINUTES}
        UNION ALL
        SELECT older.requests, older.cost_usd, older.cost_known, older."start" FROM coagent.rollups_1h AS older
        WHERE older.segment_id = account.id
            AND older."start" BETWEEN date_trunc('hour', shift.onset_time, 'UTC') AND coalesce(shift.ended_at, now())
            AND older."start" < coalesce({FIRST_MINUTES}, 'infinity')
    ) AS rollup ON true
    WHERE account.provider = segment.provider AND account.request_model = segment.request_model
        AND account.endpoint IS NOT DISTINCT FROM segment.endpoint
        AND (segment.task IS NULL OR account.task = segment.task)
        AND (segment.tenant IS NULL OR account.tenant = segment.tenant)
) AS progress ON true
LEFT JOIN LATERAL (
    SELECT max(mute.muted_until) AS muted_until FROM insights.mutes AS mute
    WHERE mute.status = 'active' AND mute.provider = segment.provider AND mute.request_model = segment.request_model
        AND mute.endpoint IS NOT DISTINCT FROM segment.endpoint
) AS muted ON true"""  # noqa: S608  our own words
