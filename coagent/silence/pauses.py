"""When a pause is a silence: by the rank of its length among the segment's own pauses.

Where pauses are exchangeable the next one is the longest of all n + 1 with a chance of 1 / (n + 1), whatever their
distribution; that it is FACTOR times as long is rarer still (for exponential pauses 6 / ((n + 1)(n + 2)(n + 3))). Days
and weeks are what makes pauses not exchangeable: a cycle that was not yet seen twice is waited for.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec

from coagent.domain.silence import Pauses, Silence, silence_id

FEWEST = 30
FACTOR = 3
SHORTEST = timedelta(minutes=15)
DAY = timedelta(days=1)
NIGHT = timedelta(hours=4)
"""A pause as long as a night shows that the segment rests, and so perhaps on weekends too."""
WEEKEND = timedelta(days=3)


def needed_pause(known: Pauses) -> timedelta | None:
    """How long a pause has to last to be reported; None where too few were seen."""
    if known.pauses < FEWEST:
        return None
    age, needed = known.last - known.first, max(FACTOR * known.longest, SHORTEST)
    if age < 2 * DAY:
        return max(needed, DAY)
    return max(needed, WEEKEND) if known.longest >= NIGHT and age < 8 * DAY else needed


def silences(known: Iterable[Pauses], newest: datetime, now: datetime) -> list[Silence]:
    """Segments that are silent. `newest` is the fleet's last minute with requests: while others go on, a segment is
    measured by them. Where everything stops at once, it may as well be the telemetry; one of the last speaks for all.
    """
    ordered = sorted(known, key=lambda one: one.segment)
    speaker = next((one.segment for one in ordered if one.last >= newest), None)
    found = []
    for one in ordered:
        needed = needed_pause(one)
        pause = (now if one.segment == speaker else newest) - one.last
        if needed is not None and pause > needed:
            found.append(_silence(one, now))
    return found


def returned(silence: Silence, first: datetime) -> Silence:
    """Over, with the first minute after it."""
    return msgspec.structs.replace(silence, status="returned", sequence=silence.sequence + 1, returned=first)


def _silence(known: Pauses, now: datetime) -> Silence:
    return Silence(
        id=silence_id(known.segment, known.last),
        sequence=1,
        segment=known.segment,
        status="silent",
        last=known.last,
        noticed=now,
        returned=None,
        pauses=known.pauses,
        longest_s=known.longest.total_seconds(),
    )
