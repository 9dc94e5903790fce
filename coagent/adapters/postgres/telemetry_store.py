"""ports.TelemetryStore on Postgres."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, Table, delete, func, select, tuple_
from sqlalchemy.dialects.postgresql import insert

from coagent.adapters.postgres.engine import transaction
from coagent.adapters.postgres.review_rows import entry_rows, label_row, part_row
from coagent.adapters.postgres.review_tables import review_entries, review_labels, review_parts
from coagent.adapters.postgres.rollup_copy import copy_rollups
from coagent.adapters.postgres.rows import (
    Row,
    command_row,
    dead_letter_row,
    detector_rows,
    dismissal_row,
    intake_row,
    segment_row,
    shift_row,
)
from coagent.adapters.postgres.storable import storable
from coagent.adapters.postgres.tables import (
    commands,
    dead_letters,
    detectors,
    dismissals,
    intake,
    obeyed_commands,
    segments,
    shifts,
)
from coagent.domain.command import Rate, SaidCommand
from coagent.domain.detector import Detectors
from coagent.domain.intake import Intake
from coagent.domain.label import SaidOfRequest
from coagent.domain.rejected import DeadLetter
from coagent.domain.review import ReviewPool
from coagent.domain.rollup import Rollup
from coagent.domain.segment import Segment
from coagent.domain.shift import Dismissed, Shift


class PostgresTelemetryStore:
    """Every call is one transaction of guarded upserts, in the order of their keys."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def write_rollups(self, rollups: Sequence[Rollup]) -> None:
        if rollups:
            with transaction(self._engine) as connection:
                write_segments(connection, (rollup.segment for rollup in rollups))
                copy_rollups(connection, rollups)

    def write_shifts(self, found: Sequence[Shift]) -> None:
        if found:
            with transaction(self._engine) as connection:
                write_segments(connection, (shift.segment for shift in found))
                upsert_newer(connection, shifts, [shift_row(shift) for shift in found], once=("paged_at",))

    def write_dismissals(self, dismissed: Sequence[Dismissed]) -> None:
        if dismissed:
            with transaction(self._engine) as connection:
                write_segments(connection, (each.segment for each in dismissed))
                upsert_newer(connection, dismissals, [dismissal_row(each) for each in dismissed])

    def write_detectors(self, reported: Sequence[Detectors]) -> None:
        if reported:
            with transaction(self._engine) as connection:
                write_segments(connection, (each.segment for each in reported))
                _write_obeyed(connection, {name for each in reported for name in each.obeyed})
                for each in sorted(reported, key=lambda each: each.segment.id):
                    _replace_detectors(connection, each)

    def write_commands(self, said: Sequence[SaidCommand]) -> None:
        if said:
            with transaction(self._engine) as connection:
                named = [each.command.segment for each in said if not isinstance(each.command, Rate)]
                if named:
                    write_segments(connection, named)
                rows = sorted((command_row(each) for each in said), key=lambda row: str(row["id"]))
                connection.execute(insert(commands).on_conflict_do_nothing(), rows)

    def write_dead_letters(self, letters: Sequence[DeadLetter]) -> None:
        if letters:
            with transaction(self._engine) as connection:
                rows = [dead_letter_row(letter) for letter in letters]
                connection.execute(insert(dead_letters).on_conflict_do_nothing(), rows)

    def write_intake(self, counts: Sequence[Intake]) -> None:
        if counts:
            with transaction(self._engine) as connection:
                upsert_newer(connection, intake, [intake_row(each) for each in counts])

    def write_review(self, pools: Sequence[ReviewPool]) -> None:
        if pools:
            with transaction(self._engine) as connection:
                write_segments(connection, (pool.segment for pool in pools))
                _write_parts(connection, pools)
                entries = [row for pool in pools for row in entry_rows(pool)]
                if entries:
                    connection.execute(insert(review_entries).on_conflict_do_nothing(), entries)

    def write_labels(self, said: Sequence[SaidOfRequest]) -> None:
        if said:
            with transaction(self._engine) as connection:
                rows = sorted(map(label_row, said), key=lambda row: str(row["id"]))
                connection.execute(insert(review_labels).on_conflict_do_nothing(), rows)


def write_segments(connection: Connection, named: Iterable[Segment]) -> None:
    """Insert those that are not there yet; a segment never changes."""
    rows = sorted((segment_row(segment) for segment in set(named)), key=lambda row: str(row["id"]))
    connection.execute(insert(segments).on_conflict_do_nothing(), rows)


def _write_parts(connection: Connection, pools: Sequence[ReviewPool]) -> None:
    """A lower sequence changes nothing."""
    statement = insert(review_parts)
    key = ["day", "segment_id", "part"]
    fresh = {name: statement.excluded[name] for name in ("sequence", "requests", "without_id")}
    changed = {**fresh, "changed_at": func.now()}
    newer = statement.excluded.sequence > review_parts.c.sequence
    statement = statement.on_conflict_do_update(index_elements=key, set_=changed, where=newer)
    rows = sorted((part_row(pool) for pool in pools), key=lambda row: [str(row[name]) for name in key])
    connection.execute(statement, rows)


def _write_obeyed(connection: Connection, ids: Iterable[str]) -> None:
    rows = [{"id": name} for name in sorted({storable(name) for name in ids})]
    if rows:
        connection.execute(insert(obeyed_commands).on_conflict_do_nothing(), rows)


def _replace_detectors(connection: Connection, reported: Detectors) -> None:
    """All of a segment at once: a signal that is not reported any more is not watched any more."""
    connection.execute(select(segments.c.id).where(segments.c.id == reported.segment.id).with_for_update())
    of_segment = detectors.c.segment_id == reported.segment.id
    version = tuple_(detectors.c.time, detectors.c.sequence)
    kept = select(detectors.c.segment_id).where(of_segment, version >= tuple_(*reported.version)).limit(1)
    if connection.execute(kept).first():
        return
    connection.execute(delete(detectors).where(of_segment))
    rows = detector_rows(reported)
    if rows:
        connection.execute(insert(detectors), rows)


def upsert_newer(connection: Connection, table: Table, rows: Sequence[Row], once: Sequence[str] = ()) -> None:
    """Rows by id; one of a lower or equal sequence changes nothing. `once`: columns that keep their first value."""
    statement = insert(table)
    changed: dict[str, Any] = {
        column.name: statement.excluded[column.name] for column in table.columns if column.name != "id"
    }
    changed |= {name: func.coalesce(table.c[name], changed[name]) for name in once}
    newer = statement.excluded.sequence > table.c.sequence
    statement = statement.on_conflict_do_update(index_elements=["id"], set_=changed, where=newer)
    connection.execute(statement, sorted(rows, key=lambda row: (str(row["id"]), int(row["sequence"]))))
