"""Where in the stream something happened."""

from datetime import datetime

import msgspec


class RowRef(msgspec.Struct, frozen=True, kw_only=True):
    """One row of a segment: `ordinal` counts the segment's rows from 0; `request_id` is None where unknown."""

    ordinal: int
    time: datetime
    request_id: str | None = None
