"""Muted for a while: rows that start before a time raise nothing and teach nothing."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from coagent.detect.alarm.part_alarm import drop_part
from coagent.detect.sensor.sensed import NAMES as SENSED
from coagent.detect.signals import ALARM_NAMES, PLACE_OF, Values
from coagent.detect.state.stream import Watch

ALL = ""
SHAPE = "first_token_over_pace"
MADE_OF = frozenset({"time_to_first_token_s", "time_per_output_token_s"})
"""What is made of a muted signal is muted with it."""
Times = NDArray[np.float64]


def mute(watch: Watch, signals: Sequence[str], until_s: float) -> None:
    """From now on, for rows that start before `until_s` (epoch s); no `signals`: all. Evidence so far is dropped."""
    signals = _with_shape(signals)
    for name in signals or [ALL]:
        watch.control.muted_until[name] = until_s
    meant = np.array([not signals or name in signals for name in SENSED])
    watch.sensor.forget_evidence(meant & ~watch.sensor.alarmed)
    _let_go(watch, signals)


def _let_go(watch: Watch, signals: Sequence[str]) -> None:
    """Alarms of muted signals are off. Where they were all that a suspicion had, it ends unreported, to be raised
    anew if it is still there afterwards; where everything is muted, it waits instead.
    """
    drop_part(watch, [PLACE_OF[name] for name in signals])
    meant = np.array([name in signals for name in SENSED])
    watch.sensor.forget_evidence(meant & watch.sensor.alarmed)
    watch.sensor.alarmed[meant] = False
    watch.alarms = {place: alarm for place, alarm in watch.alarms.items() if ALARM_NAMES[place] not in signals}
    if watch.suspicion and not watch.alarms:
        watch.control.settled, watch.suspicion, watch.sensor.learning = watch.suspicion, None, True
        watch.suspicious = watch.suspicious.take(slice(0, 0))
        watch.gapless_from = watch.rows_seen


def unmute(watch: Watch, signals: Sequence[str]) -> None:
    """No `signals`: all."""
    for name in _with_shape(signals) or list(watch.control.muted_until):
        watch.control.muted_until.pop(name, None)


def _with_shape(signals: Sequence[str]) -> list[str]:
    return [*signals, SHAPE] if MADE_OF & set(signals) and SHAPE not in signals else list(signals)


def observed_runs(watch: Watch, times: Times) -> list[slice]:
    """Runs of rows that are not muted as a whole."""
    until_s = watch.control.muted_until.get(ALL)
    if until_s is None:
        return [slice(0, len(times))]
    edges = np.diff((times >= until_s).astype(np.int8), prepend=0, append=0)
    return [slice(a, b) for a, b in zip(np.flatnonzero(edges == 1), np.flatnonzero(edges == -1), strict=True)]


def mask_muted(watch: Watch, times: Times, values: Values) -> None:
    """Values of muted signals become unknown; values (signals, rows)."""
    for name, until_s in watch.control.muted_until.items():
        if name != ALL:
            values[PLACE_OF[name], times < until_s] = np.nan


def after_gap(watch: Watch, ordinal: int) -> None:
    """Rows before `ordinal`, the next one to be observed, are missing: no onset may be sought beyond them."""
    if watch.recent.size and ordinal != watch.recent.ordinals[-1] + 1:
        watch.gapless_from = max(watch.gapless_from, ordinal)
