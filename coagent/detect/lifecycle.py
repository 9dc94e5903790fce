"""What happens when a sensor speaks: an alarm opens a suspicion, which grows and ends recovered or accepted."""

import msgspec
import numpy as np
from numpy.typing import NDArray

from coagent.detect.alarm import Alarm, age, mixture
from coagent.detect.config import DetectConfig
from coagent.detect.conformal_sensor import measure
from coagent.detect.evidence import candidate, log10_of, ref_of, row_ref
from coagent.detect.fields import counted
from coagent.detect.reference import replace, restart, unlearn, weigh
from coagent.detect.samples import RECENT_ROWS, SUSPICIOUS_ROWS
from coagent.detect.scores import looks_like_reference
from coagent.detect.sensors import forget_evidence
from coagent.detect.signals import ANSWER, COUNT, COVARIATE, RESTLESS
from coagent.detect.watch import Suspicion, Watch
from coagent.domain.candidate import Candidate, Phase

FRESH_TARGETS = (4, 8, 16, 32, 64, 128, RECENT_ROWS)
RELEARN_ROWS = RECENT_ROWS
FEWEST_BACK, LOOKED_BACK = 8, 64
"""Fresh rows that have to look like the reference before a recovery is told: at least, and at most the latest."""


def next_stop(watch: Watch, ordinal: int) -> int | None:
    """How many rows, from `ordinal` on, until something is due whatever the sensors say. Rows may be missing: muted."""
    learned = (watch.alarms[signal].raised.ordinal + RELEARN_ROWS for signal in _alarmed_covariates(watch))
    due = [max(last - ordinal + 1, 1) for last in learned]
    if watch.suspicion:
        target = next(rows for rows in FRESH_TARGETS if rows > watch.suspicion.fresh)
        due.append(target - watch.suspicion.fresh)
    return min(due, default=None)


def _alarmed_covariates(watch: Watch) -> list[int]:
    return [signal for signal in sorted(watch.alarms) if COVARIATE[signal] and watch.sensors.alarmed[signal]]


def raise_alarm(watch: Watch, config: DetectConfig) -> list[Candidate]:
    """The segment's evidence passed A: the reference stops growing and gives back the rows since the onset."""
    sensors = watch.sensors
    carried = np.where(sensors.alarmed == 1, 0.0, sensors.weight * sensors.stat)
    primary = int(np.argmax(carried))
    passed = (sensors.stat > sensors.limit) & (sensors.alarmed == 0) & (sensors.active == 1)
    passed[primary] = True
    _note(watch, passed)
    onset = watch.alarms[primary].onset
    unlearn(watch, onset.ordinal)
    suspects = watch.recent.since(max(onset.ordinal, watch.gapless_from))
    watch.suspicious, watch.fields_after = suspects.last(SUSPICIOUS_ROWS), counted(suspects.fields)
    watch.suspicion = Suspicion(onset, row_ref(watch.recent, -1), watch.reference_rows)
    watch.control.settled = None
    return [candidate(watch, watch.suspicion, "raised", config.log10_threshold)]


def _note(watch: Watch, passed: NDArray[np.bool_]) -> None:
    now = row_ref(watch.recent, -1)
    for signal in np.flatnonzero(passed).tolist():
        back = age(watch.sensors, signal)
        onset, high, low = (_rows_ago(watch, signal, rows) for rows in (back.mean, back.least, back.most))
        evidence = log10_of(watch.sensors.stat[signal])
        watch.alarms[signal] = Alarm(signal, now, ref_of(watch, onset), low, high, evidence)
        mixture(watch.sensors, signal)


def _rows_ago(watch: Watch, signal: int, known_rows: float) -> int:
    """Ordinal of the row so many known values of the signal before the last one."""
    rows, back = watch.recent, round(known_rows)
    known = rows.ordinals[np.isfinite(rows.values[signal])]
    if back < len(known):
        return int(known[len(known) - 1 - back])
    per_known = rows.size / max(len(known), 1)
    far = int(rows.ordinals[0]) - round((back - len(known) + 1) * per_known)
    return max(far, watch.gapless_from, int(watch.since[signal]))


def join(watch: Watch, config: DetectConfig) -> list[Candidate]:
    """Single signals passed their limits: covariates at any time, others while a suspicion is open."""
    sensors = watch.sensors
    passed = (sensors.stat > sensors.limit) & (sensors.alarmed == 0) & (sensors.active == 1)
    _note(watch, passed if watch.suspicion else passed & COVARIATE)
    return _told(watch, config, "growing") if watch.suspicion else []


