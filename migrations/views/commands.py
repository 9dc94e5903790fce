"""Who decided what, and why."""

from migrations.views.view import Column, View, segment_columns

COMMANDS = View(
    name="commands",
    comment="What was said on coagent.control.v1, one row a command: who, when, why, and whether it was refused.",
    columns=(
        Column("id", "command.id", "text: identifier of the command"),
        Column(
            "kind", "command.kind", "text: accept, mute, unmute, reset, or rate (the agent's measured rate of requests)"
        ),
        *segment_columns(),
        Column("at", "command.at", "timestamp, UTC: when it was said"),
        Column("by", "command.by", "text: who said it"),
        Column("reason", "command.reason", "text: why; empty: not said"),
        Column("shift_id", "command.shift_id", "text: the shift that was accepted; NULL: none was named"),
        Column("muted_until", "command.muted_until", "timestamp, UTC: of a mute; NULL: it is none"),
        Column("signals", "command.signals", "JSON array of text: the signals that were meant; NULL: all"),
        Column("rows_per_month", "command.rows_per_month", "rows a month in the fleet, as measured; NULL: no rate"),
        Column("refused", "letter.reason || ': ' || letter.detail", "text: why it could not be obeyed; NULL: it was"),
        Column(
            "obeyed_at", "obeyed.obeyed_at", "timestamp, UTC: when it was known to be obeyed; NULL: not, or not yet"
        ),
    ),
    source="""FROM coagent.commands AS command
LEFT JOIN coagent.segments AS segment ON segment.id = command.segment_id
LEFT JOIN coagent.dead_letters AS letter ON letter.topic = 'coagent.control.v1' AND letter.index = 0
    AND letter.cluster = command.cluster AND letter.partition = command.partition AND letter."offset" = command."offset"
LEFT JOIN coagent.obeyed_commands AS obeyed ON obeyed.id = command.id
""",
)
