"""When a shift ended and that its moments are in order; which commands were obeyed; how far coagent itself lagged."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

SHIFTS = """
ALTER TABLE coagent.shifts ADD COLUMN ended_at timestamptz;
UPDATE coagent.shifts SET ended_at = greatest(updated_time, raised_time, onset_time) WHERE status <> 'open';
ALTER TABLE coagent.shifts
    ADD CONSTRAINT shifts_ended CHECK ((status = 'open') = (ended_at IS NULL)),
    ADD CONSTRAINT shifts_moments CHECK (onset_time <= ended_at AND raised_time <= ended_at),
    -- request times need not follow the order in which requests were read: the rows do. Older rows are not checked
    ADD CONSTRAINT shifts_rows CHECK (
        onset_ordinal <= coalesce(alarm_ordinal, raised_ordinal)
        AND coalesce(alarm_ordinal, raised_ordinal) <= raised_ordinal
        AND raised_ordinal <= updated_ordinal
    ) NOT VALID
"""

OBEYED = """
CREATE TABLE coagent.obeyed_commands (
    id text PRIMARY KEY,
    obeyed_at timestamptz NOT NULL DEFAULT now()
)
"""

LAG = """
ALTER TABLE coagent.silences
    ADD COLUMN about text NOT NULL DEFAULT 'segment',
    ADD COLUMN waiting bigint;
CREATE INDEX segments_stream ON coagent.segments (provider, request_model)
"""


def upgrade() -> None:
    for statements in (SHIFTS, OBEYED, LAG):
        for statement in statements.split(";\n"):
            op.execute(statement)
