"""Changes of streams' success rates."""

from migrations.views.view import Column, View, segment_columns

FINDING = "change.finding ->> '{}'"


def _rate(what: str, path: str, comment: str, null: str = "") -> tuple[Column, ...]:
    value = f"(change.finding -> '{path}' ->> '{{}}')::{{}}"
    return (
        Column(f"success_rate_{what}", value.format("rate", "double precision"), f"share, 0 to 1: {comment}{null}"),
        Column(f"low_{what}", value.format("low", "double precision"), f"share, 0 to 1: low end, 95 % interval{null}"),
        Column(f"high_{what}", value.format("high", "double precision"), f"share, 0 to 1: high end{null}"),
        Column(f"labelled_{what}", value.format("labelled", "bigint"), f"count: labelled requests behind it{null}"),
        Column(f"first_day_{what}", value.format("first", "timestamptz"), f"timestamp, UTC: its first day{null}"),
        Column(f"last_day_{what}", value.format("last", "timestamptz"), f"timestamp, UTC: its last day{null}"),
    )


QUALITY_CHANGES = View(
    name="quality_changes",
    comment="One row for each change of a stream's success rate that people's labels showed, as it was reported; worse "
    "pages, but beside a shift that paged and goes on.",
    columns=(
        Column("id", "change.id", "text: stable identifier of the change, and its insight"),
        *segment_columns(),
        Column("status", "change.status", "text: open, recovered or accepted"),
        Column("change", FINDING.format("change"), "text: worse or better"),
        Column("page", "(change.finding ->> 'page')::boolean", "boolean: it pages while it is open"),
        Column("since", "(change.finding ->> 'since')::timestamptz", "timestamp, UTC: day since when, by estimate"),
        Column("found_on", "change.found_on", "timestamp, UTC: the newest day whose labels found it"),
        *_rate("before", "before", "of the stream's drawn days before since"),
        *_rate("after", "after", "of its drawn days since then, the newest 7 at most, as last reported"),
        *_rate("now", "now", "of the days that ended it", "; NULL: it has not recovered"),
        Column("reviewers", "(change.finding ->> 'reviewers')::bigint", "count: people behind the last days' labels"),
        Column(
            "shift_ids",
            "(SELECT coalesce(jsonb_agg(shift -> 'id'), '[]') FROM jsonb_array_elements(change.finding -> 'shifts') "
            "AS shift)",
            "JSON array of text: shifts of the stream that were open at some time from since to found_on, 5 at most",
        ),
        Column("ended_at", "change.ended_at", "timestamp, UTC: when it ended; NULL: it is open"),
        Column("accepted_by", FINDING.format("accepted_by"), "text: who accepted it; NULL: nobody"),
        Column("headline", "insight.title", "text: one line; NULL until the agent has written it"),
        Column("text", "insight.text", "text: the explanation, Markdown; NULL until the agent has written it"),
        Column(
            "held_because",
            "coalesce(change.finding -> 'held_because', '[]')",
            "JSON array of text: why it does not page: not_worse or already_paged (as a shift of its stream, of shift_ids, "
            "that was open still); empty: it pages",
        ),
    ),
    version=2,
    source="""FROM coagent.quality_changes AS change
JOIN coagent.segments AS segment ON segment.id = change.segment_id
LEFT JOIN coagent.insights AS insight ON insight.kind = 'quality' AND insight.subject_id = change.id""",
)
