"""Rivals on the rows of the labelled cases: a detector a signal, at its usual setting, as one would set them up."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec
import numpy as np

from coagent.adapters.files import LogFiles
from coagent.bench.progress import Track
from coagent.bench.rivals.all_rivals import RIVALS
from coagent.bench.rivals.rival import Rival
from coagent.bench.sections.cases import Case, Label, delay_of, labels_of
from coagent.bench.simulator.rows import Columns
from coagent.bootstrap.ingest import analysis_ingest_step
from coagent.columns import Columns as BatchColumns
from coagent.detect.input_columns import raw
from coagent.detect.signals import COVARIATE, values
from coagent.detect.unit_price import UNKNOWN
from coagent.domain.batch import Batch
from coagent.ports import RawRecord
from coagent.settings import Settings
from coagent.steps.analyze import LOG

FEWEST_ROWS = 40


class RivalCase(msgspec.Struct, frozen=True, kw_only=True):
    """Rows from the change to the first alarm of any signal; `false` alarms: those before a change, and all where none
    is due.
    """

    rival: str
    case: str
    expect: str
    rows_to_alarm: int | None
    false: int


def rival_cases(folder: Path, settings: Settings, at_s: float, slow: bool, track: Track[str]) -> list[RivalCase]:
    labels, chosen = labels_of(folder), [one for one in RIVALS if slow or not one.slow]
    return [
        judged_rival(rival, name, labels[name], signals)
        for name in track(sorted(labels), "rivals on cases")
        for signals in [list(signals_of(LogFiles([folder / f"{name}.jsonl.gz"]).records(), settings, at_s))]
        for rival in chosen
    ]


def judged_rival(rival: Rival, name: str, label: Label, signals: list[Columns]) -> RivalCase:
    """What it says of one case, of which `signals_of` gives the signals."""
    alarms = sorted(row for columns in signals for row in _alarms(rival, columns))
    delay, false = delay_of(label, alarms)
    return RivalCase(rival=rival.name, case=name, expect=label.expect, rows_to_alarm=delay, false=false)


def _alarms(rival: Rival, columns: Columns) -> list[int]:
    rows = columns.numbers["row"]
    return [int(rows[place]) for place in rival.alarms(columns, "value")]


def signals_of(records: Iterable[RawRecord], settings: Settings, at_s: float) -> Iterator[Columns]:
    """Values of a signal that are known, with times and rows of the log; of all but covariates that vary. Logarithms
    where all are above 0: they suit every rival better.
    """
    rows, times, table = _table(list(_batches(records, settings, at_s)))
    for column, is_covariate in zip(table, COVARIATE, strict=True):
        known = np.flatnonzero(np.isfinite(column))
        if is_covariate or len(known) < FEWEST_ROWS or not np.ptp(column[known]):
            continue
        some = column[known].astype(np.float64)
        value = np.log(some) if some.min() > 0 else some
        yield Columns({"time_s": times[known], "row": rows[known].astype(np.float64), "value": value}, {})


def _batches(records: Iterable[RawRecord], settings: Settings, at_s: float) -> Iterator[Batch]:
    ingest = analysis_ingest_step(settings)
    ingest.feed(LOG, list(enumerate(record.value for record in records)), at_s)
    yield from ingest.take(at_s, everything=True)


def _table(batches: list[Batch]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows of the file, their times and signals, in the file's order."""
    parts = [BatchColumns(batch) for batch in batches]
    rows = np.concatenate([part.offsets for part in parts])
    order = np.argsort(rows, kind="stable")
    times = np.concatenate([part.number("time_s") for part in parts])
    table = np.concatenate([values(raw(part), UNKNOWN) for part in parts], axis=1)
    return rows[order], times[order], table[:, order]


def of_coagent(cases: Sequence[Case]) -> list[RivalCase]:
    """Coagent's own figures in the same form: what it reports as the provider's or the client's."""
    return [
        RivalCase(
            rival="coagent",
            case=one.name,
            expect=one.expect,
            rows_to_alarm=one.rows_to_alarm,
            false=one.false,
        )
        for one in cases
    ]
