"""Rivals on the labelled cases: a detector a signal, as one would set them up, each at its tuned setting."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import numpy as np

from coagent import bootstrap
from coagent.adapters.files import LogFiles
from coagent.bench.progress import Track
from coagent.bench.rivals.all_rivals import rivals
from coagent.bench.rivals.coagent_sensor import CoagentSensor
from coagent.bench.rivals.rival import Rival
from coagent.bench.sections.cases import Label, labels_of
from coagent.bench.sections.comparison import Compared
from coagent.bench.sections.quantiles import quantile
from coagent.bench.simulator.rows import Columns
from coagent.bench.simulator.world import Floats
from coagent.detect.columns import Columns as BatchColumns
from coagent.detect.input_columns import raw
from coagent.detect.signals import COVARIATE, NAMES, values
from coagent.detect.unit_price import UNKNOWN
from coagent.domain.segment import Segment
from coagent.settings import Settings
from coagent.steps.analyze import LOG
from coagent.steps.ingest import IngestStep

FEWEST_ROWS = 100


class CaseRival(msgspec.Struct, frozen=True, kw_only=True):
    """Over all cases. Delays are rows from the change to the first alarm of any signal; `false_before`: alarms before a
    change. Per 100,000 rows, all signals together: alarms where nothing changed, and where the traffic did.
    """

    name: str
    shifts: int
    found: int
    median: float | None
    worst: float | None
    false_before: int
    null_per_100k: float | None
    traffic_per_100k: float | None


class _Signal(msgspec.Struct, frozen=True):
    """One signal of one segment and the file's row of each value."""

    columns: Columns
    name: str
    rows: np.ndarray


class _Case(msgspec.Struct, frozen=True):
    label: Label
    signals: list[_Signal]


def case_rivals(
    folder: Path, settings: Settings, at_s: float, compared: Sequence[Compared], track: Track[Rival]
) -> list[CaseRival]:
    """Each at its chosen setting; slow ones and coagent itself, of which `cases` tells, are left out."""
    found = {one.name: one for one in compared}
    chosen = [one for one in rivals() if one.name in found and not one.slow and not isinstance(one, CoagentSensor)]
    each = [_Case(label, list(_signals(folder / f"{name}.jsonl.gz", settings, at_s)))
            for name, label in sorted(labels_of(folder).items())]  # fmt: skip
    return [_judged(rival, found[rival.name], each) for rival in track(chosen, "rivals on cases")]


def _judged(rival: Rival, compared: Compared, each: list[_Case]) -> CaseRival:
    delays: list[int | None] = []
    false, alarms, rows = 0, {"none": 0, "traffic_mix": 0}, {"none": 0, "traffic_mix": 0}
    for case in each:
        heard = _alarms(rival, compared.chosen.knob, case)
        change = case.label.change_at_row
        if case.label.expect == "shift" and change is not None:
            delays.append(next((row - change + 1 for row in heard if row >= change), None))
            false += sum(row < change for row in heard)
        else:
            alarms[case.label.expect] += len(heard)
            rows[case.label.expect] += case.label.rows
    return CaseRival(
        name=compared.label,
        shifts=len(delays),
        found=sum(one is not None for one in delays),
        median=quantile(delays, 0.5),
        worst=quantile(delays, 1.0),
        false_before=false,
        null_per_100k=1e5 * alarms["none"] / rows["none"] if rows["none"] else None,
        traffic_per_100k=1e5 * alarms["traffic_mix"] / rows["traffic_mix"] if rows["traffic_mix"] else None,
    )


def _alarms(rival: Rival, knob: float, case: _Case) -> list[int]:
    """Rows of the file, ascending; one for each signal's alarm."""
    return sorted(
        int(signal.rows[row]) for signal in case.signals for row in rival.alarms(signal.columns, signal.name, knob)
    )


def _signals(path: Path, settings: Settings, at_s: float) -> Iterator[_Signal]:
    """All but covariates that vary and are known often enough, as coagent reads them from the log."""
    for segment_rows, times, table in _tables(path, bootstrap.ingest_step(settings), at_s):
        for name, column, is_covariate in zip(NAMES, table, COVARIATE, strict=True):
            known = np.isfinite(column)
            if not is_covariate and known.sum() >= FEWEST_ROWS and np.ptp(column[known]) > 0:
                numbers = {"time_s": times[known], name: column[known].astype(np.float64)}
                yield _Signal(Columns(numbers, {}), name, segment_rows[known])


def _tables(path: Path, ingest: IngestStep, at_s: float) -> Iterator[tuple[np.ndarray, Floats, np.ndarray]]:
    """Of each segment: rows of the file, times, signals."""
    records = [record.value for record in LogFiles([path]).records()]
    ingest.feed(LOG, list(enumerate(records)), at_s)
    parts: dict[Segment, list[BatchColumns]] = {}
    for batch in ingest.take(at_s, everything=True):
        parts.setdefault(batch.segment, []).append(BatchColumns(batch))
    for each in parts.values():
        yield (
            np.concatenate([one.offsets for one in each]),
            np.concatenate([one.number("time_s") for one in each]),
            np.concatenate([values(raw(one), UNKNOWN) for one in each], axis=1),
        )
