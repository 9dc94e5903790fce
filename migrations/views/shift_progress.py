"""What is known of a shift beyond the last request that was judged: how far it has come, who muted or accepted it.

Its requests are counted by whole days and hours, which are summed already; minutes count at both ends, and in hours that
changed since they were summed.
"""

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
        "newest.minute",
        "timestamp, UTC: start of the newest minute with such a request; NULL: there is none",
    ),
    Column(
        "muted_until",
        "muted.muted_until",
        "timestamp, UTC: until when the stream, or a task or tenant of it, is muted (insights.mutes); NULL: it is not",
    ),
)

ACCOUNTS = """coagent.segments AS account
        ON account.provider = segment.provider AND account.request_model = segment.request_model
        AND account.endpoint IS NOT DISTINCT FROM segment.endpoint
        AND (segment.task IS NULL OR account.task = segment.task)
        AND (segment.tenant IS NULL OR account.tenant = segment.tenant)"""


FIRST_MINUTES = """(
                        SELECT min(known.day) FROM coagent.rollup_days AS known
                        WHERE known.unit = 'minutes' AND known.present AND NOT known.forgotten
                    )"""


def _are_kept(day: str) -> str:
    """Whether the minutes of a day are whole; where not, its hours count."""
    return f"""EXISTS (
                SELECT FROM coagent.rollup_days AS known
                WHERE known.unit = 'minutes' AND known.present AND NOT known.forgotten
                    AND known.day = date_trunc('day', {day}, 'UTC')
            )"""


def _length(time: str) -> str:
    return f"CASE WHEN {_are_kept(time)} THEN 'minute' ELSE 'hour' END"


def _up(unit: str, time: str) -> str:
    """To the end of the unit that began before it."""
    return f"date_trunc('{unit}', {time} + interval '1 {unit}' - interval '1 microsecond', 'UTC')"


SPAN = f"""(
    SELECT span.*, greatest(date_trunc('hour', span.until, 'UTC'), span.first_hour) AS last_hour,
        greatest(date_trunc('day', span.until, 'UTC'), span.first_day) AS last_day
    FROM (
        SELECT ends.*, {_up("hour", "ends.first")} AS first_hour, {_up("day", "ends.first")} AS first_day
        FROM (
            SELECT date_trunc(lengths.first, shift.onset_time, 'UTC') AS first,
                date_trunc(lengths.last, now_or_end.at, 'UTC') + ('1 ' || lengths.last)::interval AS until
            FROM (SELECT coalesce(shift.ended_at, now()) AS at) AS now_or_end,
                LATERAL (SELECT {_length("shift.onset_time")} AS first, {_length("now_or_end.at")} AS last) AS lengths
        ) AS ends
    ) AS span
)"""  # noqa: S608  our own words
"""From `first` to before `until`; whole hours from `first_hour` to before `last_hour`, whole days likewise: where there is
none, the last is the first.
"""

CHANGED = f"""SELECT changed.hour FROM coagent.changed_hours AS changed
            WHERE changed.segment_id = account.id AND changed.hour >= span.first_hour AND changed.hour < span.last_hour
                AND {_are_kept("changed.hour")}"""  # noqa: S608  our own words

PARTS = f"""(
        SELECT days.requests, days.cost_usd, days.cost_known FROM coagent.rollups_1d AS days
        WHERE days.segment_id = account.id AND days."start" >= span.first_day AND days."start" < span.last_day
        UNION ALL
        SELECT range.sign * hours.requests, range.sign * hours.cost_usd, range.sign * hours.cost_known
        FROM (
            VALUES (1, span.first_hour, least(span.first_day, span.last_hour)), (1, span.last_day, span.last_hour)
            UNION ALL
            SELECT -1, changed.hour, changed.hour + interval '1 hour' FROM ({CHANGED}) AS changed
        ) AS range (sign, first, until)
        JOIN coagent.rollups_1h AS hours
            ON hours.segment_id = account.id AND hours."start" >= range.first AND hours."start" < range.until
        UNION ALL
        SELECT minutes.requests, minutes.cost_usd, minutes.cost_known
        FROM (
            VALUES (span.first, least(span.first_hour, span.until)), (span.last_hour, span.until)
            UNION ALL
            SELECT changed.hour, changed.hour + interval '1 hour' FROM ({CHANGED}) AS changed
        ) AS range (first, until)
        JOIN coagent.rollups_1m AS minutes
            ON minutes.segment_id = account.id AND minutes.minute >= range.first AND minutes.minute < range.until
    )"""  # noqa: S608  our own words
"""Of an account: what hours that changed were summed to is taken off, and their minutes are counted."""

PROGRESS_SOURCE = f"""
LEFT JOIN LATERAL (
    SELECT sum(part.requests)::bigint AS requests, sum(part.cost_usd) AS cost_usd,
        sum(part.cost_known)::bigint AS cost_known
    FROM {SPAN} AS span JOIN {ACCOUNTS} JOIN LATERAL {PARTS} AS part ON true
) AS progress ON true
CROSS JOIN LATERAL (
    SELECT coalesce(
        (
            SELECT max(minutes.minute) FROM {SPAN} AS span JOIN {ACCOUNTS} JOIN LATERAL (
                SELECT max(minute) AS minute FROM coagent.rollups_1m
                WHERE segment_id = account.id AND minute >= span.first AND minute < span.until
                    AND minute >= {FIRST_MINUTES}
            ) AS minutes ON true
        ),
        (
            SELECT max(hours."start") FROM {SPAN} AS span JOIN {ACCOUNTS} JOIN coagent.rollups_1h AS hours
                ON hours.segment_id = account.id AND hours."start" >= span.first AND hours."start" < span.until
            WHERE NOT {_are_kept('hours."start"')}
        )
    ) AS minute
) AS newest
LEFT JOIN LATERAL (
    SELECT max(mute.muted_until) AS muted_until FROM insights.mutes AS mute
    WHERE mute.status = 'active' AND mute.provider = segment.provider AND mute.request_model = segment.request_model
        AND mute.endpoint IS NOT DISTINCT FROM segment.endpoint
) AS muted ON true"""  # noqa: S608  our own words
