"""A batch's rows go through a segment's sensors, and stop exactly where something has to be told."""

import numpy as np
from numpy.typing import NDArray

from coagent.detect.bets import bets
from coagent.detect.columns import Columns
from coagent.detect.config import DetectConfig
from coagent.detect.conformal_sensor import ALARM, RECOVERED, SINGLE, sense
from coagent.detect.fields import counted
from coagent.detect.gathered import Gathered, before, gather_rates
from coagent.detect.late import begin_late, count_late, next_late
from coagent.detect.lifecycle import due, join, next_stop, raise_alarm, recover
from coagent.detect.muting import after_gap, deafen, heard
from coagent.detect.noise import row_hashes
from coagent.detect.raw import Raw, raw
from coagent.detect.reference import begin, learn, room, weigh
from coagent.detect.rows import Objects, Rows, joined
from coagent.detect.samples import recent
from coagent.detect.signals import COUNT, values
from coagent.detect.tally import new_tally
from coagent.detect.trace import log10_evidence
from coagent.detect.watch import Watch
from coagent.domain.batch import Source
from coagent.domain.candidate import Candidate


def observe(
    watch: Watch, columns: Columns, source: Source, config: DetectConfig, gathered: Gathered | None = None
) -> list[Candidate]:
    """Feeds rows that were never seen before; changes the watch. Adds what they say to `gathered`, for the pool."""
    table, rows = raw(columns), _rows(watch, columns, source)
    watch.rows_seen += rows.size
    told: list[Candidate] = []
    for run in heard(watch, rows.times):
        part = np.ascontiguousarray(table[:, run])
        told += _hear(watch, part, rows.take(run), config, gathered or Gathered.nothing())
    return told


def _hear(watch: Watch, table: Raw, rows: Rows, config: DetectConfig, gathered: Gathered) -> list[Candidate]:
    if watch.categories is None:
        watch.waiting_raw = np.concatenate([watch.waiting_raw, table], axis=1)
        watch.waiting = joined([watch.waiting, rows])
        if watch.waiting.size < config.warm_rows:
            return []
        table, rows = watch.waiting_raw, watch.waiting
        _begin(watch, config)
    return _feed(watch, _completed(watch, rows, table), config, gathered)


def _begin(watch: Watch, config: DetectConfig) -> None:
    watch.waiting_raw = np.ascontiguousarray(watch.waiting_raw[:, : config.warm_rows])
    begin(watch)
    weigh(watch, config)
    watch.waiting, watch.waiting_raw = watch.waiting.take(slice(0, 0)), watch.waiting_raw[:, :0]


def _rows(watch: Watch, columns: Columns, source: Source) -> Rows:
    """Rows without their signals and categories, which the first rows have to teach."""
    return Rows(
        ordinals=np.arange(watch.rows_seen, watch.rows_seen + columns.rows),
        times=columns.number("time_s").copy(),  # read-only arrays would be another type to compile for
        hashes=row_hashes(source, columns.offsets, columns.indexes),
        categories=np.zeros(columns.rows, np.uint8),
        values=np.broadcast_to(np.float32(np.nan), (COUNT, columns.rows)),  # no room for what is computed anew
        fields=watch.field_values.codes(columns),
        evidence=np.full(columns.rows, np.nan, np.float16),
        request_ids=_texts(*columns.text("request_id")),
    )


def _texts(names: list[str], codes: NDArray[np.int32]) -> Objects:
    """None where unknown."""
    table = np.empty(len(names) + 1, object)  # of None; an array made of a list takes twice as long
    table[:-1] = names
    return table[codes]


def _completed(watch: Watch, rows: Rows, table: NDArray[np.float64]) -> Rows:
    if watch.categories is None:
        raise AssertionError("completed before the first rows were learned")
    categories = watch.categories.of(table)
    room(watch)
    found = values(table, watch.prices, by_chars=watch.categories.by_chars)
    deafen(watch, rows.times, found)
    return rows._replace(categories=categories, values=found)


def _feed(watch: Watch, rows: Rows, config: DetectConfig, gathered: Gathered) -> list[Candidate]:
    told: list[Candidate] = []
    groups = watch.categories.groups() if watch.categories else np.zeros(1, np.uint8)
    at, trace = 0, np.empty(rows.size)
    after_gap(watch, int(rows.ordinals[0]))
    began = watch.places.times[0] if watch.places.times else float(rows.times[0])
    while at < rows.size:
        was = before(watch.sensors)
        stop = min(next_late(watch, rows, at, config), _stop_in(watch, rows, at))
        eaten, flags = sense(
            rows.values, rows.categories, rows.hashes, rows.times, began, int(rows.ordinals[0]), at, stop,
            watch.suspicion is not None, config.threshold, watch.sensors, bets(), trace,
            new_tally(watch.sensors, groups, gathered.cells),
        )  # fmt: skip
        sensed = rows.take(slice(at, eaten))
        sensed.evidence[:] = log10_evidence(trace[at:eaten])
        gather_rates(gathered, watch.sensors, sensed, was)
        _keep(watch, sensed)
        told += _handle(watch, flags, config)
        at = eaten
    return told


def _stop_in(watch: Watch, rows: Rows, at: int) -> int:
    """Row count up to which the sensors may run before something is due."""
    count = next_stop(watch, int(rows.ordinals[at]))
    return rows.size if count is None else at + count


def _keep(watch: Watch, rows: Rows) -> None:
    """The rows just sensed go where they belong."""
    watch.recent = recent(watch.recent, rows)
    watch.places.add(rows)
    watch.categories_seen = max(watch.categories_seen, int(rows.categories.max(initial=0)) + 1)
    count_late(rows.values, watch.sensors.active, watch.late_known)
    if watch.suspicion:
        watch.suspicion.fresh += rows.size
        watch.fields_after += counted(rows.fields)
    else:
        learn(watch, rows)


def _handle(watch: Watch, flags: int, config: DetectConfig) -> list[Candidate]:
    if not watch.suspicion:
        begin_late(watch, config)
    told: list[Candidate] = []
    if flags & ALARM:
        told = raise_alarm(watch, config)
    elif flags & RECOVERED:
        told = recover(watch, config)
    elif flags & SINGLE:
        told = join(watch, config)
    return due(watch, config) or told
