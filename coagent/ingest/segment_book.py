"""A bounded number of segments distinguished."""

from collections.abc import Sequence
from typing import Protocol

from coagent.domain.segment import OTHER, Segment

Names = tuple[str | None, ...]
"""Provider, model, endpoint, task and tenant."""


class Register(Protocol):
    """Segments in the order of their first row, over restarts and over all processes that share it."""

    def enter(self, segments: Sequence[Segment]) -> list[Segment]:
        """All that were entered since the last call, by any process and in one order for all: also those given."""
        ...


class SegmentBook:
    """The first `max_segments` segments keep their name; later ones count under their provider's `(other)`.

    Which ones came first is asked of the register, so that rows that are read again after a crash fall into the same
    segment as before. Without one it depends on what was read since the start.
    """

    def __init__(self, max_segments: int, register: Register | None = None) -> None:
        self._max_segments = max_segments
        self._register = register
        self._streams: dict[Names, Segment] = {}
        self._providers: set[str] = set()

    def __len__(self) -> int:
        return len(self._streams)

    def streams(self, names: Sequence[Names]) -> list[Segment]:
        """The stream of each account."""
        known = self._streams
        new = [Segment(*one) for one in dict.fromkeys(names) if one not in known]  # type: ignore[arg-type]  # a row starts with provider and model, which are known
        if new and len(known) < self._max_segments:
            self._take(self._register.enter(new) if self._register else new)
        return [known.get(one) or self._overflowed(one) for one in names]

    def _take(self, entered: Sequence[Segment]) -> None:
        for segment in entered:
            if len(self._streams) >= self._max_segments:
                return
            self._providers.add(segment.provider)
            names = segment.provider, segment.request_model, segment.endpoint, segment.task, segment.tenant
            self._streams[names] = segment.stream

    def _overflowed(self, names: Names) -> Segment:
        provider = names[0]
        return Segment(provider if provider in self._providers else OTHER, OTHER)
