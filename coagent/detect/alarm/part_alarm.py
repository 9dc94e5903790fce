"""An alarm of one task or tenant alone: its rows leave the stream and are looked at by themselves until that is over.

So the reference of like rows stands still while the stream goes on learning, and what one tenant does is reported once.
"""

from collections.abc import Sequence
from math import log10

import numpy as np
from numpy.typing import NDArray

from coagent.detect.alarm.part_candidate import part_candidate
from coagent.detect.alarm.parts import of_part
from coagent.detect.alarm.row_refs import ref_of, row_ref
from coagent.detect.constants import CELLS, FEWEST_BACK, FRESH_TARGETS, SURE, SUSPICIOUS_ROWS
from coagent.detect.reference import restart_part, unlearn_part
from coagent.detect.rows import Rows, joined
from coagent.detect.sensor.densities import cell, part_tables
from coagent.detect.sensor.normal_scores import SENSOR_OF, known, looks_like_reference, scores
from coagent.detect.sensor.parts import DIMENSIONS, PartAlarm, busiest
from coagent.detect.sensor.sensed import BINARY, IS_TRAFFIC
from coagent.detect.sensor.stream_rows import PLACES
from coagent.detect.state.stream import PartSuspicion, Watch
from coagent.domain.candidate import Candidate, Phase

PART_TARGETS = tuple(rows for rows in FRESH_TARGETS if rows <= SUSPICIOUS_ROWS)
LOOKED_BACK = 3 * FEWEST_BACK
"""Fresh rows that have to look like the reference, at most the latest."""

Groups = NDArray[np.int64]


def raise_part(watch: Watch, alarm: PartAlarm) -> list[Candidate]:
    """With the last row."""
    now, sensors = row_ref(watch.recent, -1), watch.sensor
    onset = ref_of(watch, max(now.ordinal - (sensors.rows - 2 - alarm.low_at), watch.gapless_from))
    held = watch.recent.since(onset.ordinal)
    held = held.take(of_part(watch, alarm.part, held))
    keys = sensors.groups.keys
    seen = busiest(keys, sensors.parts.group_rows, most=len(DIMENSIONS) * len(keys)).get(alarm.part, 0)
    watch.part = PartSuspicion(
        part=alarm.part,
        signal=int(PLACES[alarm.sensor]),
        onset=onset,
        raised=now,
        rows_before=max(seen - held.size, 0),
        log10_evidence=log10(alarm.mean),
        log10_threshold=log10(alarm.limit),
        direction=alarm.direction,
        mixture=alarm.mixture,
    )
    watch.part_rows = watch.part_rows.take(slice(0, 0))
    sensors.parts.aside = alarm.part
    unlearn_part(watch, held)
    sensors.forget_evidence(~IS_TRAFFIC)
    return [part_candidate(watch, watch.part, "raised", held)]


def aside(watch: Watch, groups: Groups) -> NDArray[np.bool_] | None:
    """Rows of a batch that are the part's, None where no part is aside."""
    if watch.sensor.parts.aside is None:
        return None
    return watch.sensor.parts.is_aside(watch.sensor.groups.keys)[groups]


def next_part_stop(watch: Watch, mine: NDArray[np.bool_]) -> int:
    """How many of the rows until something is due for the part."""
    fresh = watch.part.fresh if watch.part else 0
    target = next((rows for rows in PART_TARGETS if rows > fresh), PART_TARGETS[-1])
    places = np.flatnonzero(mine)
    missing = target - fresh
    return int(places[missing - 1]) + 1 if 0 < missing <= len(places) else len(mine)


def take_part(watch: Watch, rows: Rows) -> list[Candidate]:
    """Fresh rows of the part, with their values."""
    if watch.part is None or not rows.size:
        return []
    watch.part_rows = joined([watch.part_rows, rows]).last(PART_TARGETS[-1])
    watch.part.fresh += rows.size
    if watch.part.fresh not in PART_TARGETS:
        return []
    if _is_back(watch, watch.part):
        return _recover(watch, watch.part)
    if watch.part.fresh < PART_TARGETS[-1]:
        return _reported(watch, watch.part, "growing")
    return end_part(watch)


def end_part(watch: Watch) -> list[Candidate]:
    """The change stays: the part's fresh rows are its new reference."""
    if watch.part is None or watch.part.over:
        return []
    candidates = _reported(watch, watch.part, "final")
    restart_part(watch, watch.part_rows)
    watch.part.over = True
    _close(watch)
    return candidates


def _recover(watch: Watch, part: PartSuspicion) -> list[Candidate]:
    candidates = _reported(watch, part, "recovered")
    if not part.accepted:
        watch.sensor.parts.was_wrong(part.part, SENSOR_OF[part.signal])
    watch.part = None
    _close(watch)
    return candidates


def accept_part(watch: Watch) -> list[Candidate]:
    """A person takes it for the new reference."""
    if watch.part is None:
        return []
    candidates = _reported(watch, watch.part, "reset")
    if watch.part.over:
        watch.part = None
    else:
        watch.part.accepted = True
    return candidates


def drop_part(watch: Watch, signals: Sequence[int]) -> None:
    """Where its signal is muted, nothing more is reported of it."""
    if watch.part and watch.part.signal in signals and not watch.part.over:
        watch.part = None
        _close(watch)


def _close(watch: Watch) -> None:
    watch.part_rows = watch.part_rows.take(slice(0, 0))
    watch.sensor.parts.aside = None


def _reported(watch: Watch, part: PartSuspicion, phase: Phase) -> list[Candidate]:
    if part.accepted:
        return []
    part.sequence += 1
    return [part_candidate(watch, part, phase, watch.part_rows.take(slice(0, 0)))]


def _is_back(watch: Watch, part: PartSuspicion) -> bool:
    rows = known(part.signal, watch.part_rows.last(LOOKED_BACK))
    return rows.size >= FEWEST_BACK and _is_over(watch, part, rows) and looks_like_reference(watch, part.signal, rows)


def _is_over(watch: Watch, part: PartSuspicion, rows: Rows) -> bool:
    """Whether these rows are far likelier without the change that the alarm's bets describe."""
    table, rate = part_tables(), int(BINARY[SENSOR_OF[part.signal]])
    cells = np.array([cell(score) for score in scores(watch, part.signal, rows).tolist()])
    densities = np.concatenate([table.up[rate, cells], table.down[rate, CELLS - 1 - cells]], axis=1)
    likelier = np.log(densities.astype(np.float64)).sum(axis=0)
    weighed = np.log(np.maximum(np.array(part.mixture), 1e-300)) + likelier
    return bool(np.logaddexp.reduce(weighed) < -np.log(SURE))
