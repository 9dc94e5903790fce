"""The sensor of whole streams on the labelled cases, and River's ADWIN on the same signals beside it."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np

from coagent import bootstrap
from coagent.adapters.files import LogFiles
from coagent.bench.progress import Track
from coagent.bench.rivals.river_detector import ADWIN_STANDARDIZED
from coagent.bench.sections.cases import Label, labels_of
from coagent.bench.simulator.rows import Columns as SignalColumns
from coagent.detect.columns import Columns
from coagent.detect.input_columns import raw
from coagent.detect.sensor.grid import Bins
from coagent.detect.sensor.kernel import Rows
from coagent.detect.sensor.row_noise import row_hashes
from coagent.detect.sensor.sensed import IS_TRAFFIC
from coagent.detect.sensor.state import SensorState
from coagent.detect.sensor.stream_rows import StreamRows, stream_rows
from coagent.detect.sensor.watch import watch
from coagent.detect.signals import values
from coagent.detect.unit_price import UNKNOWN
from coagent.domain.batch import Batch, TextColumn
from coagent.settings import Settings
from coagent.steps.analyze import LOG

PROMISE_ROWS = 1e6
DELTA = 0.002
"""ADWIN's own default."""
SHIFTS = ("shift", "hard")


class StreamCase(msgspec.Struct, frozen=True, kw_only=True):
    """Rows count from the change, the first changed one is 1; `signal` raised that alarm. `false` alarms: before a
    change, or where none is due; improvements are no alarms.
    """

    name: str
    expect: str
    rows: int
    signal: str | None
    rows_to_alarm: int | None
    false: int
    improvements: int
    adwin_rows_to_alarm: int | None
    adwin_false: int


def stream_cases(folder: Path, settings: Settings, at_s: float, track: Track[str]) -> list[StreamCase]:
    labels = labels_of(folder)
    return [
        _case(name, labels[name], list(_batches(folder / f"{name}.jsonl.gz", settings, at_s)))
        for name in track(sorted(labels), "cases, whole streams")
    ]


def _case(name: str, label: Label, batches: list[Batch]) -> StreamCase:
    rows = one_stream(batches)
    found = [alarm for alarm in watch(SensorState(), rows, PROMISE_ROWS) if not alarm.traffic]
    alarms = [alarm for alarm in found if not alarm.better]
    change = label.change_at_row if label.expect in SHIFTS and label.change_at_row is not None else label.rows
    first = next((alarm for alarm in alarms if alarm.row >= change), None)
    rival = adwin(rows.sensed.bins)
    return StreamCase(
        name=name,
        expect=label.expect,
        rows=label.rows,
        signal=first.signal if first else None,
        rows_to_alarm=first.row - change + 1 if first else None,
        false=sum(alarm.row < change for alarm in alarms),
        improvements=len(found) - len(alarms),
        adwin_rows_to_alarm=next((row - change + 1 for row in rival if row >= change), None),
        adwin_false=sum(row < change for row in rival),
    )


def adwin(bins: Bins) -> list[int]:
    """Rows at which any signal's ADWIN alarms, on logarithms, as its grid has them."""
    found: list[int] = []
    for column in bins[~IS_TRAFFIC]:
        known = np.flatnonzero(column >= 0)
        if len(known) and np.ptp(column[known]) > 0:
            columns = SignalColumns({"signal": column[known].astype(np.float64)}, {})
            found += known[list(ADWIN_STANDARDIZED.alarms(columns, "signal", DELTA))].tolist()
    return sorted(found)


def _batches(path: Path, settings: Settings, at_s: float) -> Iterator[Batch]:
    ingest = bootstrap.ingest_step(settings)
    ingest.feed(LOG, list(enumerate(record.value for record in LogFiles([path]).records())), at_s)
    yield from ingest.take(at_s, everything=True)


def one_stream(batches: list[Batch]) -> StreamRows:
    """All rows in the order of their source, whatever their task and tenant."""
    parts = [Columns(batch) for batch in batches]
    order = np.argsort(np.concatenate([part.offsets for part in parts]), kind="stable")
    tables = [raw(part) for part in parts]
    hashes = [row_hashes(part.batch.source, part.offsets, part.indexes) for part in parts]
    rows = stream_rows(
        np.concatenate(tables, axis=1)[:, order],
        np.concatenate([values(table, UNKNOWN) for table in tables], axis=1)[:, order],
        np.concatenate(hashes)[order],
        np.concatenate([part.number("time_s") for part in parts])[order],
        _joined(parts, "task", order),
        _joined(parts, "tenant", order),
        {"response_model": _column(*_joined(parts, "response_model", order))},
    )
    return rows._replace(sensed=Rows(np.ascontiguousarray(rows.sensed.bins), *rows.sensed[1:]))


def _joined(parts: list[Columns], name: str, order: np.ndarray) -> tuple[list[str], np.ndarray]:
    columns = [part.text(name) for part in parts]
    names = list(dict.fromkeys(value for values, _ in columns for value in values))
    codes = [np.array([*map(names.index, values), -1], np.int32)[codes] for values, codes in columns]
    return names, np.concatenate(codes)[order]


def _column(names: list[str], codes: np.ndarray) -> TextColumn:
    return TextColumn(names, codes.astype("<i4").tobytes())
