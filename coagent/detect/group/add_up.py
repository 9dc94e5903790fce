"""A stream's evidence joins that of its group: restarted Shiryaev-Roberts over the products that streams tell.

Where rows are exchangeable within their categories, ranks of different streams are independent, so each product has
mean 1 given all before, and evidence less rows is a martingale: the chance of a false alarm within T rows of all
streams together is at most T / limit for each signal, as in one stream. Where a stream's ranks begin anew (a cut of its
strata, an alarm of its own), so does the group's evidence; nothing has to be paid for evidence that goes on.

Speeds of several streams may breathe together, so of them the mean of what is told within SECONDS_AT_ONCE is multiplied
on, not the product: fair however much they hang together.
"""

import numpy as np
from numpy.typing import NDArray

from coagent.detect.constants import ASIDE, LENGTH, LOUDER, MOST_EVIDENCE, MOST_MEMBERS, SECONDS_AT_ONCE, TRAFFIC_POWER
from coagent.detect.group.group import Group, Member
from coagent.detect.sensor.densities import BETS
from coagent.detect.sensor.direction import direction_of
from coagent.detect.sensor.feed import shares_of
from coagent.detect.sensor.kernel import ROWS_AT_ONCE
from coagent.detect.sensor.sensed import IS_TRAFFIC, KINDS, NAMES, PLACE_OF
from coagent.domain.evidence import Evidence, GroupAlarm, GroupNews, SignalSums
from coagent.domain.segment import Segment

Floats = NDArray[np.float64]

LOG_BYTES = 4
STEEPEST = float(np.log(MOST_EVIDENCE))
"""Logarithms beyond are cut, as evidence is."""


def add_up(group: Group, evidence: Evidence) -> list[GroupNews]:
    """What is to be told to which streams; changes the group. Rows that were told before change nothing."""
    key = evidence.stream.key().decode()
    member = group.members.get(key)
    if not evidence.signals and not evidence.begins_anew:
        return _welcome(group, key, evidence)
    if member is None and len(group.members) >= MOST_MEMBERS:
        return []
    if member is not None and evidence.since < member.until:
        member.until = max(member.until, evidence.until)
        return []
    group.members[key] = Member(evidence.until, evidence.louder)
    if not group.early.any():
        group.early[:] = [name in evidence.early for name in NAMES]
    if evidence.begins_anew:
        group.begin_anew()
    for name, sums in evidence.signals.items():
        if name in PLACE_OF and len(sums.logs) == BETS * LOG_BYTES:  # else another version's
            _add(group, PLACE_OF[name], sums, evidence.time_s)
            _note_low(group, PLACE_OF[name], evidence.time_s)
    group.peak = np.maximum(group.peak, group.mean)
    return _alarms(group, evidence)


def _welcome(group: Group, key: str, evidence: Evidence) -> list[GroupNews]:
    """A stream says that it exists: it is told where there are others, and so is the first one."""
    if key not in group.members and len(group.members) >= MOST_MEMBERS:
        return []
    first = list(group.members) if len(group.members) == 1 else []
    group.members[key] = Member(evidence.until, evidence.louder)
    told = [key, *(one for one in first if one != key)] if len(group.members) > 1 else []
    return [GroupNews(stream=Segment.from_key(one.encode())) for one in told]


def _add(group: Group, s: int, sums: SignalSums, time_s: float) -> None:
    factors = np.exp(np.clip(np.frombuffer(sums.logs, "<f4").astype(np.float64), -STEEPEST, STEEPEST))
    if ROWS_AT_ONCE[s] == 1:
        _multiply(group, s, sums.rows, factors)
        return
    waited = group.waited[s]
    waited[1] = time_s if waited[0] == 0 else min(waited[1], time_s)
    waited[0] += sums.rows
    group.waiting[s] += sums.rows * factors
    if time_s - waited[1] >= SECONDS_AT_ONCE:
        _multiply(group, s, waited[0], group.waiting[s] / waited[0])
        group.waiting[s], waited[:] = 0, 0


def _note_low(group: Group, s: int, time_s: float) -> None:
    """Where nothing changed, evidence is on average the number of rows."""
    if group.mean[s] <= group.rows[s]:
        group.low_s[s] = time_s


def _multiply(group: Group, s: int, rows: float, factors: Floats) -> None:
    group.rows[s] += rows
    group.bets[s] = np.minimum((rows + group.bets[s]) * factors, MOST_EVIDENCE)


def _alarms(group: Group, evidence: Evidence) -> list[GroupNews]:
    """Of all signals over their limits, to all streams: each knows whether its own rows have changed."""
    over = np.flatnonzero((group.mean > limits(group, evidence.promise_rows)) & ~IS_TRAFFIC).tolist()
    if not over:
        return []
    moved = bool((group.mean[IS_TRAFFIC] > evidence.promise_rows**TRAFFIC_POWER).any())
    alarms = [_alarm(group, s, evidence.time_s) for s in over if not (moved and KINDS[s] == LENGTH)]
    group.begin_anew()
    if not alarms:
        return []
    group.number = max(group.number + 1, int(evidence.time_s))
    streams = [Segment.from_key(key.encode()) for key in group.members]
    return [GroupNews(stream=stream, number=group.number, alarms=alarms) for stream in streams]


def limits(group: Group, promise_rows: float) -> Floats:
    """Of each signal, its part of the group's budget as a stream's of the stream's. What raised a member's limit raises
    the group's.
    """
    with np.errstate(divide="ignore"):
        found: Floats = promise_rows / budget_shares(group) * LOUDER ** louder(group).astype(np.float64)
    return found


def budget_shares(group: Group) -> Floats:
    """Of each signal, in the streams' budget; 0 for what raises no alarm."""
    return ASIDE * shares_of(group.early)


def louder(group: Group) -> NDArray[np.int64]:
    """How often false alarms raised each signal's limit, in the member where it was the most often."""
    return np.array(
        [max((one.louder.get(name, 0) for one in group.members.values()), default=0) for name in NAMES], np.int64
    )


def _alarm(group: Group, s: int, now_s: float) -> GroupAlarm:
    """Evidence that is still low may hold half of the change's rows: as many seconds more are looked at."""
    bets = group.bets[s]
    mixture: list[float] = (bets / bets.sum()).tolist()
    return GroupAlarm(
        NAMES[s], direction_of(s, bets), mixture, float(np.log10(group.mean[s])), 2 * float(group.low_s[s]) - now_s
    )
