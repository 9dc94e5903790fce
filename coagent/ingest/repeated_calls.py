"""One call that is reported in several messages counts once: spans of a framework and of its client library leave in
export batches of their own.
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from coagent.domain.batch import Source
from coagent.domain.rejected import Skipped
from coagent.domain.request import Request
from coagent.ingest.options import Outcome

WINDOW = 100_000
"""Calls that are remembered, half of them at least: the spans of one call leave within seconds of each other."""

_TRACE = slice(32, 33)
"""What stands behind the id of a trace."""
_ROUNDING_S = 0.001


class _Counted(msgspec.Struct, gc=False):
    """Where the call was counted, and when it took place."""

    source: Source
    offset: int
    index: int
    time: datetime
    duration_s: float | None


class RepeatedCalls:
    """The first report of a call is counted, the others are skipped: those whose `response_id` names the same answer
    of the same trace, and whose times overlap.

    The report that was counted is known by its place: read again after a crash or a rebalance, it counts again, since
    what is downstream knows its offset. What was counted of a source that is no longer read here is forgotten: whoever
    reads that source next decides anew, so that no call is skipped in favour of one that nobody counts.

    What this does not see: reports of one call on partitions that different processes read, more than the window
    apart, or on the two sides of a restart. Each of them counts then.
    """

    def __init__(self, window: int = WINDOW) -> None:
        self._half = max(window // 2, 1)
        self._newer: dict[str, _Counted] = {}
        self._older: dict[str, _Counted] = {}

    def skipped(self, outcomes: Sequence[Outcome], source: Source, offset: int) -> Sequence[Outcome]:
        """The outcomes of one message, with `Skipped` in the place of each request that was counted before."""
        found: list[Outcome] | None = None
        for index, outcome in enumerate(outcomes):
            if isinstance(outcome, Request) and self._is_repeated(outcome, source, offset, index):
                found = list(outcomes) if found is None else found
                found[index] = Skipped(reason="repeated_call", index=index)
        return outcomes if found is None else found

    def forget(self, source: Source) -> None:
        """Of a source that is no longer read here, or read again from its commit."""
        self._newer = {key: counted for key, counted in self._newer.items() if counted.source != source}
        self._older = {key: counted for key, counted in self._older.items() if counted.source != source}

    def _is_repeated(self, request: Request, source: Source, offset: int, index: int) -> bool:
        key = request.response_id
        if key is None or key[_TRACE] != "/":
            return False
        call = _Counted(source, offset, index, request.time, request.duration_s)
        known = self._newer.get(key) or self._older.get(key)
        if known is None:
            self._remember(key, call)
            return False
        is_same_report = (known.source, known.offset, known.index) == (source, offset, index)
        return not is_same_report and _overlap(known, call)

    def _remember(self, key: str, call: _Counted) -> None:
        if len(self._newer) >= self._half:
            self._older, self._newer = self._newer, {}
        self._newer[key] = call


def _overlap(one: _Counted, two: _Counted) -> bool:
    start, other_start = one.time.timestamp(), two.time.timestamp()
    end, other_end = start + (one.duration_s or 0.0), other_start + (two.duration_s or 0.0)
    return start <= other_end + _ROUNDING_S and other_start <= end + _ROUNDING_S
