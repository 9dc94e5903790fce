"""Confirmed changes with what was reported about them."""

from migrations.views.shift_progress import PROGRESS_COLUMNS, PROGRESS_SOURCE
from migrations.views.view import Column, View, segment_columns

CARRIERS = """(
    SELECT coalesce(jsonb_agg(part), '[]') FROM jsonb_array_elements(shift.parts) AS part
    WHERE part -> 'carries' = 'true'
)"""

SHIFTS = View(
    name="shifts",
    comment="Confirmed changes of behaviour, one row a shift, updated in place; with the insight about it.",
    columns=(
        Column("id", "shift.id", "text: stable identifier of the shift"),
        *segment_columns(),
        Column("status", "shift.status", "text: open, recovered or accepted"),
        Column("page", "shift.page", "boolean: whether it pages; where not, held_because says why"),
        Column("headline", "insight.title", "text: one line; NULL until the agent has written it"),
        Column("text", "insight.text", "text: the explanation, Markdown; NULL until the agent has written it"),
        Column("narrator", "insight.narrator", "text: deterministic or model:<name>; NULL until then"),
        Column(
            "text_written_at", "insight.updated_at", "timestamp, UTC: when the text was last written; NULL until then"
        ),
        Column("cause_family", "shift.cause_family", "text: provider, client, traffic or unknown"),
        Column("cause_kind", "shift.cause_kind", "text: such as silent_version, capacity, price, deploy, traffic_mix"),
        Column("cause_confidence", "shift.cause_confidence", "share, 0 to 1: how sure the cause is"),
        Column("cause_reasons", "shift.cause_because", "JSON array of text: the reasons, strongest first"),
        Column("onset_at", "shift.onset_time", "timestamp, UTC: start of the estimated first affected request"),
        Column("onset_request_id", "shift.onset_request_id", "text: that request; NULL where it had no id"),
        Column("onset_row", "shift.onset_ordinal", "rows: place of that request in its segment, counted from 0"),
        Column("onset_row_low", "shift.onset_low", "rows: lower end of the interval around onset_row"),
        Column("onset_row_high", "shift.onset_high", "rows: upper end of the interval around onset_row"),
        Column(
            "reported_at",
            "shift.raised_time",
            "timestamp, UTC: start of the newest request when it was first reported or, once it pages, first paged",
        ),
        Column("reported_request_id", "shift.raised_request_id", "text: that request; NULL where it had no id"),
        Column("reported_row", "shift.raised_ordinal", "rows: place of that request in its segment, counted from 0"),
        Column("updated_at", "shift.updated_time", "timestamp, UTC: start of the newest request judged so far"),
        Column(
            "signals",
            "shift.signals",
            "JSON array: each watched signal, those that moved first, with moved, direction (worse, better or neither), "
            "its unit, n and median before and after, effect size with its "
            "95 % interval, p value and false-discovery q value (null: too few fresh rows); quantiles before and after "
            "are those of 0, 5, 10 … 100 % in its unit (empty: a binary signal)",
        ),
        Column("sequence", "shift.sequence", "count: grows with each update of the shift"),
        Column("alarm_at", "shift.alarm_time", "timestamp, UTC: start of the request at which the evidence passed"),
        Column("alarm_request_id", "shift.alarm_request_id", "text: that request; NULL where it had no id"),
        Column("alarm_row", "shift.alarm_ordinal", "rows: place of that request in its segment, counted from 0"),
        Column(
            "evidence",
            "shift.evidence",
            "JSON object: how it was found: rows (ordinals) with their times and log10 of the segment's evidence after "
            "each, and the log10_threshold that raised the alarm; NULL where it was not kept",
        ),
        Column("updated_row", "shift.updated_ordinal", "rows: place of the newest request judged so far, from 0"),
        Column("accepted_by", "accepted.by", "text: who accepted it; NULL: nobody, or detection by itself"),
        Column("accepted_reason", "accepted.reason", "text: why, empty: not said; NULL: nobody accepted it"),
        Column(
            "carriers",
            CARRIERS,
            "JSON array: the parts that carry the change, as in parts; empty: none is known",
        ),
        Column(
            "direction",
            "shift.direction",
            "text: worse, better, neither (different, and nobody can say whether that hurts) or mixed",
        ),
        Column(
            "held_because",
            "shift.held_because",
            "JSON array of text: every reason why it does not page, such as not_worse, cause_unknown, traffic, "
            "mix_leaning, already_paged or recently_paged; empty: it pages",
        ),
        Column(
            "parts",
            "shift.parts",
            "JSON array: tasks and tenants of the stream, those that carry the change first, with requests since the "
            "onset, effect (Cliff's delta with its 95 % interval; null: too few) and whether each carries it",
        ),
        Column(
            "cost",
            "shift.cost",
            "JSON object: usd_per_day that the change costs (negative: saves) with its 95 % interval low to high, at "
            "requests_per_day of the last week; usd_per_day is null where no price is known; NULL: not measured",
        ),
        *PROGRESS_COLUMNS,
        Column(
            "paged_at",
            "shift.paged_at",
            "timestamp, UTC: start of the newest request when it first paged, also where it does not page any more; "
            "NULL: it never did",
        ),
    ),
    source=f"""FROM coagent.shifts AS shift
JOIN coagent.segments AS segment ON segment.id = shift.segment_id
LEFT JOIN coagent.insights AS insight ON insight.kind = 'shift' AND insight.subject_id = shift.id
LEFT JOIN LATERAL (
    SELECT command.by, command.reason, command.at FROM coagent.commands AS command
    WHERE command.shift_id = shift.id AND shift.status = 'accepted'
    ORDER BY command.at DESC LIMIT 1
) AS accepted ON true{PROGRESS_SOURCE}""",  # noqa: S608
    version=3,
)
