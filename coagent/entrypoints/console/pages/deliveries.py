"""What was sent to people, and what waits."""

from coagent.entrypoints.console.page import Column, Filter, Page, Table

DELIVERIES = Table(
    "deliveries",
    "Deliveries",
    "insights.deliveries",
    """SELECT id, channel, state, title, attempts, created_at, due_at, sent_at, error, conversation FROM deliveries
WHERE %(state)s = 'all' OR state = %(state)s ORDER BY created_at DESC, id DESC""",
    (
        Column("channel", "Channel"),
        Column("state", "State"),
        Column("title", "About"),
        Column("attempts", "Attempts", "count"),
        Column("created_at", "Owed since", "time"),
        Column("sent_at", "Sent", "time"),
        Column("due_at", "Next try", "time"),
        Column("error", "Last problem"),
    ),
    "Nothing was sent to anybody: docs/delivery.md shows how a channel is set up, `coagent notify` tries one.",
)
TICKETS = Table(
    "tickets",
    "Tickets and threads",
    "insights.tickets",
    """SELECT channel, reference, title, url, closed, begun_at, subject_id FROM tickets
ORDER BY begun_at DESC, channel, conversation""",
    (
        Column("channel", "Channel"),
        Column("reference", "Reference"),
        Column("title", "About"),
        Column("url", "Address"),
        Column("closed", "Closed", "flag"),
        Column("begun_at", "Begun", "time"),
    ),
    "No ticket was opened: findings go to the channels that docs/delivery.md sets up.",
    rows=50,
)
PAGE = Page(
    "deliveries",
    "Deliveries",
    "Plumbing",
    "Messages to people: sent, waiting to be tried again, given up.",
    (DELIVERIES, TICKETS),
    (Filter("state", "State", "choice", ("all", "owed", "sent", "parked", "dropped")),),
    news=("deliveries",),
)
