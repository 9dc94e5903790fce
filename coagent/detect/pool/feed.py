"""A segment's contribution goes through its pool; what has to be told comes back."""

import numpy as np

from coagent.detect.config import DetectConfig
from coagent.detect.pool.caution import UNKNOWN_DAYS_S, fill_blocks, measure, tempered
from coagent.detect.pool.cells import CELLS, Counts
from coagent.detect.pool.lifecycle import OPEN, due, join, raise_alarm, recover
from coagent.detect.pool.members import carry, nothing_yet
from coagent.detect.pool.pool import Pool, Suspicion, Unusual
from coagent.detect.pool.statistics import Signals, fall, grow, means
from coagent.detect.signals import COVARIATE, PLACE_OF
from coagent.domain.candidate import Candidate
from coagent.domain.evidence import Evidence
from coagent.domain.row import RowRef

LATEST_ROWS = 512.0
"""So many rows later, a rank counts for a third in the latest ones."""
MOST_VALUES = 32
"""Values of a field that are told apart."""


def feed(pool: Pool, evidence: Evidence, config: DetectConfig) -> list[Candidate] | None:
    """Changes the pool; None where these rows were seen before, then it stays as it is."""
    place = pool.members.take(evidence, pool.rows_seen, pool.carried)
    if place is None:
        return None
    followed = _followed(pool, evidence)
    _count_rows(pool, evidence, pool.unusual_after if followed else pool.unusual_before)
    signals, cells = _table(evidence)
    if not len(signals):
        return []
    _sense(pool, signals, cells, config)
    _choose_carried(pool, config)
    _carry(pool, place, evidence, signals, cells)
    if pool.suspicion is None:
        return raise_alarm(pool, config)
    if followed:
        _freshen(pool, followed, evidence, signals, cells)
    return recover(pool, config) or join(pool, config) or due(pool, config)


def _followed(pool: Pool, evidence: Evidence) -> Suspicion | None:
    """The open alarm that these rows tell more of: only its member's do where one carries it alone."""
    suspicion = pool.suspicion
    if suspicion is None or suspicion.sole is None:
        return suspicion
    return suspicion if pool.members.keys[suspicion.sole] == evidence.segment.key() else None


def _count_rows(pool: Pool, evidence: Evidence, unusual: Unusual) -> None:
    time_s = evidence.last.time.timestamp()
    pool.began_s = pool.began_s or time_s
    pool.rows_seen += evidence.rows
    pool.now = RowRef(ordinal=pool.rows_seen - 1, time=evidence.last.time, request_id=evidence.last.request_id)
    pool.places.note(pool.rows_seen - 1, time_s)
    _count_fields(unusual, evidence.unusual)


def _count_fields(counts: Unusual, more: Unusual) -> None:
    for field, values in more.items():
        known = counts.setdefault(field, {})
        for value, count in values.items():
            if value in known or len(known) < MOST_VALUES:
                known[value] = known.get(value, 0) + count


def _table(evidence: Evidence) -> tuple[Signals, Counts]:
    """Places of the signals that are known here, and their cells, shape (signals, CELLS)."""
    told = [one for one in evidence.signals if one.signal in PLACE_OF]
    cells = np.zeros((len(told), CELLS), np.int64)
    for row, one in zip(cells, told, strict=True):
        row[list(one.cells)] = list(one.cells.values())
    return np.array([PLACE_OF[one.signal] for one in told], np.int64), cells


def _sense(pool: Pool, signals: Signals, cells: Counts, config: DetectConfig) -> None:
    statistics = pool.statistics
    statistics.known[signals] += cells.sum(axis=1)
    fill_blocks(statistics, signals, cells)
    alarmed = statistics.alarmed[signals] > 0
    if alarmed.any():
        fall(statistics, signals[alarmed], cells[alarmed])
    live = signals[~alarmed]
    if not len(live):
        return
    grow(statistics, live, cells[~alarmed])
    mean, age = means(statistics, live)
    statistics.stat[live] = tempered(statistics, live, mean, age, _pace_s(pool))
    statistics.peak[live] = np.maximum(statistics.peak[live], statistics.stat[live])
    measure(statistics, live[statistics.stat[live] < calm_below(config)])


def _pace_s(pool: Pool) -> float:
    past = pool.now.time.timestamp() - pool.began_s if pool.now else 0.0
    return past / pool.rows_seen if 0 < past < UNKNOWN_DAYS_S else 0.0


def calm_below(config: DetectConfig) -> float:
    """Evidence that looks suspicious."""
    return float(np.sqrt(config.pool_threshold))


def _choose_carried(pool: Pool, config: DetectConfig) -> None:
    """Who brought what is kept of signals whose evidence rises or has raised an alarm that is open."""
    statistics = pool.statistics
    risen = (statistics.stat > calm_below(config)) & (statistics.alarmed == 0)
    kept = (risen | (statistics.alarmed == OPEN)) & ~COVARIATE
    pool.carried = {signal: counts for signal, counts in pool.carried.items() if kept[signal]}
    for signal in np.flatnonzero(kept).tolist():
        pool.carried.setdefault(signal, nothing_yet())
    pool.members.settle(nothing_carried=not pool.carried)


def _carry(pool: Pool, place: int, evidence: Evidence, signals: Signals, cells: Counts) -> None:
    for signal, counts in zip(signals.tolist(), cells, strict=True):
        if signal in pool.carried:
            carry(pool.carried, signal, place, counts)
    seen = pool.members.seen[place]
    if pool.carried and seen.since < 0:
        seen.since = evidence.first


def _freshen(pool: Pool, suspicion: Suspicion, evidence: Evidence, signals: Signals, cells: Counts) -> None:
    """Adds rows after the alarm."""
    suspicion.fresh += evidence.rows
    pool.fresh[signals] += cells
    faded = np.exp(-cells.sum(axis=1, keepdims=True) / LATEST_ROWS)
    pool.latest[signals] = pool.latest[signals] * faded + cells
    for one in evidence.signals:
        if one.signal in PLACE_OF:
            pool.fresh_rates[PLACE_OF[one.signal]] += one.hits, one.expected
