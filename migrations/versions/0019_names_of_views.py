"""Views name what their columns hold: reports apart from alarms and pages, and gaps. What was built on them stays whole."""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

COLUMNS = (
    ("shifts", "told_at", "text_written_at"),
    ("shifts", "raised_at", "reported_at"),
    ("shifts", "raised_request_id", "reported_request_id"),
    ("shifts", "raised_row", "reported_row"),
    ("dismissals", "raised_at", "alarm_at"),
    ("dismissals", "raised_request_id", "alarm_request_id"),
    ("dismissals", "raised_row", "alarm_row"),
    ("silences", "longest_pause_s", "longest_earlier_gap_s"),
    ("silences", "pauses", "earlier_gaps"),
)


def upgrade() -> None:
    """Views of an older coagent alone: a fresh database gets its views after the revisions."""
    for view, old, new in COLUMNS:
        op.execute(f"ALTER VIEW IF EXISTS insights.{view} RENAME COLUMN {old} TO {new}")
    op.execute("ALTER VIEW IF EXISTS insights.silences RENAME TO gaps")
