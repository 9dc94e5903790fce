"""One change, one page: what a pool of segments and its segments themselves tell of the same change.

Whoever tells it first wakes people. The other one is told as well, since it knows the size or the reach, and wakes
nobody: the change is known, and whoever is awake finds both.
"""

from coagent.confirm.episodes.state import Episode, Memory
from coagent.domain.candidate import Candidate
from coagent.domain.segment import ALL


def woken_by(memory: Memory, candidate: Candidate, moved: set[str], same_time_s: float) -> Episode | None:
    """The telling of the same change that woke people before, if there is one."""
    others = _parts(memory, candidate, same_time_s) if candidate.pooled else _whole(memory, candidate, same_time_s)
    return next((one for one in others if one.paged and _is_open(one) and moved & set(one.moved)), None)


def _parts(memory: Memory, candidate: Candidate, same_time_s: float) -> list[Episode]:
    """Of a pool: its segments that moved since about its onset."""
    since = candidate.onset.time.timestamp() - same_time_s
    return [
        one
        for one in memory.episodes.values()
        if one.segment.pool == candidate.segment.pool and one.segment != candidate.segment and one.onset_s >= since
    ]


def _whole(memory: Memory, candidate: Candidate, same_time_s: float) -> list[Episode]:
    """Of a segment: its pool, where that says that this segment carries the change, or moved at the same time."""
    pool = memory.of(candidate.segment.pool)
    if pool is None or pool.shift is None or candidate.segment.tenant == ALL:
        return []
    at = candidate.onset.time.timestamp()
    named = candidate.segment in pool.shift.carriers and at >= pool.onset_s - same_time_s
    return [pool] if named or abs(at - pool.onset_s) <= same_time_s else []


def _is_open(episode: Episode) -> bool:
    return episode.shift is not None and episode.shift.status == "open"


def remark(episode: Episode) -> str:
    """Why nobody is woken."""
    told = episode.shift.id if episode.shift else episode.candidate
    return f"people were woken for it with shift {told}"
