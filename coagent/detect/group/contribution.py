"""What a stream tells its group, and when: one small message an interval, and only where there are others."""

import numpy as np

from coagent.detect.config import DetectConfig
from coagent.detect.group.share import Share
from coagent.detect.sensor.sensed import NAMES
from coagent.detect.state.stream import Watch
from coagent.domain.evidence import Evidence, SignalSums

TELL_EVERY_S = 5.0
"""Seconds of row time between tellings. A quiet stream tells of each row, a busy one of thousands together."""
EXISTS_EVERY_S = 86_400.0
"""A stream alone says that it exists, again after a day: a group's state may have been lost, its topic too."""


def evidence_due(watch: Watch, config: DetectConfig, time_s: float) -> list[Evidence]:
    """At the end of a batch. `time_s`: of its last row, epoch seconds. Not more than one."""
    share = watch.sensor.share
    if not _is_due(share, time_s):
        return []
    found = Evidence(
        stream=watch.segment,
        since=share.since,
        until=watch.rows_seen,
        time_s=time_s,
        promise_rows=config.threshold,
        begins_anew=share.anew,
        early=[NAMES[s] for s in np.flatnonzero(watch.sensor.early).tolist()],
        signals={NAMES[s]: _sums(share, s) for s in np.flatnonzero(share.sums.rows).tolist()},
        louder={NAMES[s]: int(watch.sensor.louder[s]) for s in np.flatnonzero(watch.sensor.louder).tolist()},
    )
    share.since, share.told_s, share.anew = watch.rows_seen, max(time_s, share.told_s or time_s), False
    share.sums.rows[:], share.sums.logs[:] = 0, 0
    return [found]


def _is_due(share: Share, time_s: float) -> bool:
    if share.told_s is None:
        return True
    if not share.grouped:
        return time_s - share.told_s >= EXISTS_EVERY_S
    told = share.anew or bool(share.sums.rows.any())
    return told and time_s - share.told_s >= TELL_EVERY_S


def _sums(share: Share, sensor: int) -> SignalSums:
    return SignalSums(int(share.sums.rows[sensor]), share.sums.logs[sensor].astype("<f4").tobytes())
