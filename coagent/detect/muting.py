"""What people muted for a while: rows that start before a time raise no alarm and teach nothing.

Rows of a muted stream, or of a muted task or tenant of it, are left out before they are sensed; of muted signals only
the values are unknown.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from coagent.detect.alarm.part_alarm import drop_part
from coagent.detect.sensor.sensed import NAMES as SENSED
from coagent.detect.signals import ALARM_NAMES, PLACE_OF, Values
from coagent.detect.state.stream import MutedPart, Watch

ALL = ""
SHAPE = "first_token_over_pace"
MADE_OF = frozenset({"time_to_first_token_s", "time_per_output_token_s"})
"""What is made of a muted signal is muted with it."""
Times = NDArray[np.float64]
Mask = NDArray[np.bool_]
Part = tuple[str | None, str | None] | None
"""Task and tenant, None whatever it is; None for the whole stream."""


class Texts(NamedTuple):
    """A text column: its values, and the code of each row, -1 unknown."""

    values: list[str]
    codes: NDArray[np.int32]

    def are(self, wanted: str | None) -> Mask:
        """Rows of that value; all rows where None is wanted."""
        if wanted is None:
            return np.ones(len(self.codes), np.bool_)
        found = [code for code, value in enumerate(self.values) if value == wanted]
        return np.isin(self.codes, found)


def mute(watch: Watch, signals: Sequence[str], until_s: float, part: Part = None) -> None:
    """From now on, for rows that start before `until_s` (epoch s); no `signals`: all. Evidence so far is dropped: of a
    part's evidence nothing is known apart from the stream's.
    """
    signals = _with_shape(signals)
    muted = watch.control.muted_until if part is None else _of_part(watch, part).muted_until
    for name in signals or [ALL]:
        muted[name] = until_s
    meant = np.array([not signals or name in signals for name in SENSED])
    watch.sensor.forget_evidence(meant & ~watch.sensor.alarmed)
    if part is None:
        _let_go(watch, signals)


def _of_part(watch: Watch, part: tuple[str | None, str | None]) -> MutedPart:
    """Made where it is not there yet."""
    known = [one for one in watch.control.muted_parts if (one.task, one.tenant) == part]
    if not known:
        known = [MutedPart(*part, {})]
        watch.control.muted_parts = [*watch.control.muted_parts, *known]
    return known[0]


def _let_go(watch: Watch, signals: Sequence[str]) -> None:
    """Alarms of muted signals are off. Where they were all that a suspicion had, it ends unreported, to be raised anew
    if it is still there afterwards; where everything is muted, it waits instead.
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


def unmute(watch: Watch, signals: Sequence[str], part: Part = None) -> None:
    """No `signals`: all; no `part`: the stream and all of its parts."""
    parts = watch.control.muted_parts
    meant = [one.muted_until for one in parts if part in (None, (one.task, one.tenant))]
    for muted in [watch.control.muted_until, *meant] if part is None else meant:
        for name in _with_shape(signals) or list(muted):
            muted.pop(name, None)
    watch.control.muted_parts = [one for one in parts if one.muted_until]


def _with_shape(signals: Sequence[str]) -> list[str]:
    return [*signals, SHAPE] if MADE_OF & set(signals) and SHAPE not in signals else list(signals)


def observed_runs(watch: Watch, times: Times, tasks: Texts, tenants: Texts) -> list[slice] | list[NDArray[np.int64]]:
    """Runs of rows that are not muted as a whole: slices, or places where parts are muted."""
    _end_parts(watch, times)
    runs = _runs(watch.control.muted_until.get(ALL), times)
    muted = np.zeros(len(times), np.bool_)
    for part, until_s in _whole_parts(watch):
        muted |= (times < until_s) & tasks.are(part.task) & tenants.are(part.tenant)
    if not muted.any():
        return runs
    places = [run.start + np.flatnonzero(~muted[run]) for run in runs]
    return [run for run in places if run.size]


def _runs(until_s: float | None, times: Times) -> list[slice]:
    if until_s is None:
        return [slice(0, len(times))]
    edges = np.diff((times >= until_s).astype(np.int8), prepend=0, append=0)
    return [slice(a, b) for a, b in zip(np.flatnonzero(edges == 1), np.flatnonzero(edges == -1), strict=True)]


def _whole_parts(watch: Watch) -> Iterator[tuple[MutedPart, float]]:
    return ((one, one.muted_until[ALL]) for one in watch.control.muted_parts if ALL in one.muted_until)


def _end_parts(watch: Watch, times: Times) -> None:
    """Mutes of parts that no row so old can meet any more are forgotten."""
    oldest = times.min(initial=np.inf)
    kept = [
        MutedPart(one.task, one.tenant, {name: until for name, until in one.muted_until.items() if until > oldest})
        for one in watch.control.muted_parts
    ]
    watch.control.muted_parts = [one for one in kept if one.muted_until]


def mask_muted(watch: Watch, times: Times, values: Values, tasks: Texts, tenants: Texts) -> None:
    """Values of muted signals become unknown; values (signals, rows)."""
    for name, until_s in watch.control.muted_until.items():
        if name != ALL:
            values[PLACE_OF[name], times < until_s] = np.nan
    for part in watch.control.muted_parts:
        rows = tasks.are(part.task) & tenants.are(part.tenant)
        for name, until_s in part.muted_until.items():
            if name != ALL:
                values[PLACE_OF[name], rows & (times < until_s)] = np.nan


def after_gap(watch: Watch, ordinal: int) -> None:
    """Rows before `ordinal`, the next one to be sensed, are missing: no onset may be sought beyond them. A muted part's
    rows are no gap: the others follow each other without them.
    """
    if watch.control.muted_parts and ALL not in watch.control.muted_until:
        return
    if watch.recent.size and ordinal != watch.recent.ordinals[-1] + 1:
        watch.gapless_from = max(watch.gapless_from, ordinal)
