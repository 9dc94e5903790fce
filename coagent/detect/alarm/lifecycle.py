"""What happens when a sensor speaks: an alarm opens a suspicion, which grows and ends recovered or accepted."""

from collections.abc import Sequence

import msgspec
import numpy as np

from coagent.detect.alarm.alarm import Alarm
from coagent.detect.alarm.candidate import candidate, log10_of
from coagent.detect.alarm.facts import forget_gone, is_declared, is_fact, is_gone
from coagent.detect.alarm.onset import onset
from coagent.detect.alarm.part_alarm import end_part
from coagent.detect.alarm.row_refs import ref_of, row_ref
from coagent.detect.config import DetectConfig
from coagent.detect.constants import FEWEST_BACK, FRESH_TARGETS, SUSPICIOUS_ROWS
from coagent.detect.cost import CostSums
from coagent.detect.fields import counted
from coagent.detect.reference import restart, unlearn
from coagent.detect.rows import Rows
from coagent.detect.sensor.direction import direction, traffic_moved
from coagent.detect.sensor.feed import limits
from coagent.detect.sensor.normal_scores import SENSOR_OF, is_over, looks_like_reference
from coagent.detect.sensor.sensed import IS_TRAFFIC
from coagent.detect.sensor.stream_rows import PLACES
from coagent.detect.signals import ANSWER
from coagent.detect.state.stream import Suspicion, Watch
from coagent.domain.candidate import Candidate, Phase

LOOK_EVERY = 2 * FEWEST_BACK
"""Rows between looks whether a change is over."""


def next_stop(watch: Watch) -> int | None:
    """How many rows until something is due whatever the sensors say."""
    if not watch.suspicion:
        return None
    fresh = watch.suspicion.fresh
    target = next(rows for rows in FRESH_TARGETS if rows > fresh)
    return min(target - fresh, LOOK_EVERY - fresh % LOOK_EVERY)


def raise_alarm(
    watch: Watch, signals: Sequence[int], config: DetectConfig, facts: Sequence[Alarm] = ()
) -> list[Candidate]:
    """Signals passed, or facts were found, with the last row: the reference stops growing and gives back the rows since
    the onset.
    """
    new = [_alarm(watch, signal) for signal in signals if signal not in watch.alarms]
    new += [fact for fact in facts if fact.signal not in watch.alarms]
    watch.alarms |= {alarm.signal: alarm for alarm in new}
    if watch.suspicion:
        return _reported(watch, config, "growing") if new else []
    of_part = end_part(watch)
    began = min((alarm.onset for alarm in new), key=lambda ref: ref.ordinal)
    unlearn(watch, began.ordinal)
    suspects = watch.recent.since(max(began.ordinal, watch.gapless_from))
    watch.suspicious, watch.fields_after = suspects.last(SUSPICIOUS_ROWS), counted(suspects.fields)
    watch.suspicion = Suspicion(began, row_ref(watch.recent, -1), watch.reference_rows)
    watch.sensor.learning = False
    watch.control.settled = None
    _divide_costs(watch, suspects.size)
    return [*of_part, candidate(watch, watch.suspicion, "raised", config)]


def _divide_costs(watch: Watch, suspects: int) -> None:
    """The last so many rows belong to what came after the onset."""
    costs = watch.recent_costs[len(watch.recent_costs) - suspects :]
    watch.costs.after = CostSums()
    watch.costs.after.add(costs)
    watch.costs.before.add(costs, by=-1)


def passed(watch: Watch, config: DetectConfig) -> list[int]:
    """Watched signals whose evidence is over their limits, the furthest first."""
    over = watch.sensor.evidence.mean / limits(watch.sensor, config.threshold)
    return [int(PLACES[sensor]) for sensor in np.argsort(-over).tolist() if over[sensor] > 1]


def _alarm(watch: Watch, signal: int) -> Alarm:
    now, sensor, sensors = row_ref(watch.recent, -1), SENSOR_OF[signal], watch.sensor
    way, mixture = direction(sensors, sensor), _mixture(watch, sensor)
    found = onset(watch, signal, mixture)
    evidence = log10_of(sensors.evidence.mean[sensor])
    began = ref_of(watch, found.best)
    sensors.alarmed[sensor] = True
    return Alarm(signal, now, began, found.low, found.high, evidence, way, mixture)


