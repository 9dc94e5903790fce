"""A batch's rows go through a stream's sensors, and stop exactly where something has to be reported."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from coagent.columns import Columns
from coagent.detect.alarm.evidence_trace import log10_evidence
from coagent.detect.alarm.facts import fact_alarm
from coagent.detect.alarm.lifecycle import due, next_stop, passed, raise_alarm
from coagent.detect.alarm.part_alarm import aside, next_part_stop, raise_part, take_part
from coagent.detect.config import DetectConfig
from coagent.detect.constants import RECENT_ROWS
from coagent.detect.cost import marked
from coagent.detect.fields import counted
from coagent.detect.input_columns import PLACE, raw
from coagent.detect.muting import Texts, after_gap, mask_muted, observed_runs
from coagent.detect.reference import learn
from coagent.detect.reservoir import recent
from coagent.detect.rows import Objects, Rows
from coagent.detect.sensor.facts import PRICE, Fact, facts
from coagent.detect.sensor.feed import Fed, feed
from coagent.detect.sensor.groups import Key
from coagent.detect.sensor.parts import named
from coagent.detect.sensor.row_noise import hashes_of
from coagent.detect.sensor.stream_rows import StreamRows, stream_rows, without
from coagent.detect.signals import COUNT, PLACE_OF, shorten, values
from coagent.detect.state.stream import Watch
from coagent.detect.unit_price import fill_unit_price
from coagent.domain.batch import TextColumn
from coagent.domain.candidate import Candidate
from coagent.domain.signal import DECLARED

UNIT_PRICE = PLACE_OF[PRICE]

Longs = NDArray[np.int64]
Singles = NDArray[np.float32]


def observe(watch: Watch, columns: Columns, config: DetectConfig) -> list[Candidate]:
    """Feeds rows that were never seen before; changes the watch."""
    rows = _rows(watch, columns)
    watch.rows_seen += rows.size
    candidates: list[Candidate] = []
    for run in observed_runs(watch, rows.times, *(Texts(*columns.text(name)) for name in ("task", "tenant"))):
        candidates += _observe_run(watch, columns, rows, run, config)
    return candidates


def _rows(watch: Watch, columns: Columns) -> Rows:
    """Rows without their signals and groups."""
    return Rows(
        ordinals=np.arange(watch.rows_seen, watch.rows_seen + columns.rows),
        times=columns.number("time_s").copy(),  # read-only arrays would be another type to compile for
        hashes=hashes_of(columns),
        groups=np.zeros(columns.rows, np.uint8),
        values=np.broadcast_to(np.float32(np.nan), (COUNT, columns.rows)),  # no room for what is computed anew
        fields=watch.field_values.codes(columns),
        evidence=np.full(columns.rows, np.nan, np.float16),
        request_ids=_texts(*columns.text("request_id")),
        unnamed=np.full((2, columns.rows), None, object),
    )


def _texts(names: list[str], codes: NDArray[np.int32]) -> Objects:
    """None where unknown."""
    table = np.empty(len(names) + 1, object)  # of None; an array made of a list takes twice as long
    table[:-1] = names
    return table[codes]


def _unnamed(keys: Sequence[Key], groups: Longs, texts: Sequence[Texts]) -> Objects:
    """Names of rows whose groups have none."""
    found = np.full((len(texts), len(groups)), None, object)
    for dimension, (names, codes) in enumerate(texts):
        missing = np.array([named(key, dimension) is None for key in keys], np.bool_)[groups]
        found[dimension, missing] = _texts(names, codes[missing])
    return found


def _observe_run(
    watch: Watch, columns: Columns, rows: Rows, run: slice | Longs, config: DetectConfig
) -> list[Candidate]:
    table = np.ascontiguousarray(raw(columns)[:, run])
    rows = rows.take(run)
    found = values(table, watch.sensor.price.weights)
    tasks, tenants = (Texts(names, codes[run]) for names, codes in map(columns.text, ("task", "tenant")))
    mask_muted(watch, rows.times, found, tasks, tenants)
    sensed = stream_rows(table, found, rows.hashes, rows.times, tasks, tenants, _declared(columns, run))
    fitted = watch.sensor.price.first_fit(sensed.costs, sensed.tokens)
    news = facts(watch.sensor, sensed)
    if fitted is not None:
        later = slice(fitted + 1, None)
        fill_unit_price(found[UNIT_PRICE, later], table[:, later], watch.sensor.price.weights)
        shorten(found)
    groups = watch.sensor.groups.of(sensed.described)
    unnamed = _unnamed(watch.sensor.groups.keys, groups, (tasks, tenants))
    rows = rows._replace(values=found, groups=groups.astype(np.uint8), unnamed=unnamed)
    after_gap(watch, int(rows.ordinals[0]))
    costs = marked(columns.costs_usd()[run], table[PLACE.error])
    return _feed(watch, rows, sensed, groups, costs, news, config)


def _declared(columns: Columns, run: slice | Longs) -> dict[str, TextColumn]:
    """What the provider states, of a run of rows."""
    named = {name: columns.text(name) for name in DECLARED if name in columns.batch.texts}
    return {name: TextColumn(values, codes[run].tobytes()) for name, (values, codes) in named.items()}


def _feed(  # noqa: PLR0917  a run of rows in all its forms
    watch: Watch, rows: Rows, sensed: StreamRows, groups: Longs, costs: Singles, found: list[Fact], config: DetectConfig
) -> list[Candidate]:
    candidates: list[Candidate] = []
    at = 0
    while at < rows.size:
        stop, mine = next_stop(watch), aside(watch, groups)
        last = rows.size if stop is None else min(rows.size, at + stop)
        last = min([last, *(fact.row + 1 for fact in found if fact.row >= at)])
        if mine is not None:
            last = min(last, at + next_part_stop(watch, mine[at:]))
        fed = feed(watch.sensor, without(sensed, mine), groups, slice(at, last), config.threshold)
        done = fed.at
        evidence = log10_evidence(sensed.sensed.trace[at:done] * config.threshold)
        sensed.sensed.trace[done:] = 0.0
        taken = rows.take(slice(at, done))._replace(evidence=evidence.astype(np.float16))
        of_part = None if mine is None else mine[at:done]
        _take(watch, taken if of_part is None else _unknown(taken, of_part), costs[at:done])
        candidates += [] if of_part is None else take_part(watch, taken.take(of_part))
        candidates += _judge(watch, [fact for fact in found if fact.row == done - 1], fed, config)
        at = done
    return candidates


def _unknown(rows: Rows, these: NDArray[np.bool_]) -> Rows:
    """Values of these rows are not the stream's."""
    return rows._replace(values=np.where(these, np.float32(np.nan), rows.values))


def _take(watch: Watch, rows: Rows, costs: Singles) -> None:
    """Rows that were sensed."""
    watch.recent = recent(watch.recent, rows)
    watch.recent_costs = np.concatenate([watch.recent_costs, costs])[-RECENT_ROWS:]
    watch.places.add(rows)
    if watch.suspicion:
        watch.suspicion.fresh += rows.size
        watch.fields_after += counted(rows.fields)
        watch.costs.after.add(costs)
        return
    watch.costs.before.add(costs)
    learn(watch, rows)


def _judge(watch: Watch, found: list[Fact], fed: Fed, config: DetectConfig) -> list[Candidate]:
    """Of the last row."""
    signals = passed(watch, config) if fed.signal >= 0 else []
    alarms = [fact_alarm(watch, fact) for fact in found]
    candidates = raise_alarm(watch, signals, config, alarms) if signals or alarms else []
    if fed.part is not None and not watch.suspicion:
        candidates += raise_part(watch, fed.part)
    return candidates + due(watch, config)
