"""What a stream tells its group, and when: one small message an interval, and only where there are others."""

import numpy as np
from numpy.typing import NDArray

from coagent.detect.config import DetectConfig
from coagent.detect.constants import DAY_S, TELL_EVERY_S
from coagent.detect.group.share import Share
from coagent.detect.sensor.sensed import NAMES
from coagent.detect.state.stream import Watch
from coagent.domain.evidence import Evidence, SignalSums


def evidence_due(watch: Watch, config: DetectConfig, times: NDArray[np.float64]) -> list[Evidence]:
    """At the end of a batch, of whose rows these are the times, epoch seconds. Not more than one."""
    share, time_s = watch.sensor.share, float(times[-1])
    if not share.grouped:
        return _exists(watch, config, times)
    told = share.anew or bool(share.sums.rows.any())
    if not told or abs(time_s - (share.told_s or 0.0)) < TELL_EVERY_S:  # late rows go back
        return []
    found = Evidence(
        stream=watch.segment,
        since=share.since,
        until=watch.rows_seen,
        time_s=time_s,
        promise_rows=config.threshold,
        early=[NAMES[s] for s in np.flatnonzero(watch.sensor.early).tolist()],
        begins_anew=share.anew,
        signals={NAMES[s]: _sums(share, s) for s in np.flatnonzero(share.sums.rows).tolist()},
        louder={NAMES[s]: int(watch.sensor.louder[s]) for s in np.flatnonzero(watch.sensor.louder).tolist()},
    )
    share.since, share.told_s, share.anew = watch.rows_seen, time_s, False
    share.sums.rows[:], share.sums.logs[:] = 0, 0
    return [found]


def _exists(watch: Watch, config: DetectConfig, times: NDArray[np.float64]) -> list[Evidence]:
    """A stream alone says so with its first row, and then every day, however its rows are cut into batches: a group's
    state may have been lost, its topic too.
    """
    share, time_s = watch.sensor.share, float(times[-1])
    if share.told_s is None:
        share.told_s = float(times[0])
    elif time_s - share.told_s >= DAY_S:
        share.told_s += (time_s - share.told_s) // DAY_S * DAY_S
    else:
        return []
    until = watch.rows_seen
    return [Evidence(stream=watch.segment, since=until, until=until, time_s=time_s, promise_rows=config.threshold)]


def _sums(share: Share, sensor: int) -> SignalSums:
    return SignalSums(int(share.sums.rows[sensor]), share.sums.logs[sensor].astype("<f4").tobytes())
