"""Which message or issue shows which finding."""

from migrations.views.view import Column, View

TICKETS = View(
    name="tickets",
    comment="One row for each finding in each channel: one thread, one issue.",
    columns=(
        Column("channel", "ticket.channel", "text: slack, github, folder, …"),
        Column("conversation", "ticket.conversation", "text: the finding, group or digest"),
        Column("reference", "ticket.ref", "text: its name in the channel; NULL: being made"),
        Column("url", "ticket.url", "text: where to open it; NULL: has none"),
        Column("revision", "ticket.revision", "count: the newest revision that it shows"),
        Column("closed", "ticket.closed", "boolean: closed there"),
        Column("begun_at", "ticket.begun_at", "timestamp, UTC: when it was first sent"),
        Column("title", "insight.title", "text: headline of the finding; NULL: a group or digest"),
        Column("subject_id", "insight.subject_id", "text: id in insights.shifts or the view of its kind; NULL: none"),
    ),
    source="FROM coagent.tickets AS ticket LEFT JOIN coagent.insights AS insight ON insight.id = ticket.conversation",
)
