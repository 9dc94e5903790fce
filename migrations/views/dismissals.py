"""Alarms that proved to be none."""

from migrations.views.view import Column, View, segment_columns

DISMISSALS = View(
    name="dismissals",
    comment="Alarms that were looked at and proved too small to matter or gone, one row an alarm; nobody was paged.",
    columns=(
        Column("id", "dismissal.id", "text: stable identifier of the alarm"),
        *segment_columns(),
        Column("signal", "dismissal.signal", "text: the signal that raised it"),
        Column(
            "alarm_at", "dismissal.raised_time", "timestamp, UTC: start of the request at which the evidence passed"
        ),
        Column("alarm_request_id", "dismissal.raised_request_id", "text: that request; NULL where it had no id"),
        Column("alarm_row", "dismissal.raised_ordinal", "rows: place of that request in its segment, from 0"),
        Column("why", "dismissal.why", "text: why it was dismissed"),
        Column("held_because", "dismissal.held_because", "JSON array of text: the same in a word, too_small or ended"),
    ),
    source="""FROM coagent.dismissals AS dismissal
JOIN coagent.segments AS segment ON segment.id = dismissal.segment_id""",
    version=2,
)
