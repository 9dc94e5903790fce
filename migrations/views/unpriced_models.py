"""Models whose price is not known, or not for every request: their cost stands nowhere, never as 0."""

from migrations.views.view import Column, View

WITHOUT_PRICE = """{0}.requests - {0}.errors > {0}.cost_known + {0}.cost_doubtful
            AND coalesce({0}.input_tokens, {0}.output_tokens) IS NOT NULL"""
FIGURES = ("requests", "errors", "cost_known", "cost_doubtful", "input_tokens", "output_tokens")


def _figures(alias: str) -> str:
    return ", ".join(f"{alias}.{name}" for name in FIGURES)


def _sums(alias: str) -> str:
    return ", ".join(f"sum({alias}.{name})::bigint AS {name}" for name in FIGURES)


PARTS = f"""(
        SELECT days.segment_id, days."start", {_figures("days")} FROM coagent.rollups_1d AS days
        WHERE NOT EXISTS (
            SELECT FROM coagent.changed_hours AS changed WHERE changed.segment_id = days.segment_id
                AND changed.hour >= days."start" AND changed.hour < days."start" + interval '1 day'
        )
        UNION ALL
        SELECT touched.segment_id, touched.day, {_figures("others")}
        FROM (SELECT DISTINCT segment_id, date_trunc('day', hour, 'UTC') AS day FROM coagent.changed_hours) AS touched
        JOIN LATERAL (
            SELECT {_sums("hours")} FROM coagent.rollups_1h AS hours
            WHERE hours.segment_id = touched.segment_id
                AND hours."start" >= touched.day AND hours."start" < touched.day + interval '1 day'
                AND NOT EXISTS (
                    SELECT FROM coagent.changed_hours AS changed
                    WHERE changed.segment_id = hours.segment_id AND changed.hour = hours."start"
                )
        ) AS others ON true
        UNION ALL
        SELECT changed.segment_id, changed.hour, {_figures("late")}
        FROM coagent.changed_hours AS changed JOIN LATERAL (
            SELECT {_sums("minutes")} FROM coagent.rollups_1m AS minutes
            WHERE minutes.segment_id = changed.segment_id
                AND minutes.minute >= changed.hour AND minutes.minute < changed.hour + interval '1 hour'
        ) AS late ON true
    )"""  # noqa: S608  our own words
"""All traffic, each request in one row: days that are summed, of other days what is summed of them, and hours that
changed since, by their minutes.
"""


def _minute(which: str, begin: str) -> str:
    """The first or last minute of that kind in the day from `begin` on."""
    return f"""coalesce(
        (
            SELECT {which}(held.minute) FROM coagent.segments AS account JOIN LATERAL (
                SELECT {which}(minutes.minute) AS minute FROM coagent.rollups_1m AS minutes
                WHERE minutes.segment_id = account.id AND {WITHOUT_PRICE.format("minutes")}
                    AND minutes.minute >= {begin} AND minutes.minute < {begin} + interval '1 day'
            ) AS held ON true
            WHERE account.provider = found.provider AND account.request_model = found.request_model
        ),
        {begin}
    )"""  # noqa: S608  our own words


UNPRICED_MODELS = View(
    name="unpriced_models",
    comment="Models with answered requests whose cost is not known, one row a model, over days of the last 30 days of data "
    "with token counts (hours, of what is not summed yet): their cost is NULL, or in no sum. "
    "COAGENT_INGEST__PRICES_FILE gives them a price. "
    "Requests whose token counts are in doubt are not among them: no price would help. "
    "(other) stands for models beyond COAGENT_INGEST__MAX_SEGMENTS.",
    columns=(
        Column("provider", "found.provider", "text: who serves the model"),
        Column("request_model", "found.request_model", "text: model as requested, often an alias"),
        Column(
            "requests",
            "found.requests",
            "count: answered, cost unknown; at least so many, since a failed request may have a known cost",
        ),
        Column("input_tokens", "found.input_tokens", "tokens in of those days; NULL: unknown"),
        Column("output_tokens", "found.output_tokens", "tokens out of those days; NULL: unknown"),
        Column(
            "first_minute",
            _minute("min", "found.first"),
            "timestamp, UTC: first minute with a request of unknown cost (its day, where minutes are forgotten)",
        ),
        Column(
            "last_minute",
            _minute("max", "found.last"),
            "timestamp, UTC: last minute with a request of unknown cost (its day, where minutes are forgotten)",
        ),
    ),
    source=f"""FROM (
    SELECT segment.provider, segment.request_model,
        sum(part.requests - part.errors - part.cost_known - part.cost_doubtful)::bigint AS requests,
        sum(part.input_tokens)::bigint AS input_tokens, sum(part.output_tokens)::bigint AS output_tokens,
        min(part."start") AS first, max(part."start") AS last
    FROM {PARTS} AS part
    JOIN coagent.segments AS segment ON segment.id = part.segment_id
    WHERE {WITHOUT_PRICE.format("part")} AND part."start" > (
        SELECT max(newest.minute) - interval '30 days' FROM (
            SELECT max(minute) AS minute FROM coagent.rollups_1m UNION ALL SELECT max("start") FROM coagent.rollups_1d
        ) AS newest
    )
    GROUP BY segment.provider, segment.request_model
) AS found""",  # noqa: S608  our own words
)
