"""The labelled cases of a folder, read as `coagent analyze` reads logs."""

from pathlib import Path
from typing import Literal

import msgspec
import numpy as np

from coagent import bootstrap
from coagent.adapters.files import LogFiles
from coagent.bench.progress import Track
from coagent.domain.batch import Batch
from coagent.domain.candidate import Candidate
from coagent.domain.errors import Fatal
from coagent.domain.segment import Segment
from coagent.domain.shift import Shift
from coagent.settings import Settings
from coagent.steps.analyze import Analysis
from coagent.steps.confirm import Confirmed
from coagent.steps.detect import Detected

INDEX = "cases.json"
PAGING = frozenset({"provider", "client"})


class Label(msgspec.Struct, frozen=True):
    """One entry of `cases.json`; rows count from 0."""

    change_at_row: int | None
    expect: Literal["shift", "hard", "traffic_mix", "improvement", "none"]
    rows: int
    cause: str = ""


class Told(msgspec.Struct, frozen=True):
    """A shift as it was last told. Rows are those of the file: its onset, its first alarm and its first page."""

    segment: str
    family: str
    kind: str
    confidence: float
    onset: int
    alarm: int
    page: int | None


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """`right`: a shift found with the family provider, or no page where none is due. Rows count from the change to
    the first right page, both included; `onset_error` is the page's onset minus the truth.
    """

    name: str
    expect: str
    rows: int
    right: bool
    found: bool
    family: str | None
    kind: str | None
    rows_to_alarm: int | None
    rows_to_page: int | None
    onset_error: int | None
    false_pages: int
    told: list[Told]
    dismissed: int


def cases(folder: Path, settings: Settings, at_s: float, track: Track[str]) -> list[Case]:
    """Every case of the folder; `at_s`: epoch seconds, now. Raises Fatal where the folder is none."""
    labels = labels_of(folder)
    return [_case(folder, name, labels[name], settings, at_s) for name in track(sorted(labels), "cases")]


def labels_of(folder: Path) -> dict[str, Label]:
    """By case; raises Fatal where the folder holds none."""
    try:
        return msgspec.json.decode((folder / INDEX).read_bytes(), type=dict[str, Label])
    except (OSError, msgspec.DecodeError) as error:
        raise Fatal(f"{folder / INDEX}: {error}. Name a folder in the format of labelled cases with --cases") from error


class _Listener:
    """Steps 2 and 3 with an ear on them: which line each row of a segment was, and what was said when."""

    def __init__(self, settings: Settings) -> None:
        self._detect = bootstrap.detect_step(settings)
        self._confirm = bootstrap.confirm_step(settings)
        self._lines: dict[Segment, list[np.ndarray]] = {}
        self.told: list[Shift] = []
        self.alarms: dict[Segment, list[int]] = {}
        self.dismissed: set[str] = set()

    def detect(self, state: bytes | None, batch: Batch) -> Detected:
        self._lines.setdefault(batch.segment, []).append(np.frombuffer(batch.offsets, "<i8"))
        return self._detect(state, batch)

    def confirm(self, state: bytes | None, candidate: Candidate) -> Confirmed:
        if candidate.phase == "raised":
            self.alarms.setdefault(candidate.segment, []).append(candidate.raised.ordinal)
        confirmed = self._confirm(state, candidate)
        self.told += confirmed.shifts
        self.dismissed |= {one.id for one in confirmed.dismissed}
        return confirmed

    def row(self, segment: Segment, ordinal: int) -> int:
        """The file's row of a stream's row."""
        return int(np.concatenate(self._lines[segment])[ordinal])

    def shifts(self) -> list[Told]:
        """In the order in which they were first told."""
        newest = {shift.id: shift for shift in self.told}
        return [self._one(shift) for shift in newest.values()]

    def _one(self, shift: Shift) -> Told:
        history = [one for one in self.told if one.id == shift.id]
        pages = [one.updated.ordinal for one in history if one.page]
        raised = [at for at in self.alarms[shift.segment] if at <= history[0].updated.ordinal]
        return Told(
            segment=shift.segment.label,
            family=shift.cause.family,
            kind=shift.cause.kind,
            confidence=shift.cause.confidence,
            onset=self.row(shift.segment, shift.onset.ordinal),
            alarm=self.row(shift.segment, raised[-1]),
            page=self.row(shift.segment, pages[0]) if pages else None,
        )


def _case(folder: Path, name: str, label: Label, settings: Settings, at_s: float) -> Case:
    listener = _Listener(settings)
    analysis = Analysis(bootstrap.ingest_step(settings), listener.detect, listener.confirm)
    records = list(LogFiles([folder / f"{name}.jsonl.gz"]).records())
    while records:
        wanted = analysis.wanted_records
        analysis.feed(records[:wanted], at_s)
        records = records[wanted:]
    return judged(name, label, listener.shifts(), len(listener.dismissed))


def judged(name: str, label: Label, told: list[Told], dismissed: int) -> Case:
    """What was told against the label; a page before the change is false, and so is any where no shift is due."""
    change = label.change_at_row if label.expect == "shift" else None
    due = [one for one in told if change is not None and one.page is not None and one.page >= change]
    right = [one for one in due if one.family == "provider"]
    first = min(right, key=lambda one: one.page or 0, default=None)
    false = sum(one.page is not None and one not in right for one in told)
    best = first or next(iter(told), None)
    return Case(
        name=name,
        expect=label.expect,
        rows=label.rows,
        right=bool(right)
        if label.expect == "shift"
        else not any(one.family in PAGING or one.page is not None for one in told),
        found=bool(right),
        family=best.family if best else None,
        kind=best.kind if best else None,
        rows_to_alarm=first.alarm - change + 1 if first and change is not None else None,
        rows_to_page=first.page - change + 1 if first and first.page is not None and change is not None else None,
        onset_error=first.onset - change if first and change is not None else None,
        false_pages=false,
        told=told,
        dismissed=dismissed,
    )
