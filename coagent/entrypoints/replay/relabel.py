"""Canonical records as new traffic: other times, another tenant or endpoint, all else as recorded."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any

import msgspec

from coagent.domain.errors import Fatal

Aware = Annotated[datetime, msgspec.Meta(tz=True)]


def relabel(
    lines: Sequence[bytes], *, end: datetime | None = None, labels: Mapping[str, str] | None = None
) -> list[bytes]:
    """Shift all times alike so that the last record is at `end` (aware), and set fields to `labels`; None leaves as is.

    Raises Fatal, naming the line, where a line is no JSON object or its time cannot be read.
    """
    records = [_read(line, number) for number, line in enumerate(lines, 1)]
    times = [_time(record, number) for number, record in enumerate(records, 1)]
    by = end - max(times) if end and times else timedelta()
    return [
        msgspec.json.encode({**record, "time": (time + by).isoformat(), **(labels or {})})
        for record, time in zip(records, times, strict=True)
    ]


def _read(line: bytes, number: int) -> dict[str, Any]:
    try:
        return msgspec.json.decode(line, type=dict[str, Any])
    except msgspec.DecodeError as problem:
        raise Fatal(f"line {number} is no JSON object ({problem}); relabelling needs canonical records") from problem


def _time(record: dict[str, Any], number: int) -> datetime:
    try:
        return msgspec.convert(record.get("time"), Aware, strict=False)
    except msgspec.ValidationError as problem:
        raise Fatal(f"line {number}: unreadable `time` ({problem}); relabelling needs canonical records") from problem
