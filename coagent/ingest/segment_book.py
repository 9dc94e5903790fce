"""A bounded number of segments told apart."""

from coagent.domain.segment import OTHER, Segment


class SegmentBook:
    """The first `max_segments` segments keep their name; later ones count under their provider's `(other)`.

    Which ones came first depends on what was read since the start, so the bound is for protection, not for daily use:
    rows that are read again after a crash may fall into another segment than before.
    """

    def __init__(self, max_segments: int) -> None:
        self._max_segments = max_segments
        self._segments: dict[tuple[str | None, ...], Segment] = {}
        self._providers: set[str] = set()

    def __len__(self) -> int:
        return len(self._segments)

    def segment(self, key: tuple[str | None, ...]) -> Segment:
        """The segment of provider, model, endpoint, task and tenant."""
        return self._segments.get(key) or self._enter(key)

    def _enter(self, key: tuple[str | None, ...]) -> Segment:
        segment = Segment(*key)  # type: ignore[arg-type]  # a row starts with provider and model, which are known
        if len(self._segments) >= self._max_segments:
            return Segment(segment.provider if segment.provider in self._providers else OTHER, OTHER)
        self._providers.add(segment.provider)
        self._segments[key] = segment
        return segment
