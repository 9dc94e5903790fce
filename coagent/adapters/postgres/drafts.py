"""What the model answered, as it is kept."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import insert

from coagent.adapters.postgres.storable import storable
from coagent.adapters.postgres.tables import drafts
from coagent.domain.draft_record import ANSWER_CHARS, DraftRecord


def write_drafts(connection: Connection, records: Sequence[DraftRecord]) -> None:
    """A repeated one changes nothing."""
    if records:
        rows = [_row(record) for record in records]
        connection.execute(insert(drafts).on_conflict_do_nothing(), rows)


def _row(record: DraftRecord) -> dict[str, object]:
    """The answer came from outside: what Postgres cannot keep is replaced, what is too long is cut."""
    answer = storable(record.answer[:ANSWER_CHARS])
    problems = [storable(problem) for problem in record.problems]
    return {**msgspec.structs.asdict(record), "answer": answer, "problems": problems, "model": storable(record.model)}
