"""Segments that stopped, and those that came back."""

from migrations.views.view import Column, View, segment_columns

SILENCES = View(
    name="silences",
    comment="Segments without requests for much longer than they ever paused, one row a silence; nobody is paged.",
    columns=(
        Column("id", "silence.id", "text: stable identifier of the silence"),
        *segment_columns(),
        Column("status", "silence.status", "text: silent, or returned"),
        Column("last_minute", "silence.last", "timestamp, UTC: the last minute with requests before it"),
        Column("noticed_at", "silence.noticed", "timestamp, UTC: when it was noticed"),
        Column("returned_minute", "silence.returned", "timestamp, UTC: the first minute after it; NULL: still silent"),
        Column("longest_pause_s", "silence.longest_s", "s: the longest pause in the 30 days before"),
        Column("pauses", "silence.pauses", "count: pauses in the 30 days before"),
        Column("headline", "insight.title", "text: one line; NULL until the agent has told it"),
        Column("text", "insight.text", "text: the explanation, Markdown; NULL until the agent has told it"),
        Column("about", "silence.about", "text: segment, or coagent: its own processes were behind, not the segment"),
        Column("waiting", "silence.waiting", "count: messages that coagent had not read; NULL: about a segment"),
    ),
    source="""FROM coagent.silences AS silence
JOIN coagent.segments AS segment ON segment.id = silence.segment_id
LEFT JOIN coagent.insights AS insight ON insight.kind = 'silence' AND insight.subject_id = silence.id""",
)