def _told(watch: Watch, config: DetectConfig, phase: Phase) -> list[Candidate]:
    if not watch.suspicion or watch.suspicion.accepted:
        return []
    watch.suspicion.sequence += 1
    return [candidate(watch, watch.suspicion, phase, config.log10_threshold)]


def recover(watch: Watch, config: DetectConfig) -> list[Candidate]:
    """All signals look like the reference again: it goes on growing, and what cried wolf must shout louder.

    What raised an alarm was extreme; a change can be less so and still be one. So the latest rows are looked at too.
    """
    if not _is_back(watch):
        watch.sensors.recovery[:] = 0.0
        return []
    told = _told(watch, config, "recovered")
    if not _is_accepted(watch):
        watch.wolves[_alarmed(watch)] += 1
        _learn_unrest(watch)
    forget_evidence(watch.sensors, ~COVARIATE)
    watch.gapless_from = _now(watch) + 1
    _close(watch, config)
    return told


def _is_back(watch: Watch) -> bool:
    fresh = watch.suspicion.fresh if watch.suspicion else 0
    rows = watch.recent.last(min(fresh, LOOKED_BACK))
    return fresh >= FEWEST_BACK and all(
        looks_like_reference(watch, int(signal), rows) for signal in np.flatnonzero(_alarmed(watch))
    )


def _learn_unrest(watch: Watch) -> None:
    """What was suspected belongs to the signals' own ways: so much they vary, over so many rows."""
    for signal in np.flatnonzero((watch.sensors.active == 1) & ~COVARIATE):
        measure(watch.sensors.each[signal])


def _alarmed(watch: Watch) -> NDArray[np.bool_]:
    return np.asarray((watch.sensors.alarmed == 1) & ~COVARIATE, np.bool_)


def _now(watch: Watch) -> int:
    return int(watch.recent.ordinals[-1])


def _close(watch: Watch, config: DetectConfig) -> None:
    watch.alarms = {signal: alarm for signal, alarm in watch.alarms.items() if COVARIATE[signal]}
    watch.suspicion = None
    watch.suspicious = watch.suspicious.take(slice(0, 0))
    weigh(watch, config)


def due(watch: Watch, config: DetectConfig) -> list[Candidate]:
    """What falls due at this row: covariates learn anew, a suspicion is told again, or accepted after the last time."""
    now = _now(watch)
    for signal in _alarmed_covariates(watch):
        if now >= watch.alarms[signal].raised.ordinal + RELEARN_ROWS:
            replace(watch, np.arange(COUNT) == signal, watch.recent)
    if not watch.suspicion or watch.suspicion.fresh not in FRESH_TARGETS:
        return []
    if watch.suspicion.fresh < FRESH_TARGETS[-1]:
        return _told(watch, config, "growing")
    told = _told(watch, config, "final")
    if not _is_accepted(watch):
        watch.control.settled = watch.suspicion
        _doubt(watch)
    restart(watch, watch.recent)
    _close(watch, config)
    return told


def _is_accepted(watch: Watch) -> bool:
    """Whether a person said that it is a change, and a welcome one: nobody cried wolf."""
    return watch.suspicion is not None and watch.suspicion.accepted


def accept(watch: Watch, config: DetectConfig) -> list[Candidate]:
    """A person takes what is open for the new reference: told at once; its rows still have to come together."""
    told = _told(watch, config, "reset")
    if watch.suspicion:
        watch.suspicion.accepted = True
    elif watch.control.settled:
        settled, watch.control.settled = watch.control.settled, None
        settled.sequence += 1
        whole = candidate(watch, settled, "reset", config.log10_threshold)
        told = [msgspec.structs.replace(whole, evidence=[], fields=[])]  # its rows are the reference by now
    return told


def _doubt(watch: Watch) -> None:
    """The change stays: the rows since the alarm are the new reference. Where only the answer moved, or the traffic
    did too, that was hardly the provider: those sensors must shout louder. And where nothing moved but what breathes
    by nature, more of it is to be expected.
    """
    alarmed = _alarmed(watch)
    traffic = any(COVARIATE[signal] for signal in watch.alarms)
    if traffic or not (alarmed & ~ANSWER).any():
        watch.wolves[alarmed & ANSWER] += 1
    if not (alarmed & ~ANSWER & ~RESTLESS).any():
        _learn_unrest(watch)
