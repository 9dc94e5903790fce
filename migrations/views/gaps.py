"""Segments that stopped, and those that came back."""

from migrations.views.view import Column, View, segment_columns

EARLIER = "CASE WHEN silence.about = 'segment' THEN silence.{0} END"

GAPS = View(
    name="gaps",
    comment="Segments without requests for much longer than ever before, one row a gap; nobody is paged.",
    columns=(
        Column("id", "silence.id", "text: stable identifier of the gap"),
        *segment_columns(),
        Column("status", "silence.status", "text: silent, or returned"),
        Column("last_minute", "silence.last", "timestamp, UTC: the last minute with requests before it"),
        Column("noticed_at", "silence.noticed", "timestamp, UTC: when it was noticed"),
        Column("returned_minute", "silence.returned", "timestamp, UTC: the first minute after it; NULL: still silent"),
        Column(
            "longest_earlier_gap_s", EARLIER.format("longest_s"), "s: the longest of earlier_gaps; NULL: about coagent"
        ),
        Column(
            "earlier_gaps",
            EARLIER.format("pauses"),
            "count: times between a minute with requests and the next, in the 30 days before; NULL: about coagent",
        ),
        Column("headline", "insight.title", "text: one line; NULL until the agent has written it"),
        Column("text", "insight.text", "text: the explanation, Markdown; NULL until the agent has written it"),
        Column("about", "silence.about", "text: segment, or coagent: its own processes were behind, not the segment"),
        Column("waiting", "silence.waiting", "count: messages that coagent had not read; NULL: about a segment"),
    ),
    source="""FROM coagent.silences AS silence
JOIN coagent.segments AS segment ON segment.id = silence.segment_id
LEFT JOIN coagent.insights AS insight ON insight.kind = 'silence' AND insight.subject_id = silence.id""",
)