def _mixture(watch: Watch, sensor: int) -> list[float]:
    """Each bet's share of the evidence: what kind of change it is."""
    bets = watch.sensor.evidence.bets[sensor].astype(np.float64)
    shares: list[float] = (bets / bets.sum()).tolist()
    return shares


def _reported(watch: Watch, config: DetectConfig, phase: Phase) -> list[Candidate]:
    if not watch.suspicion or watch.suspicion.accepted:
        return []
    watch.suspicion.sequence += 1
    return [candidate(watch, watch.suspicion, phase, config)]


def recover(watch: Watch, config: DetectConfig) -> list[Candidate]:
    """All signals look like the reference again: it goes on growing, and a false alarm raises the signals' limits."""
    candidates = _reported(watch, config, "recovered")
    if not _is_accepted(watch):
        watch.sensor.louder[watch.sensor.alarmed] += 1
    forget_gone(watch)
    watch.sensor.forget_evidence(~IS_TRAFFIC)
    watch.gapless_from = _now(watch) + 1
    _close(watch)
    return candidates


def _is_back(watch: Watch) -> bool:
    fresh = watch.suspicion.fresh if watch.suspicion else 0
    rows = watch.recent.last(min(fresh, SUSPICIOUS_ROWS))
    return fresh >= FEWEST_BACK and all(_is_over(watch, alarm, rows) for alarm in watch.alarms.values())


def _is_over(watch: Watch, alarm: Alarm, rows: Rows) -> bool:
    if is_declared(alarm):
        return is_gone(watch, alarm, rows)
    return is_over(watch, alarm.signal, alarm.mixture, rows) and looks_like_reference(watch, alarm.signal, rows)


def _now(watch: Watch) -> int:
    return int(watch.recent.ordinals[-1])


def _close(watch: Watch) -> None:
    watch.alarms, watch.suspicion = {}, None
    watch.sensor.alarmed[:], watch.sensor.learning = False, True
    watch.suspicious = watch.suspicious.take(slice(0, 0))


def due(watch: Watch, config: DetectConfig) -> list[Candidate]:
    """What falls due at this row: a suspicion is over, or reported again, or accepted after the last time."""
    if not watch.suspicion or not watch.suspicion.fresh:
        return []
    if _is_back(watch):
        return recover(watch, config)
    if watch.suspicion.fresh not in FRESH_TARGETS:
        return []
    if watch.suspicion.fresh < FRESH_TARGETS[-1]:
        return _reported(watch, config, "growing")
    candidates = _reported(watch, config, "final")
    if not _is_accepted(watch):
        watch.control.settled = watch.suspicion
        _doubt(watch, config)
    restart(watch, watch.recent)
    _close(watch)
    return candidates


def _is_accepted(watch: Watch) -> bool:
    """Whether a person said that it is a change, and a welcome one: no false alarm."""
    return watch.suspicion is not None and watch.suspicion.accepted


def accept(watch: Watch, config: DetectConfig) -> list[Candidate]:
    """A person takes what is open for the new reference: reported at once; its rows still have to come together."""
    candidates = _reported(watch, config, "reset")
    if watch.suspicion:
        watch.suspicion.accepted = True
    elif watch.control.settled:
        settled, watch.control.settled = watch.control.settled, None
        settled.sequence += 1
        whole = candidate(watch, settled, "reset", config)
        candidates = [msgspec.structs.replace(whole, evidence=[], fields=[])]  # its rows are the reference by now
    return candidates


def _doubt(watch: Watch, config: DetectConfig) -> None:
    """The change stays: the rows since the alarm are the new reference. Where only the answer moved, or the traffic
    did too, that was hardly the provider: the limits of those signals rise. A fact is the provider's.
    """
    if any(map(is_fact, watch.alarms.values())):
        return
    alarmed = watch.sensor.alarmed
    answers = ANSWER[PLACES]
    if traffic_moved(watch.sensor, config.threshold) or not (alarmed & ~answers).any():
        watch.sensor.louder[alarmed & answers] += 1
