"""The labelled cases of a folder, read as `coagent analyze` reads logs."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import msgspec
import numpy as np

from coagent.adapters.files import LogFiles
from coagent.bench.progress import Track
from coagent.bootstrap.detection import confirm_step, streams_in_memory
from coagent.bootstrap.ingest import analysis_ingest_step
from coagent.bootstrap.prices import DatedPrices
from coagent.domain.batch import Batch
from coagent.domain.candidate import Candidate
from coagent.domain.errors import Fatal
from coagent.domain.evidence import GroupNews
from coagent.domain.rollup import Rollup
from coagent.domain.segment import Segment
from coagent.domain.shift import Shift
from coagent.ports import RawRecord
from coagent.settings import Settings
from coagent.steps.analyze import Analysis
from coagent.steps.confirm import Confirmed
from coagent.steps.live_stream import Reports

INDEX = "cases.json"
REPORTED = frozenset({"provider", "client"})
Expect = Literal["shift", "hard", "traffic_mix", "improvement", "none"]
SHIFTS: tuple[Expect, ...] = ("shift", "hard")


class Label(msgspec.Struct, frozen=True):
    """One entry of `cases.json`; rows count from 0."""

    change_at_row: int | None
    expect: Expect
    rows: int
    cause: str = ""


class Reported(msgspec.Struct, frozen=True):
    """A shift as last reported. Rows are those of the file: its onset, the row that raised it, its first page."""

    family: str
    kind: str
    confidence: float
    direction: str
    onset: int
    raised: int
    page: int | None


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """`right`: a shift found and named as the provider's; an improvement reported and not paged; else nothing reported
    as the provider's or the client's. Rows count from the change, the first changed one being 1, to what raised the
    right shift. `false` reports: before a change, and all where none is due. The cause is that of the right shift, or
    of the first one.
    """

    name: str
    expect: Expect
    rows: int
    right: bool
    rows_to_alarm: int | None
    rows_to_page: int | None
    onset_error: int | None
    family: str | None
    kind: str | None
    confidence: float | None
    direction: str | None
    paged: bool
    false: int
    reported: list[Reported]
    dismissed: int


def cases(folder: Path, settings: Settings, at_s: float, track: Track[str]) -> list[Case]:
    """Every case of the folder; `at_s`: epoch seconds, now. Raises Fatal where the folder is none."""
    labels = labels_of(folder)
    return [
        judged_case(name, labels[name], list(LogFiles([folder / f"{name}.jsonl.gz"]).records()), settings, at_s)
        for name in track(sorted(labels), "cases")
    ]


def labels_of(folder: Path) -> dict[str, Label]:
    """By case; raises Fatal where the folder holds none."""
    return labels_in(folder / INDEX)


def labels_in(index: Path) -> dict[str, Label]:
    """By case; raises Fatal where the file is none."""
    try:
        return msgspec.json.decode(index.read_bytes(), type=dict[str, Label])
    except (OSError, msgspec.DecodeError) as error:
        raise Fatal(f"{index}: {error}. Name a folder in the format of labelled cases with --cases") from error


def delay_of(label: Label, rows: Sequence[int]) -> tuple[int | None, int]:
    """From alarms in rows of the file: rows from the change to the first one, and how many are false."""
    if label.expect not in SHIFTS or label.change_at_row is None:
        return None, len(rows)
    change = label.change_at_row
    return next((row - change + 1 for row in rows if row >= change), None), sum(row < change for row in rows)


class _Listener:
    """Steps 2 and 3 with an ear on them: which line each row of a segment was, and what was said when."""

    def __init__(self, settings: Settings) -> None:
        self._streams = streams_in_memory(settings)
        self._confirm = confirm_step(settings)
        self._lines: dict[Segment, list[np.ndarray]] = {}
        self.reported: list[Shift] = []
        self.dismissed: set[str] = set()

    def take(self, message: Batch | GroupNews) -> Reports:
        if isinstance(message, Batch):
            self._lines.setdefault(message.segment, []).append(np.frombuffer(message.offsets, "<i8"))
        return self._streams.take(message)

    def take_rollups(self) -> list[Rollup]:
        return self._streams.take_rollups()

    def confirm(self, state: bytes | None, candidate: Candidate) -> Confirmed:
        confirmed = self._confirm(state, candidate)
        self.reported += confirmed.shifts
        self.dismissed |= {one.id for one in confirmed.dismissed}
        return confirmed

    def row(self, segment: Segment, ordinal: int) -> int:
        """The file's row of a stream's row."""
        return int(np.concatenate(self._lines[segment])[ordinal])

    def shifts(self) -> list[Reported]:
        """In the order in which they were first reported."""
        newest = {shift.id: shift for shift in self.reported}
        return [self._one(shift) for shift in newest.values()]

    def _one(self, shift: Shift) -> Reported:
        pages = [one.updated.ordinal for one in self.reported if one.id == shift.id and one.page]
        return Reported(
            family=shift.cause.family,
            kind=shift.cause.kind,
            confidence=shift.cause.confidence,
            direction=shift.direction,
            onset=self.row(shift.segment, shift.onset.ordinal),
            raised=self.row(shift.segment, shift.raised.ordinal),
            page=self.row(shift.segment, pages[0]) if pages else None,
        )


def judged_case(name: str, label: Label, records: list[RawRecord], settings: Settings, at_s: float) -> Case:
    """These lines of a log, read and judged."""
    listener = _Listener(settings)
    prices, lines = DatedPrices(settings)(datetime.fromtimestamp(at_s, UTC).date()), iter(records)
    analysis = Analysis(analysis_ingest_step(settings), listener, listener.confirm, prices)
    while some := analysis.next_of(lines):
        analysis.feed(some, at_s)
    return judged(name, label, listener.shifts(), len(listener.dismissed))


def judged(name: str, label: Label, reported: list[Reported], dismissed: int) -> Case:
    """What was reported against the label."""
    change = label.change_at_row if label.expect in SHIFTS else None
    right = [one for one in reported if change is not None and one.raised >= change and one.family == "provider"]
    first = min(right, key=lambda one: one.raised, default=None)
    best = first or next(iter(reported), None)
    paged, false = any(one.page is not None for one in reported), _false(label, reported)
    return Case(
        name=name,
        expect=label.expect,
        rows=label.rows,
        right=_right(label, reported, found=first is not None, paged=paged),
        rows_to_alarm=first.raised - change + 1 if first and change is not None else None,
        rows_to_page=first.page - change + 1 if first and first.page is not None and change is not None else None,
        onset_error=first.onset - change if first and change is not None else None,
        family=best.family if best else None,
        kind=best.kind if best else None,
        confidence=best.confidence if best else None,
        direction=best.direction if best else None,
        paged=paged,
        false=false,
        reported=reported,
        dismissed=dismissed,
    )


def _right(label: Label, reported: list[Reported], *, found: bool, paged: bool) -> bool:
    if label.expect in SHIFTS:
        return found
    if label.expect == "improvement":
        return bool(reported) and not paged
    return not any(one.family in REPORTED or one.page is not None for one in reported)


def _false(label: Label, reported: list[Reported]) -> int:
    """Reports of somebody's change where none was; an improvement that pages is one too."""
    if label.expect == "improvement":
        return sum(one.page is not None for one in reported)
    due_from = label.change_at_row if label.expect in SHIFTS else None
    return sum(one.family in REPORTED and (due_from is None or one.raised < due_from) for one in reported)
